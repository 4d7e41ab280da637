"""Rooms of a node that died are spread over the others, the biggest first, and none beyond what a node may take."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from entraide.meetings.rules.load import expected_pps
from entraide.meetings.rules.moves import Moving, biggest_first, must_leave
from entraide.meetings.rules.placement import NodeFacts
from entraide.meetings.rules.pools import Fleet, Wanted, place

HEADS = st.lists(st.integers(3, 100), max_size=30)
LOADS = st.lists(st.tuples(st.integers(0, 80_000), st.integers(1, 80_000)), max_size=60)
NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)


def moving(number: int, heads: int) -> Moving:
    return Moving(f"room {number:02}", Wanted("public", heads, expected_pps(heads)))


def moved(
    rooms: list[Moving], nodes: list[NodeFacts], draw: Callable[[int], int]
) -> tuple[dict[Any, Any], list[NodeFacts]]:
    """Place rooms one after the other, as the watch does; return where each went, and the nodes then."""
    went = {}
    for each in biggest_first(rooms):
        chosen = place(each.wanted, fleet=Fleet(nodes), draw=draw)
        went[each.room] = None if chosen is None else chosen.key
        nodes = [
            replace(node, load_pps=node.load_pps + each.wanted.expected_pps) if node is chosen else node
            for node in nodes
        ]
    return went, nodes


@given(HEADS, LOADS, st.randoms())
def test_no_node_is_filled_beyond_its_bound(heads: list[int], loads: list[tuple[int, int]], chance: Any) -> None:
    nodes = [NodeFacts(number, "public", load, usable) for number, (load, usable) in enumerate(loads)]
    went, after = moved([moving(number, each) for number, each in enumerate(heads)], nodes, chance.randrange)
    for node in after:
        assert node.load_pps <= node.usable_pps or node in nodes
    assert sum(node.load_pps for node in after) - sum(load for load, _ in loads) == sum(
        expected_pps(heads[int(str(room)[5:])]) for room, node in went.items() if node is not None
    )


def test_they_spread_by_themselves() -> None:
    nodes = [NodeFacts(number, "public", 0, 100_000) for number in range(4)]
    went, _ = moved([moving(number, 8) for number in range(8)], nodes, lambda _: 0)
    assert sorted(went.values()) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_a_big_room_is_not_left_out_because_small_ones_came_first() -> None:
    nodes = [NodeFacts("a", "public", 0, expected_pps(28)), NodeFacts("b", "public", 0, expected_pps(6))]
    went, _ = moved([moving(0, 6), moving(1, 28)], nodes, lambda _: 0)
    assert went == {"room 01": "a", "room 00": "b"}


def test_a_drain_without_deadline_waits_for_ever() -> None:
    assert not must_leave(deadline=None, now=NOON)
    assert not must_leave(deadline=NOON, now=NOON - timedelta(seconds=1))
    assert must_leave(deadline=NOON, now=NOON)
