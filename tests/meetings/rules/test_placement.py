"""Which nodes may take a room, and which of them does; what pools lend one another."""

from datetime import UTC, datetime, time, timedelta
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.meetings.rules.placement import NodeFacts, candidates, choose
from entraide.meetings.rules.pools import BusyHours, Fleet, Loan, Wanted, place
from entraide.meetings.rules.words import Health, Standing


def node(key: str, load: int = 0, *, usable: int = 1_000, pool: str = "public", **facts: Any) -> NodeFacts:
    return NodeFacts(key=key, pool=pool, load_pps=load, usable_pps=usable, **facts)


def never(_: int) -> int:
    raise AssertionError("nothing is drawn in a small fleet")


@pytest.mark.parametrize(
    "facts",
    [
        {"standing": Standing.DRAINING},
        {"standing": Standing.RETIRED},
        {"health": Health.SUSPECT},
        {"health": Health.DEAD},
        {"health": Health.RETURNING},
        {"silent_for": timedelta(seconds=6.1)},
    ],
)
def test_a_node_that_is_not_well_or_not_wanted_gets_nothing(facts: dict[str, Any]) -> None:
    assert candidates([node("a", **facts)], expected=1) == []


def test_a_room_must_fit_entirely() -> None:
    nodes = [node("full", 901), node("just", 900)]
    assert [each.key for each in candidates(nodes, expected=100)] == ["just"]


def test_a_small_fleet_gives_the_least_loaded() -> None:
    assert choose([node("a", 30), node("b", 10), node("c", 20)], expected=5, draw=never).key == "b"  # type: ignore[union-attr]


def test_loads_are_compared_as_shares_so_that_a_large_node_is_not_left_empty() -> None:
    small, large = node("small", 100, usable=1_000), node("large", 300, usable=10_000)
    assert choose([small, large], expected=50, draw=never) == large


def test_of_none_none_is_chosen() -> None:
    assert choose([], expected=1, draw=never) is None


@pytest.mark.parametrize(("draws", "chosen"), [((0, 0), "n0"), ((59, 58), "n58"), ((5, 5), "n5"), ((7, 3), "n3")])
def test_a_large_fleet_gives_the_better_of_two_different_ones(draws: tuple[int, int], chosen: str) -> None:
    nodes = [node(f"n{number}", number) for number in range(60)]
    drawn = cycle(draws)
    assert choose(nodes, expected=5, draw=lambda _: next(drawn)).key == chosen  # type: ignore[union-attr]


def test_a_large_room_goes_to_the_least_loaded_of_a_large_fleet_too() -> None:
    nodes = [node(f"n{number}", 1_000 - number, usable=100_000) for number in range(60)]
    assert choose(nodes, expected=18_000, draw=never) == nodes[-1]


@given(
    st.lists(st.tuples(st.integers(0, 1_500), st.integers(1, 1_500)), max_size=80), st.integers(0, 800), st.randoms()
)
def test_whatever_is_drawn_no_node_is_filled_beyond_its_bound(loads: Any, expected: int, chance: Any) -> None:
    nodes = [node(str(number), load, usable=usable) for number, (load, usable) in enumerate(loads)]
    found = candidates(nodes, expected=expected)
    chosen = choose(found, expected=expected, draw=chance.randrange)
    if chosen is None:
        assert not found
    else:
        assert chosen.load_pps + expected <= chosen.usable_pps


CLASS = Wanted(pool="education", heads=28, expected_pps=300)
SMALL = Wanted(pool="public", heads=6, expected_pps=30)
LARGE = Wanted(pool="public", heads=11, expected_pps=110)
TO_PUBLIC = Loan("education", above_free_percent=50, most_heads=10, outside_busy_hours=True)
TO_EDUCATION = Loan("public")


def test_a_room_goes_to_its_own_pool_as_long_as_there_is_room() -> None:
    nodes = [node("own", 700, pool="education"), node("lent", 0)]
    assert place(CLASS, fleet=Fleet(nodes, [TO_EDUCATION]), draw=never).key == "own"  # type: ignore[union-attr]


def test_then_to_a_lender_that_is_free_enough() -> None:
    full = node("own", 900, pool="education")
    fleet = Fleet([full, node("lent", 600)], [TO_EDUCATION])
    assert place(CLASS, fleet=fleet, draw=never).key == "lent"  # type: ignore[union-attr]
    assert place(CLASS, fleet=Fleet([full, node("lent", 700)], [TO_EDUCATION]), draw=never) is None


def test_a_guaranteed_node_is_lent_to_nobody() -> None:
    fleet = Fleet([node("kept", is_guaranteed=True)], [TO_EDUCATION])
    assert place(CLASS, fleet=fleet, draw=never) is None


def test_schools_lend_small_rooms_half_empty_nodes_in_quiet_hours() -> None:
    nodes = [node("school", 499, pool="education")]
    quiet, busy = Fleet(nodes, [TO_PUBLIC]), Fleet(nodes, [TO_PUBLIC], frozenset({"education"}))
    assert place(SMALL, fleet=quiet, draw=never) == nodes[0]
    assert place(SMALL, fleet=busy, draw=never) is None
    assert place(LARGE, fleet=quiet, draw=never) is None
    half = Fleet([node("school", 500, pool="education")], [TO_PUBLIC])
    assert place(SMALL, fleet=half, draw=never) is None


def test_lenders_are_tried_in_order() -> None:
    nodes = [node("burst", pool="burst"), node("lent", 100)]
    fleet = Fleet(nodes, [TO_EDUCATION, Loan("burst", above_free_percent=0)])
    assert place(CLASS, fleet=fleet, draw=never).key == "lent"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("at", "busy"),
    [
        (datetime(2026, 4, 15, 8, 0, tzinfo=UTC), True),
        (datetime(2026, 4, 15, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 4, 15, 17, 0, tzinfo=UTC), False),
        (datetime(2026, 4, 18, 10, 0, tzinfo=UTC), False),
    ],
)
def test_school_hours_are_hours_of_school_days(at: datetime, busy: bool) -> None:
    assert BusyHours(time(8), time(17), frozenset({0, 1, 2, 3, 4})).holds(at) is busy
