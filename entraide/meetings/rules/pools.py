"""Pools of nodes and what they lend one another: a room goes to its own pool, then to lenders in order, then waits."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from entraide.meetings.rules.placement import Draw, NodeFacts, candidates, choose


@dataclass(frozen=True, slots=True)
class BusyHours:
    """When a pool needs all it has, such as school hours: local times of some days of the week, Monday being 0."""

    begins: time
    ends: time
    weekdays: frozenset[int]

    def holds(self, local: datetime) -> bool:
        """Tell whether a local moment is within them."""
        return local.weekday() in self.weekdays and self.begins <= local.time() < self.ends


@dataclass(frozen=True, slots=True)
class Loan:
    """What a lender gives to rooms of another pool: nodes that are freer than so much, small rooms, quiet hours."""

    lender: Hashable
    above_free_percent: int = 30
    most_heads: int | None = None
    outside_busy_hours: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A room to place: whose pool, how many people are expected, what they cost."""

    pool: Hashable
    heads: int
    expected_pps: int


@dataclass(frozen=True, slots=True)
class Fleet:
    """All nodes that may matter, the loans to the room's pool in the order they are tried, who is busy."""

    nodes: Sequence[NodeFacts]
    loans: Sequence[Loan] = ()
    busy: frozenset[Hashable] = frozenset()


def place(wanted: Wanted, *, fleet: Fleet, draw: Draw) -> NodeFacts | None:
    """Return the node for a room, or None: then it waits in line, for no node is ever filled beyond its bound."""
    for nodes in spill_order(wanted, fleet=fleet):
        chosen = choose(candidates(nodes, expected=wanted.expected_pps), expected=wanted.expected_pps, draw=draw)
        if chosen is not None:
            return chosen
    return None


def spill_order(wanted: Wanted, *, fleet: Fleet) -> Iterator[list[NodeFacts]]:
    """Yield the nodes of the room's own pool, then what each lender gives."""
    by_pool = _by_pool(fleet.nodes)
    yield by_pool.get(wanted.pool, [])
    for loan in fleet.loans:
        if loan.outside_busy_hours and loan.lender in fleet.busy:
            continue
        if loan.most_heads is not None and wanted.heads > loan.most_heads:
            continue
        yield [
            node
            for node in by_pool.get(loan.lender, [])
            if not node.is_guaranteed and node.free_percent > loan.above_free_percent
        ]


def _by_pool(nodes: Iterable[NodeFacts]) -> Mapping[Hashable, list[NodeFacts]]:
    grouped: dict[Hashable, list[NodeFacts]] = {}
    for node in nodes:
        grouped.setdefault(node.pool, []).append(node)
    return grouped
