"""What a search of missions finds: asked of this node's index, or of the database while the index is away.

The index says which missions, in which order and how many; what a line shows is read from the database by their ids,
in one query, so that places left are true and what went offline a moment ago is not shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from entraide.foundation.pagination import BadCursor, decode, encode
from entraide.search import api as search
from entraide.volunteering.queries.kept import Kept
from entraide.volunteering.queries.search import (
    COUNTED,
    PAGE_ROWS,
    MissionFilter,
    MissionRow,
    count_by_departement,
    count_open_missions,
    listed_missions,
    open_missions,
)
from entraide.volunteering.rules.ordering import Order
from entraide.volunteering.rules.words import Mode

# What a list may be narrowed to, and how many values of each are told with their counts.
FACETS = {
    "kind": 50, "domain": 50, "activity": 50, "departement": 200, "mode": 10, "public": 50, "organisation": 8,
    "open_to": 10,
}  # fmt: skip
Windows = tuple[tuple[datetime, datetime], ...]
MODES_ON_SITE = frozenset(mode.value for mode in Mode if mode is not Mode.REMOTE)
_kept_counts: Kept[search.Counts | None] = Kept(seconds=10)
_ORDERS = {
    Order.BEST: search.Order.BEST,
    Order.NEAREST: search.Order.NEAREST,
    Order.SOONEST: search.Order.SOONEST,
    Order.NEWEST: search.Order.NEWEST,
}


@dataclass(frozen=True, slots=True)
class FoundMissions:
    """A page of lines, the cursor of the next one, and how many there are in all.

    The database counts up to COUNTED alone. By the index, `texts` are the beginnings of descriptions, and `values` say
    what the rank of a line is made of; `is_loose` says that lines with some of the words alone are among them, and
    `first` how many lines stand before these.
    """

    rows: list[MissionRow]
    after: str | None
    count: int
    is_counted: bool = True
    texts: Mapping[UUID, str] = field(default_factory=dict)
    values: Mapping[UUID, search.Values] = field(default_factory=dict)
    is_loose: bool = False
    first: int = 0


@dataclass(frozen=True, slots=True)
class _Line:
    """What the index says of one result."""

    id: UUID
    km: float | None
    text: str
    values: search.Values


@dataclass(frozen=True, slots=True)
class _Found:
    """A page of results in one state of the index."""

    lines: tuple[_Line, ...]
    total: int
    is_loose: bool


_kept_found: Kept[_Found] = Kept(seconds=10)


def found_missions(*, wanted: MissionFilter, order: Order, after: str, now: datetime) -> FoundMissions:
    """Return the missions that a search finds, from the cursor `after` on. Raises BadCursor."""
    try:
        state = search.state()
    except search.Missing:
        return _by_database(wanted, order, after, now)
    return _by_index(state, wanted, order, after, now)


def counts(*, wanted: MissionFilter, windows: Windows = ()) -> search.Counts | None:
    """Return how many missions each value of a facet would leave, and how many have a slot in each window.

    Each facet is counted as if nothing of it were chosen, and windows as if none were. At most ten seconds old; None
    while the index is away.
    """
    key = (_key(wanted), tuple(last for _, last in windows))
    return _kept_counts.get(key, lambda: _count(wanted, windows))


def departement_counts(*, wanted: MissionFilter, now: datetime) -> Mapping[str, int]:
    """Return how many missions each département has; the database counts them while the index is away."""
    counted = counts(wanted=wanted)
    return counted.facets["departement"] if counted else count_by_departement(wanted=wanted, now=now)


def words_unknown(*, words: tuple[str, ...], language: str) -> list[str]:
    """Return those of some words that no mission has, however spelt; none while the index is away."""
    try:
        state = search.state()
    except search.Missing:
        return []
    asked = {word: search.Wanted(search.read_question(f"{word} ", language=language)) for word in words}
    return [word for word, one in asked.items() if one.question and not state.count(one)]


def _by_database(wanted: MissionFilter, order: Order, after: str, now: datetime) -> FoundMissions:
    page = open_missions(wanted=wanted, order=order, after=after, now=now)
    is_whole = not after and page.after is None
    count = len(page.rows) if is_whole else count_open_missions(wanted=wanted, now=now)
    return FoundMissions(rows=list(page.rows), after=page.after, count=count, is_counted=count <= COUNTED)


def _by_index(state: search.State, wanted: MissionFilter, order: Order, after: str, now: datetime) -> FoundMissions:
    first = _first(after)
    # What was found in one state of the index stays so: a crowd that asks the same is told the same.
    found = _kept_found.get((state.number, _key(wanted), order, first), lambda: _find(state, wanted, order, first, now))
    known = listed_missions(ids=[line.id for line in found.lines], now=now) if found.lines else {}
    lines = [line for line in found.lines if line.id in known]
    following = first + PAGE_ROWS
    return FoundMissions(
        rows=[known[line.id] if line.km is None else known[line.id]._replace(distance_km=line.km) for line in lines],
        after=encode([following]) if following < min(found.total, search.REACHABLE) else None,
        count=found.total,
        texts={line.id: line.text for line in lines},
        values={line.id: line.values for line in lines},
        is_loose=found.is_loose,
        first=first,
    )


def _find(state: search.State, wanted: MissionFilter, order: Order, first: int, now: datetime) -> _Found:
    asked = replace(_asked(wanted), order=_ORDERS[order], first=first, most=PAGE_ROWS)
    found = state.find(asked, now=now)
    lines = tuple(_Line(UUID(hit.key), hit.km, str(hit.shown.get("text", "")), hit.values) for hit in found.hits)
    return _Found(lines, found.total, is_loose=state.is_loose(asked))


def _first(cursor: str) -> int:
    """Return how many results come before a page. Raises BadCursor."""
    if not cursor:
        return 0
    (first,) = decode(cursor, int)
    if not 0 < first < search.REACHABLE or first % PAGE_ROWS:
        raise BadCursor("not a page of this list")
    return int(first)


def _asked(wanted: MissionFilter) -> search.Wanted:
    chosen = {
        "kind": frozenset(wanted.kinds),
        "domain": frozenset(wanted.domains),
        "activity": frozenset(wanted.activities),
        "departement": frozenset(wanted.departements),
        "mode": _modes(wanted.remote),
        "public": frozenset({wanted.public} - {""}),
        "organisation": frozenset({str(wanted.organisation)}) if wanted.organisation else frozenset(),
        "open_to": frozenset({"minors"}) if wanted.minors else frozenset(),
    }
    circle = wanted.circle
    return search.Wanted(
        question=search.read_question(wanted.text, language=wanted.language),
        facets={name: values for name, values in chosen.items() if values},
        circle=search.Circle(circle.latitude, circle.longitude, circle.km) if circle else None,
        window=wanted.window,
        least_places=wanted.least_places,
    )


def _modes(remote: bool | None) -> frozenset[str]:
    if remote is None:
        return frozenset()
    return frozenset({Mode.REMOTE.value}) if remote else MODES_ON_SITE


def _count(wanted: MissionFilter, windows: Windows) -> search.Counts | None:
    try:
        return search.state().counts(_asked(wanted), most=FACETS, windows=windows)
    except search.Missing:
        return None


def _key(wanted: MissionFilter) -> MissionFilter:
    # The window begins now, so that its first instant differs at every request: its minute is enough for a count.
    window = wanted.window and (wanted.window[0].replace(second=0, microsecond=0), wanted.window[1])
    return replace(wanted, window=window)
