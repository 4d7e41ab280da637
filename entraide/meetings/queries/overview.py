"""How the fleet stands: what pools have left, nodes, and what happened to rooms last. Never whose rooms they are."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, Sum

from entraide.meetings.models import Node, NodeEvent, Placement, Pool, Room
from entraide.meetings.rules.load import UNKNOWN_HEADS, expected_pps, usable_pps
from entraide.meetings.rules.words import CHARGED, EventKind, Health, PlacementState, RoomMode, Standing

_IS_CHARGED = Q(placements__state__in=[state.value for state in CHARGED])
# What is told of nodes beside the moves of rooms: complaints and probes are many, and only make the health what it is.
_TOLD = (EventKind.ADDED.value, EventKind.HEALTH.value, EventKind.STANDING.value)


@dataclass(frozen=True, slots=True)
class NodeNow:
    """A node. `percent` is its load in what rooms may be given of it, `people` and `rooms` what it has."""

    id: UUID
    name: str
    pool: str
    standing: Standing
    health: Health
    load_pps: int
    usable_pps: int
    rung: int
    rooms: int
    people: int
    drain_deadline: datetime | None

    @property
    def percent(self) -> int:
        """Return the load in percent of what rooms may be given."""
        return 100 * self.load_pps // max(self.usable_pps, 1)

    @property
    def is_ready(self) -> bool:
        """Tell whether it gets rooms."""
        return self.standing is Standing.IN_SERVICE and self.health is Health.FRESH

    @property
    def rooms_left(self) -> int:
        """Return how many more meetings of the usual size find a place here."""
        return max(0, self.usable_pps - self.load_pps) // expected_pps(UNKNOWN_HEADS) if self.is_ready else 0


@dataclass(frozen=True, slots=True)
class PoolNow:
    """A pool: its nodes that are not retired, and how many meetings wait in line for one of them."""

    key: str
    nodes: tuple[NodeNow, ...]
    in_line: int

    @property
    def ready(self) -> int:
        """Return how many nodes get rooms."""
        return sum(node.is_ready for node in self.nodes)

    @property
    def usable_pps(self) -> int:
        """Return the packets a second that rooms may be given on the nodes that are ready."""
        return sum(node.usable_pps for node in self.nodes if node.is_ready)

    @property
    def load_pps(self) -> int:
        """Return what rooms count on the nodes that are ready."""
        return sum(node.load_pps for node in self.nodes if node.is_ready)

    @property
    def rooms_left(self) -> int:
        """Return how many more meetings of the usual size find a place."""
        return sum(node.rooms_left for node in self.nodes)


@dataclass(frozen=True, slots=True)
class FleetNow:
    """All pools, and how many people meet: over servers, and directly in twos."""

    pools: tuple[PoolNow, ...]
    on_servers: int
    in_pairs: int

    @property
    def nodes(self) -> list[NodeNow]:
        """Return the nodes of all pools."""
        return [node for pool in self.pools for node in pool.nodes]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened at an instant: to a node, or to a meeting of so many people on it."""

    at: datetime
    node: str
    what: str
    to: str = ""
    heads: int = 0


def fleet_now() -> FleetNow:
    """Return how the fleet stands. Four queries."""
    nodes: dict[UUID, list[NodeNow]] = {}
    rows = Node.objects.watched().order_by("name").annotate(
        rooms=Count("placements", filter=_IS_CHARGED), people=Sum("placements__heads", filter=_IS_CHARGED)
    )  # fmt: skip
    pools = list(Pool.objects.order_by("key"))
    keys = {pool.pk: pool.key for pool in pools}
    for node in rows:
        nodes.setdefault(node.pool_id, []).append(_node_now(node, keys[node.pool_id]))
    in_line = Counter(Room.objects.in_line().values_list("pool_id", flat=True))
    people = Counter(dict(Room.objects.open().values_list("mode").annotate(heads=Sum("heads")).order_by()))
    return FleetNow(
        pools=tuple(PoolNow(pool.key, tuple(nodes.get(pool.pk, ())), in_line[pool.pk]) for pool in pools),
        on_servers=people[RoomMode.SFU.value],
        in_pairs=people[RoomMode.P2P.value],
    )


def happened_last(*, most: int, node_id: UUID | None = None) -> list[Happening]:
    """Return what happened last, the newest first: rooms placed and ended, nodes that changed. Two queries."""
    placements = Placement.objects.select_related("node").order_by("-placed_at")
    events = NodeEvent.objects.filter(kind__in=_TOLD).select_related("node").order_by("-at")
    if node_id:
        placements, events = placements.filter(node_id=node_id), events.filter(node_id=node_id)
    ended = placements.filter(ended_at__isnull=False).order_by("-ended_at")
    found = [*_placed(placements[:most]), *_ended(ended[:most]), *map(_event, events[:most])]
    return sorted(found, key=lambda each: each.at, reverse=True)[:most]


def rooms_on(node_id: UUID) -> list[Placement]:
    """Return the meetings on a node, the largest first."""
    return list(Placement.objects.charged().filter(node_id=node_id).order_by("-heads", "-placed_at"))


def _node_now(node: Node, pool: str) -> NodeNow:
    return NodeNow(
        id=node.pk, name=node.name, pool=pool, standing=Standing(node.standing), health=Health(node.health),
        load_pps=node.load_pps, usable_pps=usable_pps(node.capacity_pps), rung=node.rung,
        rooms=node.rooms, people=node.people or 0,  # type: ignore[attr-defined]
        drain_deadline=node.drain_deadline,
    )  # fmt: skip


def _placed(placements: Iterable[Placement]) -> Iterable[Happening]:
    for each in placements:
        what = "placed" if each.epoch == 1 else "placed_again"
        yield Happening(each.placed_at, each.node.name, what, heads=each.heads)


def _ended(placements: Iterable[Placement]) -> Iterable[Happening]:
    for each in placements:
        if each.ended_at and each.state == PlacementState.ENDED.value:
            yield Happening(each.ended_at, each.node.name, each.end_reason, heads=each.heads)


def _event(event: NodeEvent) -> Happening:
    return Happening(event.at, event.node.name, event.kind, to=str(event.detail.get("to", "")))
