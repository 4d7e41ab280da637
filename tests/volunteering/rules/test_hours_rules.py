"""How hours are written, counted and attested; when people are asked whether they still come."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.volunteering.rules import hours, reconfirming

START = datetime(2026, 4, 20, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, minutes",
    [
        ("2", 120),
        ("2.5", 150),
        ("2,25", 135),
        ("2h30", 150),
        (" 2 H ", 120),
        ("0:45", 45),
        ("45 min", 45),
        ("24", 1440),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, minutes: int) -> None:
    assert hours.minutes_of_text(text) == minutes


@pytest.mark.parametrize("text", ["", "0", "25", "-1", "2h75", "deux", "1e3", "٣", "2.5.1", "24:01", "\x00", "9" * 500])
def test_what_is_no_hours_is_refused(text: str) -> None:
    with pytest.raises(hours.BadHours):
        hours.minutes_of_text(text)


@given(st.integers(1, hours.MOST_MINUTES))
def test_what_is_shown_can_be_sent_back(minutes: int) -> None:
    assert hours.minutes_of_text(hours.text_of_minutes(minutes)) == minutes


def test_a_slot_counts_its_length() -> None:
    assert hours.minutes_of_slot(starts_at=START, ends_at=START + timedelta(hours=2, minutes=15)) == 135
    assert hours.minutes_of_slot(starts_at=START, ends_at=START + timedelta(seconds=5)) == 1


def test_a_week_of_silence_attests() -> None:
    assert not hours.attested_by_silence(done_at=START, now=START + timedelta(days=7) - timedelta(seconds=1))
    assert hours.attested_by_silence(done_at=START, now=START + timedelta(days=7))


@pytest.mark.parametrize(
    "confirmed_before, now_before, due",
    [(100, 49, False), (100, 48, True), (100, 24, True), (100, 23, False), (72, 48, True), (71, 40, False)],
)
def test_who_is_asked_whether_they_still_come(confirmed_before: int, now_before: int, due: bool) -> None:
    confirmed_at, now = (START - timedelta(hours=each) for each in (confirmed_before, now_before))
    assert reconfirming.ask_due(starts_at=START, confirmed_at=confirmed_at, now=now) is due


@given(st.integers(24, 48))
def test_there_is_half_a_day_to_answer_and_half_a_day_left(asked_before: int) -> None:
    until = reconfirming.answer_by(starts_at=START)
    assert until - (START - timedelta(hours=asked_before)) >= timedelta(hours=12)
    assert START - until == timedelta(hours=12)
