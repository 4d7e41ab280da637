"""The search of missions as it stands in an address: read leniently, written back shortest.

Nothing here raises: what cannot be understood is left out of the search and told in `problems`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from entraide.volunteering.rules.ordering import Order
from entraide.volunteering.rules.search_address import USUAL_RADIUS, Fields, Problem, Reader
from entraide.volunteering.rules.words import Activity, Domain, Kind, Public, gettext_noop
from entraide.volunteering.rules.zones import PARIS

RADII = (5, 10, 25, 50, 100)
LEAST_PLACES = (2, 5, 10, 20)
MOST_PLACES = 1_000
LONGEST_TEXT = 200
LONGEST_PLACE = 80


class When(StrEnum):
    """A span of days, counted from today."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEKEND = "weekend"
    WEEK = "week"
    MONTH = "month"


class Presence(StrEnum):
    """Whether one goes somewhere or stays at home."""

    ON_SITE = "on_site"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class MissionSearch:
    """What a visitor looks for. `on` and `until` are the first and last local day, both included.

    `everywhere` says that the words of `text` name no place, whatever they look like.
    """

    text: str = ""
    everywhere: bool = False
    where: str = ""
    km: int = USUAL_RADIUS
    departement: str = ""
    presence: Presence | None = None
    when: When | None = None
    on: date | None = None
    until: date | None = None
    kinds: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    public: str = ""
    minors: bool = False
    organisation: str = ""
    least_places: int = 0
    sort: Order | None = None
    after: str = ""
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def days(self) -> tuple[date | None, date | None]:
        """Return the first and the last day that the visitor named."""
        return self.on, self.until

    @property
    def is_narrowed(self) -> bool:
        """Say whether anything but the order and the page is asked for."""
        return replace(self, km=USUAL_RADIUS, sort=None, after="") != MissionSearch()

    @property
    def choices(self) -> "MissionSearch":
        """Return what is chosen besides the words, the place, the order and the page."""
        return replace(
            self, text="", everywhere=False, where="", km=USUAL_RADIUS, departement="", sort=None, after="", problems=()
        )

    @property
    def is_refined(self) -> bool:
        """Say whether more than a place is asked for."""
        return bool(self.text) or self.choices != MissionSearch()

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Return the fields that differ from their defaults, always in the same order: one search, one address."""
        if self.text:
            yield "q", self.text
            if self.everywhere:
                yield "everywhere", "1"
        if self.where:
            yield "where", self.where
        if self.km != USUAL_RADIUS:
            yield "radius", str(self.km)
        for name, value in (("departement", self.departement), ("mode", self.presence), ("when", self.when)):
            if value:
                yield name, str(value)
        for name, day in (("from", self.on), ("to", self.until)):
            if day:
                yield name, day.isoformat()
        yield from (("kind", kind) for kind in self.kinds)
        yield from (("domain", domain) for domain in self.domains)
        yield from (("activity", activity) for activity in self.activities)
        if self.public:
            yield "public", self.public
        if self.minors:
            yield "minors", "1"
        if self.organisation:
            yield "organisation", self.organisation
        if self.least_places:
            yield "places", str(self.least_places)
        if self.sort:
            yield "sort", self.sort.value
        if self.after:
            yield "after", self.after

    def query(self, **changes: object) -> str:
        """Return the search with some changes, from its first page, as `?…`; just `?` when nothing is asked for.

        >>> MissionSearch(where="Lyon").query(km=50)
        '?where=Lyon&radius=50'
        """
        changed = replace(self, **{"after": "", **changes})  # type: ignore[arg-type]
        return f"?{urlencode(list(changed.pairs()))}"

    def window(self, *, now: datetime) -> tuple[datetime, datetime] | None:
        """Return the instants between which the wanted slots begin, None for any time."""
        today = now.astimezone(PARIS).date()
        first, last = _span(self.when, today) if self.when else self.days
        if first is None and last is None:
            return None
        first = max(first or today, today)
        # A year covers every mission that can be posted; far days would leave the calendar of the database.
        last = min(last, today + timedelta(days=366)) if last else today + timedelta(days=366)
        return max(_midnight(first), now), _midnight(last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


def _span(when: When, today: date) -> tuple[date, date]:
    match when:
        case When.TODAY:
            return today, today
        case When.TOMORROW:
            return today + timedelta(days=1), today + timedelta(days=1)
        case When.WEEKEND:
            saturday = today + timedelta(days=5 - today.weekday()) if today.weekday() < 5 else today
            return saturday, today + timedelta(days=6 - today.weekday())
        case When.WEEK:
            return today, today + timedelta(days=6)
        case When.MONTH:
            return today, today + timedelta(days=29)


def read_search(fields: Fields) -> MissionSearch:
    """Return the search that a query string asks for, with a problem for each part that was not understood."""
    reader = Reader(fields)
    on, until = reader.day("from"), reader.day("to")
    if on and until and until < on:
        reader.complain("to", gettext_noop("The last day is before the first one: the days were swapped."))
        on, until = until, on
    text, where = reader.text("q", longest=LONGEST_TEXT, cuts=True), reader.text("where", longest=LONGEST_PLACE)
    km = reader.radius("radius")
    return MissionSearch(
        text=text,
        everywhere=bool(text) and reader.first("everywhere") == "1",
        where=where,
        # A distance from no place asks for nothing.
        km=km if where or text else USUAL_RADIUS,
        departement=reader.departement("departement"),
        presence=reader.word("mode", Presence),
        # Days that are named win over a span counted from today.
        when=None if on or until else reader.word("when", When),
        on=on,
        until=until,
        kinds=tuple(sorted(reader.words("kind", Kind))),
        domains=tuple(sorted(reader.words("domain", Domain))),
        activities=tuple(sorted(reader.words("activity", Activity))),
        public=reader.word("public", Public) or "",
        minors=reader.first("minors") in ("1", "on", "true"),
        organisation=reader.key("organisation"),
        least_places=reader.number("places", most=MOST_PLACES),
        sort=reader.word("sort", Order),
        after=reader.cursor("after"),
        problems=tuple(reader.problems),
    )
