"""When everybody is asked for work: with the crisis, or once pressure has lasted, and until long after it ended."""

from itertools import pairwise

import pytest

from entraide.guard.rules.proofs import (
    LOWERED_AFTER_SECONDS,
    MOST_STEPS,
    RAISED_AFTER_SECONDS,
    Alarm,
    Seen,
    is_pressed,
    next_alarm,
    rounds_for,
    steps_asked,
)

CALM = Seen(1.0, came=100)
FULL = Seen(1.0, came=100, fill=0.9)
ABUSE = Seen(1.0, came=100, abusive=50)


def after(alarm: Alarm, seen: Seen, seconds: float) -> Alarm:
    """Return the alarm after so many seconds of the same."""
    for _ in range(int(seconds / seen.seconds)):
        alarm = next_alarm(alarm, seen)
    return alarm


@pytest.mark.parametrize(
    ("seen", "pressed"),
    [
        (Seen(1.0), False),
        (CALM, False),
        (FULL, True),
        (ABUSE, True),
        (Seen(1.0, came=1, abusive=1), True),
        (Seen(10.0, came=2, abusive=2), False),  # Much of almost nothing.
        (Seen(1.0, came=1000, abusive=100), False),  # A tenth.
    ],
)
def test_pressure_is_a_full_queue_or_much_abuse(seen: Seen, pressed: bool) -> None:
    assert is_pressed(seen) is pressed


@pytest.mark.parametrize("seen", [FULL, ABUSE])
def test_pressure_must_last_to_raise_the_alarm(seen: Seen) -> None:
    almost = after(Alarm(), seen, RAISED_AFTER_SECONDS - 1)

    assert almost.step == 0
    assert next_alarm(almost, seen).step == 1
    assert after(next_alarm(almost, CALM), seen, RAISED_AFTER_SECONDS - 1).step == 0


def test_each_longer_pressure_asks_for_more_and_there_is_a_most() -> None:
    steps = [after(Alarm(), FULL, RAISED_AFTER_SECONDS * times).step for times in range(8)]

    assert steps[:4] == [0, 1, 2, 3]
    assert max(steps) == MOST_STEPS


def test_the_alarm_ends_long_after_the_pressure() -> None:
    raised = after(Alarm(), FULL, RAISED_AFTER_SECONDS)

    assert after(raised, CALM, LOWERED_AFTER_SECONDS - 1).step == 1
    assert after(raised, CALM, LOWERED_AFTER_SECONDS).step == 0
    assert after(raised, CALM, 10 * LOWERED_AFTER_SECONDS) == after(Alarm(), CALM, LOWERED_AFTER_SECONDS)


def test_an_attack_in_waves_does_not_switch_it_off() -> None:
    alarm = after(Alarm(), FULL, RAISED_AFTER_SECONDS)
    for _ in range(10):
        alarm = after(after(alarm, CALM, 60), FULL, 5)
        assert alarm.step == 1


def test_the_crisis_asks_for_one_step_and_the_load_for_more() -> None:
    assert steps_asked(crisis_asks=False, alarm=Alarm()) == 0
    assert steps_asked(crisis_asks=True, alarm=Alarm()) == 1
    assert steps_asked(crisis_asks=True, alarm=Alarm(step=3)) == 3
    assert steps_asked(crisis_asks=False, alarm=Alarm(step=2)) == 2


def test_each_step_doubles_the_work() -> None:
    rounds = [rounds_for(steps, cost=300) for steps in range(1, MOST_STEPS + 1)]

    assert rounds[0] == rounds_for(0, cost=300) == 300
    assert all(more == 2 * less for less, more in pairwise(rounds))
