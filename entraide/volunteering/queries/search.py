"""The list of missions as the database gives it: a page of rows, lines by their ids, and how many there are.

`queries.finding` asks this node's search index first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from entraide.foundation.pagination import BadCursor, Page, decode, encode
from entraide.territories import api as territories
from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.queries.kept import Kept
from entraide.volunteering.queries.sql import constants, rows
from entraide.volunteering.rules.ordering import Order
from entraide.volunteering.rules.search_keys import search_words

PAGE_ROWS = 20
# Beyond this, a count says no more to a reader than "many" and costs the database as much as the list itself.
COUNTED = 1_000
FARTHEST_KM = 25_000
OF_AGE = 18
MOST_POINTS = 300
_counts: Kept[int] = Kept(seconds=10)


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything within `km` of a point."""

    latitude: float
    longitude: float
    km: int


@dataclass(frozen=True, slots=True)
class MissionFilter:
    """What is asked of the list. `window` are the instants between which a slot with a place begins.

    `departements` are the codes of one, or of those that a région is made of. `remote`: True keeps what is done from
    home, False what is not, None both. `text` is what a visitor typed, in `language`.
    """

    kinds: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    circle: Circle | None = None
    departements: tuple[str, ...] = ()
    remote: bool | None = None
    window: tuple[datetime, datetime] | None = None
    public: str = ""
    minors: bool = False
    text: str = ""
    language: str = "fr"
    activities: tuple[str, ...] = ()
    organisation: UUID | None = None
    least_places: int = 0
    priority: bool = False


class MissionRow(NamedTuple):
    """One line of the list. `starts_at` is when its next slot begins, `distance_km` is known in a search by place."""

    id: UUID
    title: str
    organisation: str
    commune: str
    departement: str
    starts_at: datetime
    places_left: int
    kind: str
    mode: str
    admission: str
    age_min: int
    published_at: datetime
    distance_km: float | None
    partner: str = ""
    is_under_way: bool = False


@dataclass(frozen=True, slots=True)
class MissionPlaceRow:
    """A place of the map: its point at public precision, its commune, and how many missions are there."""

    latitude: float | None
    longitude: float | None
    commune: str
    departement: str
    count: int


# Read a thousand times a second, this list is written as SQL: composing it by the ORM costs 0.8 ms of the 2 ms that a
# page has, measured. Every part is a constant; what visitors give travels as parameters.
_ROWS = """
SELECT m.id, m.title, o.name, m.commune_name, m.departement_code, m.starts_at, m.places_left, m.kind, m.mode,
       m.admission, m.age_min, m.published_at, {distance} AS distance_km, m.partner,
       m.partner <> '' AND m.starts_at = m.ends_at
FROM volunteering_mission m JOIN accounts_organisation o ON o.id = m.organisation_id
WHERE {conditions}
"""
_FROM = "FROM volunteering_mission m JOIN accounts_organisation o ON o.id = m.organisation_id WHERE {conditions}"
# Points of a commune are shown as one dot: exact ones would only cover each other.
_PLACES = (
    "SELECT avg(m.latitude), avg(m.longitude), m.commune_name, m.departement_code, count(*) "
    + _FROM
    + " GROUP BY 3, 4 ORDER BY 5 DESC, 3 LIMIT %(most)s"
)
_BY_DEPARTEMENT = "SELECT m.departement_code, count(*) " + _FROM + " AND m.departement_code <> '' GROUP BY 1"
_OPEN = (
    "m.state = 'online' AND m.places_left > 0 AND m.ends_at > %(now)s "
    f"AND o.state <> ALL({constants(BARRED_ORGANISATIONS)})"
)
# A mission of a partner has no slots: it is under way from its first day to its last.
_WITHIN = "(m.starts_at < %(last)s OR m.partner <> '' AND m.starts_at = m.ends_at) AND m.ends_at > %(first)s"
_SLOT_WITHIN = """(m.partner <> '' OR EXISTS (
    SELECT FROM volunteering_slot s
    WHERE s.mission_id = m.id AND s.state IN ('open', 'full') AND s.capacity_max > s.taken + s.held
      AND s.starts_at >= %(first)s AND s.starts_at < %(last)s))"""
# Each order: its column, its direction, the comparison with a cursor, and what its cursors hold.
_ORDERS: dict[Order, tuple[str, str, str, type]] = {
    Order.NEAREST: ("distance_km", "ASC", ">", float),
    Order.SOONEST: ("starts_at", "ASC", ">", datetime),
    Order.NEWEST: ("published_at", "DESC", "<", datetime),
}


@dataclass(frozen=True, slots=True)
class _Query:
    """A query's text and its parameters."""

    text: str
    parameters: dict[str, Any]
    conditions: str


def open_missions(*, wanted: MissionFilter, order: Order, after: str, now: datetime) -> Page[MissionRow]:
    """Return a page of the missions where somebody may still come, and the cursor of the next one. One query.

    Raises BadCursor when `after` was not made by a list in this order.
    """
    matching = _matching(wanted, now)
    order = Order.SOONEST if order is Order.BEST else order
    column, direction, beyond, kind = _ORDERS[order]
    start, parameters = "", matching.parameters
    if after:
        value, key = _start(after, kind)
        # Rows of two values compare as the index is ordered, so that it is entered at the right place.
        start = f"WHERE ({column}, id) {beyond} (%(value)s, %(key)s)"
        parameters = {**parameters, "value": value, "key": key}
    text = (
        f"SELECT * FROM ({matching.text}) AS found {start} "  # noqa: S608 (constants alone)
        f"ORDER BY {column} {direction}, id {direction} LIMIT {PAGE_ROWS + 1}"
    )
    found = [MissionRow(*row) for row in rows(text, parameters)]
    page = found[:PAGE_ROWS]
    return Page(rows=page, after=encode(_key(page[-1], order)) if len(found) > PAGE_ROWS else None)


def listed_missions(*, ids: list[UUID], now: datetime) -> dict[UUID, MissionRow]:
    """Return the lines of those of these missions where somebody may still come. One query."""
    text = _ROWS.format(distance="NULL::double precision", conditions=f"m.id = ANY(%(ids)s::uuid[]) AND {_OPEN}")
    # As one text: the driver takes longer to write twenty ids one by one than the database to find them.
    written = f"{{{','.join(map(str, ids))}}}"
    found = [MissionRow(*row) for row in rows(text, {"ids": written, "now": now})]
    return {row.id: row for row in found}


def open_places(*, wanted: MissionFilter, now: datetime) -> list[MissionPlaceRow]:
    """Return where the missions asked for are, as the public reads it, the places with most first. One query."""
    matching = _matching(wanted, now)
    text = _PLACES.format(conditions=matching.conditions)
    return [MissionPlaceRow(*row) for row in rows(text, {**matching.parameters, "most": MOST_POINTS})]


def count_by_departement(*, wanted: MissionFilter, now: datetime) -> dict[str, int]:
    """Return how many of the missions asked for each département has. One query."""
    matching = _matching(wanted, now)
    return dict(rows(_BY_DEPARTEMENT.format(conditions=matching.conditions), matching.parameters))


def count_open_missions(*, wanted: MissionFilter, now: datetime) -> int:
    """Return how many missions match, COUNTED + 1 standing for more than COUNTED; at most ten seconds old."""
    # The window begins now, so that its first instant differs at every request: its minute is enough for a count.
    window = wanted.window and (wanted.window[0].replace(second=0, microsecond=0), wanted.window[1])
    return _counts.get(replace(wanted, window=window), lambda: _count(wanted, now))


def _count(wanted: MissionFilter, now: datetime) -> int:
    matching = _matching(wanted, now)
    text = f"SELECT count(*) FROM (SELECT FROM ({matching.text}) AS found LIMIT {COUNTED + 1}) AS counted"  # noqa: S608
    return int(rows(text, matching.parameters)[0][0])


def _matching(wanted: MissionFilter, now: datetime) -> _Query:
    conditions: list[str] = [_OPEN]
    parameters: dict[str, Any] = {"now": now}
    for condition, name, value in _simple_conditions(wanted):
        conditions.append(condition)
        parameters[name] = value
    if wanted.remote is not None:
        conditions.append("m.mode = 'remote'" if wanted.remote else "m.mode <> 'remote'")
    if wanted.minors:
        conditions.append(f"m.age_min < {OF_AGE}")
    if wanted.window:
        conditions += [_WITHIN, _SLOT_WITHIN]
        parameters["first"], parameters["last"] = wanted.window
    distance = "NULL::double precision"
    if wanted.circle:
        circle = territories.circle_sql(
            latitude=wanted.circle.latitude, longitude=wanted.circle.longitude, km=wanted.circle.km, alias="m"
        )
        conditions += [circle.box, f"{circle.distance} <= %(circle_km)s"]
        parameters.update(circle.parameters)
        distance = circle.distance
    joined = " AND ".join(conditions)
    return _Query(_ROWS.format(distance=distance, conditions=joined), parameters, joined)


def _simple_conditions(wanted: MissionFilter) -> Iterator[tuple[str, str, object]]:
    if wanted.kinds:
        yield "m.kind = ANY(%(kinds)s)", "kinds", list(wanted.kinds)
    if wanted.domains:
        yield "(m.domain = ANY(%(domains)s) OR m.second_domain = ANY(%(domains)s))", "domains", list(wanted.domains)
    if len(wanted.departements) == 1:
        # Read by an index in its order, which PostgreSQL does for one value and not for an array of one.
        yield "m.departement_code = %(departement)s", "departement", wanted.departements[0]
    elif wanted.departements:
        yield "m.departement_code = ANY(%(departements)s)", "departements", list(wanted.departements)
    if wanted.activities:
        activities = list(wanted.activities)
        yield "(m.activity = ANY(%(activities)s) OR m.second_activity = ANY(%(activities)s))", "activities", activities
    if wanted.priority:
        yield "m.is_priority = %(priority)s", "priority", True
    if wanted.organisation:
        yield "m.organisation_id = %(organisation)s", "organisation", wanted.organisation
    if wanted.least_places:
        yield "m.places_left >= %(least)s", "least", wanted.least_places
    if words := search_words(wanted.text):
        yield "m.search_key LIKE ALL(%(words)s)", "words", [f"%{word}%" for word in words]
    if wanted.public:
        yield "m.publics @> %(publics)s::varchar[]", "publics", [wanted.public]


def _key(row: MissionRow, order: Order) -> tuple[object, UUID]:
    match order:
        case Order.NEAREST:
            return row.distance_km, row.id
        case Order.SOONEST | Order.BEST:
            return row.starts_at, row.id
        case Order.NEWEST:
            return row.published_at, row.id


def _start(cursor: str, kind: type) -> tuple[object, UUID]:
    """Return the sort key after which a page begins. Raises BadCursor."""
    value, key = decode(cursor, kind, UUID)
    if isinstance(value, datetime) and (value.tzinfo is None or not 2000 <= value.year <= 2200):
        raise BadCursor("not a time of this list")
    if isinstance(value, float) and not 0 <= value <= FARTHEST_KM:
        raise BadCursor("not a distance of this list")
    return value, key
