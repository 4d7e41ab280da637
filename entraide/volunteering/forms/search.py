"""The search of missions as it stands in an address: read leniently, written back shortest.

Nothing here raises: what cannot be understood is left out of the search and told in `problems`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from entraide.volunteering.queries.search import Order
from entraide.volunteering.rules.words import Domain, Kind, Public, gettext_noop
from entraide.volunteering.rules.zones import PARIS

RADII = (5, 10, 25, 50, 100)
USUAL_RADIUS = 25
WIDEST = 200
LONGEST_PLACE = 80
LONGEST_CURSOR = 512
_DEPARTEMENT = re.compile(r"(?:[0-8][0-9]|9[0-5]|2[AB]|97[1-8]|98[4-9])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffd]+")
_Word = TypeVar("_Word", bound=StrEnum)


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
class Problem:
    """Something in the address that was not understood: the field and a message id."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class MissionSearch:
    """What a visitor looks for. `on` and `until` are the first and last local day, both included."""

    where: str = ""
    km: int = USUAL_RADIUS
    departement: str = ""
    presence: Presence | None = None
    when: When | None = None
    on: date | None = None
    until: date | None = None
    kinds: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    public: str = ""
    minors: bool = False
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
        """Return what is chosen besides the place, the order and the page."""
        return replace(self, where="", km=USUAL_RADIUS, departement="", sort=None, after="", problems=())

    @property
    def is_refined(self) -> bool:
        """Say whether more than a place is asked for."""
        return self.choices != MissionSearch()

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Return the fields that differ from their defaults, always in the same order: one search, one address."""
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
        if self.public:
            yield "public", self.public
        if self.minors:
            yield "minors", "1"
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


class Fields(Protocol):
    """What a query string offers: Django's QueryDict is one."""

    def getlist(self, key: str) -> Sequence[str]:
        """Return every value of a field, none for a field that is not there."""


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
    reader = _Reader(fields)
    on, until = reader.day("from"), reader.day("to")
    if on and until and until < on:
        reader.complain("to", gettext_noop("The last day is before the first one: the days were swapped."))
        on, until = until, on
    return MissionSearch(
        where=reader.text("where"),
        km=reader.radius("radius"),
        departement=reader.departement("departement"),
        presence=reader.word("mode", Presence),
        # Days that are named win over a span counted from today.
        when=None if on or until else reader.word("when", When),
        on=on,
        until=until,
        kinds=tuple(sorted(reader.words("kind", Kind))),
        domains=tuple(sorted(reader.words("domain", Domain))),
        public=reader.word("public", Public) or "",
        minors=reader.first("minors") in ("1", "on", "true"),
        sort=reader.word("sort", Order),
        after=reader.cursor("after"),
        problems=tuple(reader.problems),
    )


class _Reader:
    """Reads one field after the other and collects what is wrong."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self.problems: list[Problem] = []

    def complain(self, field_name: str, message: str) -> None:
        self.problems.append(Problem(field_name, message))

    def first(self, name: str) -> str:
        values = self._fields.getlist(name)
        return values[-1].strip() if values else ""

    def text(self, name: str) -> str:
        raw = self.first(name)
        clean = " ".join(_CONTROL.sub(" ", raw).split())
        if len(clean) > LONGEST_PLACE:
            self.complain(name, gettext_noop("This place name is too long: type a commune or a postcode."))
            return ""
        if raw and not clean:
            self.complain(name, gettext_noop("This place was not understood: type a commune or a postcode."))
        return clean

    def radius(self, name: str) -> int:
        raw = self.first(name)
        if not raw:
            return USUAL_RADIUS
        if not (raw.isascii() and raw.isdigit() and len(raw) <= 4 and 1 <= int(raw) <= WIDEST):
            self.complain(name, gettext_noop("The distance must be between 1 and 200 km: 25 km is used."))
            return USUAL_RADIUS
        return int(raw)

    def departement(self, name: str) -> str:
        raw = self.first(name).upper()
        if raw and not _DEPARTEMENT.fullmatch(raw):
            self.complain(name, gettext_noop("There is no such département."))
            return ""
        return raw

    def day(self, name: str) -> date | None:
        raw = self.first(name)
        if not raw:
            return None
        try:
            found = date.fromisoformat(raw)
        except ValueError:
            found = date.min
        if not 2000 <= found.year <= 2100:
            self.complain(name, gettext_noop("This day was not understood: write it as 2026-04-15."))
            return None
        return found

    def word(self, name: str, words: type[_Word]) -> _Word | None:
        return next(iter(self.words(name, words)), None)

    def words(self, name: str, words: type[_Word]) -> set[_Word]:
        found = set()
        for raw in self._fields.getlist(name)[:40]:
            if not raw:
                continue
            try:
                found.add(words(raw))
            except ValueError:
                self.complain(name, gettext_noop("A choice in this address does not exist: it was left out."))
        return found

    def cursor(self, name: str) -> str:
        raw = self.first(name)
        return raw if len(raw) <= LONGEST_CURSOR and raw.isascii() and raw.isprintable() else "-"
