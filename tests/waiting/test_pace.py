"""The pace finds what the sign-up can bear, keeps it busy, and backs off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.waiting.rules.pace import FLOOR, START, Pace, Seen, next_pace


def after(pace: Pace, seconds: int, seen: Seen, *, most: float | None = None) -> Pace:
    """Return the pace after so many seconds that all looked the same."""
    for _ in range(seconds):
        pace = next_pace(pace, seen, most=most)
    return pace


def test_while_the_queue_holds_something_what_is_kept_is_what_can_be_kept() -> None:
    pace = after(Pace(capacity=100), 60, Seen(1, kept=600, fill=0.05, admitted=600, came=600))

    assert pace.capacity == pytest.approx(600, rel=0.01)
    assert pace.per_second == pytest.approx(600, rel=0.02)


def test_while_the_queue_is_empty_more_is_tried() -> None:
    assert after(Pace(capacity=100), 10, Seen(1, kept=95)).capacity > 115


def test_people_who_stay_away_are_no_reason_to_try_more() -> None:
    assert after(Pace(capacity=100), 10, Seen(1, kept=20)).capacity == 100


def test_refusals_lower_it_at_once() -> None:
    assert next_pace(Pace(capacity=1000), Seen(1, kept=500, refused=40), most=None).capacity < 500


@pytest.mark.parametrize("seen", [Seen(8, refused=40), Seen(8, fill=0.9), Seen(8, refused=1, fill=1.0)])
def test_a_time_in_which_nothing_is_kept_says_nothing(seen: Seen) -> None:
    assert after(Pace(capacity=600), 10, seen).capacity == 600


def test_from_very_little_it_comes_back_though_nobody_uses_the_tickets() -> None:
    pace = after(Pace(capacity=FLOOR), 300, Seen(1, admitted=40))

    assert pace.capacity >= START


def test_who_does_not_come_is_replaced_by_the_next() -> None:
    pace = after(Pace(capacity=100), 300, Seen(1, kept=100, fill=0.05, admitted=200, came=100))

    assert pace.shows == pytest.approx(0.5, abs=0.02)
    assert pace.per_second == pytest.approx(200, rel=0.05)


def test_the_operators_bound_holds() -> None:
    assert after(Pace(), 60, Seen(1, kept=900, fill=0.05), most=300).per_second <= 300 / 0.99


@pytest.mark.parametrize(("lag", "share"), [(0, 1.0), (300, 1.0), (600, 0.5), (86_400, 0.2)])
def test_a_worker_that_lags_behind_slows_the_line(lag: float, share: float) -> None:
    pace = next_pace(Pace(capacity=1000), Seen(1, kept=1000, fill=0.05, lag_seconds=lag), most=None)

    assert pace.per_second == pytest.approx(1000 * share, rel=0.02)


@given(
    seen=st.lists(
        st.builds(
            Seen,
            st.floats(0.5, 20),
            kept=st.integers(0, 10**6),
            refused=st.integers(0, 10**6),
            fill=st.floats(0, 1),
            admitted=st.floats(0, 10**6),
            came=st.integers(0, 10**6),
            lag_seconds=st.floats(0, 10**6),
        ),
        max_size=40,
    )
)
def test_whatever_happens_somebody_is_let_in(seen: list[Seen]) -> None:
    pace = Pace()
    for each in seen:
        pace = next_pace(pace, each, most=None)
        assert FLOOR <= pace.per_second < 1e9
