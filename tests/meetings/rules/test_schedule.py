"""When a planned meeting's door opens, when it is over, which times can be planned."""

from datetime import UTC, datetime, timedelta

import pytest

from entraide.meetings.rules.schedule import FARTHEST, LONGEST, Phase, Planned, TimeFault, phase, time_fault

START = datetime(2026, 4, 15, 8, tzinfo=UTC)
END = START + timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (START - timedelta(days=3), Phase.EARLY),
        (START - 16 * MINUTE, Phase.EARLY),
        (START - 15 * MINUTE, Phase.OPEN),
        (END - MINUTE, Phase.OPEN),
        (END, Phase.OVER),
    ],
)
def test_the_door_opens_a_quarter_of_an_hour_before_and_closes_at_the_end(at: datetime, expected: Phase) -> None:
    assert phase(Planned(START, END), now=at) == expected


def test_who_talks_on_after_the_end_may_be_joined_until_all_have_left() -> None:
    assert phase(Planned(START, END, room_is_open=True, heads=2), now=END + 30 * MINUTE) == Phase.OPEN
    assert phase(Planned(START, END, room_is_open=True), now=END + 30 * MINUTE) == Phase.OVER


def test_a_meeting_that_its_host_ended_is_over_before_its_time() -> None:
    assert phase(Planned(START, END, room_is_open=False), now=START + MINUTE) == Phase.OVER


def test_a_cancelled_meeting_is_cancelled_at_any_time() -> None:
    for at in (START - timedelta(days=1), START, END + timedelta(days=1)):
        assert phase(Planned(START, END, is_cancelled=True), now=at) == Phase.CANCELLED


@pytest.mark.parametrize(
    ("starts_in", "lasts", "expected"),
    [
        (timedelta(0), 60 * MINUTE, None),
        (-10 * MINUTE, 60 * MINUTE, None),
        (-20 * MINUTE, 60 * MINUTE, TimeFault.PAST),
        (FARTHEST + MINUTE, 60 * MINUTE, TimeFault.FAR),
        (timedelta(days=1), MINUTE, TimeFault.LENGTH),
        (timedelta(days=1), -MINUTE, TimeFault.LENGTH),
        (timedelta(days=1), LONGEST, None),
        (timedelta(days=1), LONGEST + MINUTE, TimeFault.LENGTH),
    ],
)
def test_a_time_that_cannot_be_says_why(starts_in: timedelta, lasts: timedelta, expected: TimeFault | None) -> None:
    start = START + starts_in
    assert time_fault(start, start + lasts, now=START) == expected
