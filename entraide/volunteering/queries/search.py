"""The public list of missions: one query for a page of rows, one bounded and briefly kept for how many there are."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, FloatField, OuterRef, Q, QuerySet, Value

from entraide.foundation.pagination import BadCursor, Page, decode, encode
from entraide.territories import api as territories
from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.models import Mission, Slot
from entraide.volunteering.queries.kept import Kept
from entraide.volunteering.rules.words import Mode

PAGE_ROWS = 20
# Beyond this, a count says no more to a reader than "many" and costs the database as much as the list itself.
COUNTED = 1_000
FARTHEST_KM = 25_000
_counts: Kept[int] = Kept(seconds=10)


class Order(StrEnum):
    """In which order missions are listed."""

    NEAREST = "near"
    SOONEST = "soon"
    NEWEST = "new"


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything within `km` of a point."""

    latitude: float
    longitude: float
    km: int


@dataclass(frozen=True, slots=True)
class MissionFilter:
    """What is asked of the list. `window` are the instants between which a slot with a place begins.

    `remote`: True keeps what is done from home, False what is not, None both.
    """

    kinds: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    circle: Circle | None = None
    departement: str = ""
    remote: bool | None = None
    window: tuple[datetime, datetime] | None = None
    public: str = ""
    minors: bool = False


@dataclass(frozen=True, slots=True)
class MissionRow:
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


_COLUMNS = (
    "id", "title", "organisation__name", "commune_name", "departement_code", "starts_at", "places_left", "kind",
    "mode", "admission", "age_min", "published_at", "distance_km",
)  # fmt: skip


def open_missions(*, wanted: MissionFilter, order: Order, after: str, now: datetime) -> Page[MissionRow]:
    """Return a page of the missions where somebody may still come, and the cursor of the next one. One query.

    Raises BadCursor when `after` was not made by a list in this order.
    """
    rows = _after(_matching(wanted, now), order=order, cursor=after)[: PAGE_ROWS + 1]
    found = [MissionRow(*values) for values in rows.values_list(*_COLUMNS)]
    page = found[:PAGE_ROWS]
    return Page(rows=page, after=encode(_key(page[-1], order)) if len(found) > PAGE_ROWS else None)


def count_open_missions(*, wanted: MissionFilter, now: datetime) -> int:
    """Return how many missions match, COUNTED + 1 standing for more than COUNTED; at most ten seconds old."""
    # The window begins now, so that its first instant differs at every request: its minute is enough for a count.
    window = wanted.window and (wanted.window[0].replace(second=0, microsecond=0), wanted.window[1])
    return _counts.get(replace(wanted, window=window), lambda: _count(wanted, now))


def _count(wanted: MissionFilter, now: datetime) -> int:
    return _matching(wanted, now).order_by().values("pk")[: COUNTED + 1].count()


def _matching(wanted: MissionFilter, now: datetime) -> QuerySet[Mission]:
    missions = Mission.objects.with_places().ahead(now).exclude(organisation__state__in=BARRED_ORGANISATIONS)
    if wanted.kinds:
        missions = missions.filter(kind__in=wanted.kinds)
    if wanted.domains:
        missions = missions.filter(domain__in=wanted.domains)
    if wanted.departement:
        missions = missions.filter(departement_code=wanted.departement)
    if wanted.remote is not None:
        missions = missions.filter(mode=Mode.REMOTE) if wanted.remote else missions.exclude(mode=Mode.REMOTE)
    if wanted.public:
        missions = missions.filter(publics__contains=[wanted.public])
    if wanted.minors:
        missions = missions.filter(age_min__lt=18)
    if wanted.window:
        missions = missions.filter(starts_at__lt=wanted.window[1], ends_at__gt=wanted.window[0]).filter(
            Exists(_slots_within(wanted.window))
        )
    if wanted.circle:
        circle = wanted.circle
        return territories.within_km(missions, latitude=circle.latitude, longitude=circle.longitude, km=circle.km)
    return missions.annotate(distance_km=Value(None, output_field=FloatField()))


def _slots_within(window: tuple[datetime, datetime]) -> QuerySet[Slot]:
    return Slot.objects.live().with_places().filter(
        mission=OuterRef("pk"), starts_at__gte=window[0], starts_at__lt=window[1]
    )  # fmt: skip


def _key(row: MissionRow, order: Order) -> tuple[object, UUID]:
    match order:
        case Order.NEAREST:
            return row.distance_km, row.id
        case Order.SOONEST:
            return row.starts_at, row.id
        case Order.NEWEST:
            return row.published_at, row.id


# Each order: the column, whether it goes down, and what its cursors hold.
_ORDERS: dict[Order, tuple[str, bool, type]] = {
    Order.NEAREST: ("distance_km", False, float),
    Order.SOONEST: ("starts_at", False, datetime),
    Order.NEWEST: ("published_at", True, datetime),
}


def _after(missions: QuerySet[Mission], *, order: Order, cursor: str) -> QuerySet[Mission]:
    """Order the missions and start after a cursor: by comparison, so that rows added meanwhile move nothing."""
    column, down, kind = _ORDERS[order]
    ordered = missions.order_by(*(f"-{name}" if down else name for name in (column, "id")))
    if not cursor:
        return ordered
    value, key = decode(cursor, kind, UUID)
    if isinstance(value, datetime) and (value.tzinfo is None or not 2000 <= value.year <= 2200):
        raise BadCursor("not a time of this list")
    if isinstance(value, float) and not 0 <= value <= FARTHEST_KM:
        raise BadCursor("not a distance of this list")
    beyond = "lt" if down else "gt"
    # The plain bound lets an index start at the right row; the other part settles rows that share its value.
    settled = Q(**{f"{column}__{beyond}": value}) | Q(**{column: value, f"id__{beyond}": key})
    return ordered.filter(settled, **{f"{column}__{beyond}e": value})
