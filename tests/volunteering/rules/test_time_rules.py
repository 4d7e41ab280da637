"""Holds, reminders and series of slots."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.volunteering.rules import holds, reminders
from entraide.volunteering.rules.repetition import LONGEST, MOST_SLOTS, Every, Repetition, SeriesProblem, windows
from entraide.volunteering.rules.words import Admission
from entraide.volunteering.rules.zones import PARIS, zone_of

NOW = datetime(2026, 4, 15, 8, 30, tzinfo=UTC)
HOURS = st.integers(1, 500).map(lambda hours: timedelta(hours=hours))


@given(HOURS, HOURS)
def test_a_hold_ends_in_time_and_not_after_the_start(review_hold: timedelta, ahead: timedelta) -> None:
    until = holds.hold_until(admission=Admission.REVIEW, review_hold=review_hold, starts_at=NOW + ahead, now=NOW)
    assert until == NOW + min(review_hold, ahead)
    assert holds.has_ended(until=until, now=until) and not holds.has_ended(until=until, now=NOW)


def test_instant_admission_holds_nothing() -> None:
    starts_at = NOW + timedelta(days=1)
    instant = holds.hold_until(
        admission=Admission.INSTANT, review_hold=timedelta(hours=1), starts_at=starts_at, now=NOW
    )
    assert instant is None and not holds.has_ended(until=None, now=NOW)


@given(HOURS)
def test_a_warning_comes_within_the_hold(length: timedelta) -> None:
    until = NOW + length
    due = holds.warn_at(held_at=NOW, until=until)
    assert NOW < due < until and until - due <= timedelta(hours=24)
    assert holds.warning_due(held_at=NOW, until=until, now=due)
    assert not holds.warning_due(held_at=NOW, until=until, now=until)


@pytest.mark.parametrize(
    "confirmed_before, asked_before, due",
    [(72, 24, True), (72, 25, False), (72, 2, True), (72, 1, False), (20, 10, False), (24, 12, False)],
)
def test_a_reminder_is_for_those_confirmed_more_than_a_day_ahead(
    confirmed_before: int, asked_before: int, due: bool
) -> None:
    starts_at = NOW + timedelta(hours=100)
    confirmed_at, asked_at = (starts_at - timedelta(hours=hours) for hours in (confirmed_before, asked_before))
    assert reminders.reminder_due(starts_at=starts_at, confirmed_at=confirmed_at, now=asked_at) is due


def series(**changes: object) -> Repetition:
    values = {"first_on": date(2026, 4, 20), "last_on": date(2026, 4, 20), "starts": time(9), "ends": time(12)}
    return Repetition(**{**values, **changes})  # type: ignore[arg-type]


def test_a_weekly_series_keeps_its_local_hour_when_the_clocks_change() -> None:
    autumn = series(first_on=date(2026, 10, 19), last_on=date(2026, 11, 2), every=Every.WEEK)
    found = windows(autumn, zone=PARIS, now=NOW)
    assert not isinstance(found, SeriesProblem)
    assert [window.starts_at.hour for window in found] == [7, 8, 8]
    assert {window.starts_at.astimezone(PARIS).hour for window in found} == {9}


def test_a_series_is_in_the_time_of_its_place() -> None:
    found = windows(series(), zone=zone_of("974"), now=NOW)
    assert not isinstance(found, SeriesProblem)
    assert found[0].starts_at == datetime(2026, 4, 20, 5, tzinfo=UTC)


def test_a_night_ends_the_next_day() -> None:
    found = windows(series(starts=time(22), ends=time(2)), zone=PARIS, now=NOW)
    assert not isinstance(found, SeriesProblem)
    assert found[0].ends_at - found[0].starts_at == timedelta(hours=4)


def test_a_window_that_the_clock_change_swallows_is_left_out() -> None:
    lost = series(first_on=date(2026, 3, 29), last_on=date(2026, 3, 30), starts=time(2, 15), ends=time(2, 45))
    daily = Repetition(lost.first_on, lost.last_on, lost.starts, lost.ends, Every.DAY)
    found = windows(daily, zone=PARIS, now=datetime(2026, 3, 1, tzinfo=UTC))
    assert not isinstance(found, SeriesProblem)
    assert all(window.ends_at > window.starts_at for window in found)


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"last_on": date(2026, 4, 19)}, "ends_before_start"),
        ({"last_on": date(2028, 4, 20), "every": Every.DAY}, "too_long"),
        ({"last_on": date(2026, 12, 31), "every": Every.DAY}, "too_many"),
        ({"first_on": date(2026, 4, 1), "last_on": date(2026, 4, 1)}, "in_the_past"),
    ],
)
def test_a_series_that_cannot_be_is_refused_with_its_reason(changes: dict[str, object], code: str) -> None:
    found = windows(series(**changes), zone=PARIS, now=NOW)
    assert isinstance(found, SeriesProblem) and found.code == code
    assert found.message % found.values


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(0, 400),
    st.times(),
    st.times(),
    st.sampled_from(Every),
    st.frozensets(st.integers(0, 6)),
    st.sampled_from(["Europe/Paris", "Indian/Reunion", "Pacific/Tahiti"]),
)
def test_windows_are_ahead_bounded_and_in_order(
    first: date, days: int, starts: time, ends: time, every: Every, weekdays: frozenset[int], zone: str
) -> None:
    asked = Repetition(first, first + timedelta(days=days), starts, ends, every, weekdays)
    found = windows(asked, zone=ZoneInfo(zone), now=NOW)
    if isinstance(found, SeriesProblem):
        return
    assert 0 < len(found) <= MOST_SLOTS
    assert list(found) == sorted(found, key=lambda window: window.starts_at)
    assert all(NOW < w.starts_at < w.ends_at <= w.starts_at + LONGEST + timedelta(hours=1) for w in found)
