"""What the demonstration's organisations offer: the same on every machine, with times that follow the clock. Pure."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from entraide.pages.demo.cast import Cast

AHEAD = timedelta(days=14)
BEFORE = timedelta(days=2)
_STREETS = ("rue des Écoles", "rue du Moulin", "place de la Mairie", "rue de la Gare", "quai des Tanneurs")
_PLACES = ("Salle polyvalente", "Gymnase municipal", "Maison de quartier", "Local associatif", "Centre d’accueil")
_STARTS = (time(8, 30), time(9, 0), time(10, 0), time(14, 0), time(17, 30), time(18, 0))


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What a plan needs to know of a template."""

    slug: str
    kind: str
    remote: bool
    duration: timedelta
    capacity: int


@dataclass(frozen=True, slots=True)
class PlannedMission:
    """A mission to write. It takes place each `period` days, counted so that organisations do not all meet at once."""

    key: str
    organisation: str
    template: str
    town: str
    place: str
    street: str
    remote: bool
    starts: time
    duration: timedelta
    capacity: int
    period: int
    offset: int
    own_words: bool

    def days(self, *, first: date, last: date) -> Iterator[date]:
        """Return the days on which it takes place, from the first to the last."""
        day = first + timedelta(days=(self.offset - first.toordinal()) % self.period)
        while day <= last:
            yield day
            day += timedelta(days=self.period)

    def times(self, *, zone: ZoneInfo, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        """Return the starts and ends, in UTC, of what begins after `since` and before `until`."""
        first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
        begins = (datetime.combine(day, self.starts, zone).astimezone(UTC) for day in self.days(first=first, last=last))
        return [(start, start + self.duration) for start in begins if since < start < until]


def missions_of(organisation: Cast, templates: Sequence[TemplateFacts]) -> list[PlannedMission]:
    """Return an organisation's missions, going round its kinds of template and its towns."""
    fitting = [each for kind in organisation.kinds for each in templates if each.kind == kind]
    return [_mission(organisation, number, fitting[number % len(fitting)]) for number in range(organisation.missions)]


def _mission(organisation: Cast, number: int, template: TemplateFacts) -> PlannedMission:
    key = f"{organisation.key}/{number}"
    chance = random.Random(f"entraide demo {key}")  # noqa: S311 - Made-up data, the same each time.
    return PlannedMission(
        key=key,
        organisation=organisation.key,
        template=template.slug,
        town=organisation.towns[number % len(organisation.towns)],
        place=chance.choice(_PLACES),
        street=f"{chance.randint(1, 60)} {chance.choice(_STREETS)}",
        remote=template.remote,
        starts=chance.choice(_STARTS),
        duration=template.duration,
        capacity=max(2, min(template.capacity + chance.randint(-2, 3), 12)),
        period=chance.choice((2, 3, 3, 4, 7)),
        offset=chance.randrange(7),
        # A few organisations wrote the text themselves, so that a referent reads it first.
        own_words=number % 9 == 8,
    )
