"""What a room is expected to cost, and how a reservation fades."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.meetings.rules.load import DECAY, charged_pps, expected_heads, expected_pps, reserved_pps, usable_pps


@pytest.mark.parametrize(
    ("heads", "pps"), [(0, 0), (1, 0), (2, 0), (3, 75 * 9), (8, 75 * 64), (10, 75 * 100), (28, 75 * 280)]
)
def test_two_need_no_server_and_more_than_ten_are_forwarded_nine(heads: int, pps: int) -> None:
    assert expected_pps(heads) == pps


@pytest.mark.parametrize(
    ("hint", "usual", "present", "heads"), [(25, 6, 0, 25), (None, 6, 0, 6), (None, None, 0, 8), (2, None, 3, 3)]
)
def test_a_hint_counts_more_than_what_is_usual_and_who_is_there_more_than_both(
    hint: int | None, usual: int | None, present: int, heads: int
) -> None:
    assert expected_heads(hint=hint, usual=usual, present=present) == heads


def test_a_reservation_fades_within_ten_minutes() -> None:
    assert reserved_pps(6_000, age=timedelta()) == 6_000
    assert reserved_pps(6_000, age=timedelta(minutes=5)) == 3_000
    assert reserved_pps(6_000, age=DECAY) == reserved_pps(6_000, age=timedelta(days=1)) == 0


def test_a_clock_that_went_back_reserves_no_more_than_was_asked_for() -> None:
    assert reserved_pps(6_000, age=timedelta(seconds=-3)) == 6_000


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 900))
def test_a_placement_never_counts_less_than_what_is_measured(expected: int, live: int, seconds: int) -> None:
    charged = charged_pps(expected=expected, live=live, age=timedelta(seconds=seconds))
    assert live <= charged <= max(live, expected)


def test_rooms_are_given_six_tenths_of_a_node() -> None:
    assert usable_pps(100_000) == 60_000
