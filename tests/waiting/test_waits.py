"""What people are told is a range, rounded outwards, and they look again rarely and not all at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.waiting.rules.waits import Wait, minutes, refresh_after, told_ahead, wait_for


@given(ahead=st.floats(0, 3e6), per_second=st.floats(0.1, 10_000))
def test_the_told_range_holds_the_estimate(ahead: float, per_second: float) -> None:
    wait = wait_for(ahead=ahead, per_second=per_second)
    told = minutes(wait)

    assert told is not None and wait.most is not None
    assert told[0] * 60 <= wait.least <= wait.most <= told[1] * 60
    assert told[0] < told[1]


def test_nobody_is_told_a_wait_when_nobody_is_let_in() -> None:
    assert minutes(wait_for(ahead=10, per_second=0)) is None


@given(least=st.floats(0, 1e5), chance=st.floats(0, 1))
def test_nobody_looks_more_often_than_every_four_seconds_or_sleeps_through_the_turn(
    least: float, chance: float
) -> None:
    pause = refresh_after(Wait(least, least * 2 + 30), chance=chance)

    assert 4 <= pause <= 144
    assert pause <= max(6, least)


@pytest.mark.parametrize(("ahead", "told"), [(0, 0), (7.4, 7), (99, 99), (101, 110), (12_345, 13_000), (-1, 0)])
def test_a_rank_is_told_with_two_figures(ahead: float, told: int) -> None:
    assert told_ahead(ahead) == told
