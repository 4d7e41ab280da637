"""The pace of mail: tokens come with time, never more than a burst; a provider in trouble is left alone for longer."""

from datetime import datetime, timedelta

import pytest

from entraide.foundation.mail.pace import FIRST_PAUSE, LONGEST_PAUSE, Pace, after_trouble, refilled, wait


@pytest.mark.parametrize(("seconds", "tokens"), [(0, 0), (0.1, 1), (0.55, 5.5), (1, 10), (3600, 10), (-5, 0)], ids=str)
def test_time_brings_tokens_up_to_one_burst(now: datetime, seconds: float, tokens: float) -> None:
    later = now + timedelta(seconds=seconds)
    assert refilled(Pace(0.0, now), per_second=10, now=later).tokens == pytest.approx(tokens)


def test_a_clock_that_runs_behind_brings_no_token_twice(now: datetime) -> None:
    ahead = refilled(Pace(0.0, now), per_second=10, now=now + timedelta(seconds=0.5))
    behind = refilled(ahead, per_second=10, now=now)
    assert behind == ahead
    assert refilled(behind, per_second=10, now=now + timedelta(seconds=0.6)).tokens == pytest.approx(6)


def test_the_wait_is_until_the_next_token_or_the_end_of_the_pause(now: datetime) -> None:
    assert wait(Pace(1.0, now), per_second=10, now=now) == timedelta(0)
    assert wait(Pace(0.5, now), per_second=10, now=now) == timedelta(seconds=0.05)
    assert wait(Pace(10.0, now, now + timedelta(minutes=3)), per_second=10, now=now) == timedelta(minutes=3)


def test_pauses_double_and_have_an_end(now: datetime) -> None:
    pace, pauses, at = Pace(5.0, now), [], now
    for _ in range(12):
        pace = after_trouble(pace, asked=None, now=at)
        assert pace.paused_until is not None
        pauses.append(pace.paused_until - at)
        at = pace.paused_until
    assert pauses[:3] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]
    assert pauses[-1] == LONGEST_PAUSE
    assert pace.tokens == 0


def test_what_the_provider_asks_for_is_kept(now: datetime) -> None:
    asked = after_trouble(Pace(5.0, now), asked=timedelta(minutes=5), now=now)
    assert asked.paused_until == now + timedelta(minutes=5)
    forever = after_trouble(Pace(5.0, now), asked=timedelta(days=30), now=now)
    assert forever.paused_until == now + timedelta(hours=1)
