"""Turns "every Tuesday from 9 to 12 until June" into slots, in the local time of the place, within bounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from entraide.volunteering.rules.words import gettext_noop

MOST_SLOTS = 100
FARTHEST = timedelta(days=366)
LONGEST = timedelta(hours=24)


class Every(StrEnum):
    """How a slot repeats."""

    ONCE = "once"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Repetition:
    """A series as it is asked for, in local time. An end not after the start is on the next day.

    `weekdays` (0 is Monday) is used by weekly series; when empty, the first day's own weekday repeats.
    """

    first_on: date
    last_on: date
    starts: time
    ends: time
    every: Every = Every.ONCE
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """One slot's start and end, in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class SeriesProblem:
    """Why a series cannot be made: the field to correct, a stable code, and a message with its values."""

    field: str
    code: str
    message: str
    values: dict[str, int]


def windows(repetition: Repetition, *, zone: ZoneInfo, now: datetime) -> tuple[Window, ...] | SeriesProblem:
    """Return the series' windows that are still ahead, or the one problem to correct."""
    if repetition.last_on < repetition.first_on:
        return SeriesProblem("last_on", "ends_before_start", gettext_noop("The last day is before the first day."), {})
    if repetition.last_on - repetition.first_on > FARTHEST or repetition.first_on - now.date() > 2 * FARTHEST:
        message = gettext_noop("A series covers at most %(days)s days.")
        return SeriesProblem("last_on", "too_long", message, {"days": FARTHEST.days})
    found: list[Window] = []
    for day in _days(repetition):
        window = _window(day, repetition, zone)
        if window is None or window.starts_at <= now:
            continue
        found.append(window)
        if len(found) > MOST_SLOTS:
            message = gettext_noop("A series makes at most %(most)s slots: choose an earlier last day.")
            return SeriesProblem("last_on", "too_many", message, {"most": MOST_SLOTS})
    if not found:
        return SeriesProblem(
            "first_on", "in_the_past", gettext_noop("Every slot of this series has already begun."), {}
        )
    return tuple(found)


def _days(repetition: Repetition) -> Iterator[date]:
    if repetition.every is Every.ONCE:
        yield repetition.first_on
        return
    wanted = repetition.weekdays or frozenset({repetition.first_on.weekday()})
    day = repetition.first_on
    while day <= repetition.last_on:
        if repetition.every is Every.DAY or day.weekday() in wanted:
            yield day
        day += timedelta(days=1)


def _window(day: date, repetition: Repetition, zone: ZoneInfo) -> Window | None:
    """Return the day's window; None when a clock change leaves no time between its start and its end."""
    last = day if repetition.ends > repetition.starts else day + timedelta(days=1)
    starts_at = datetime.combine(day, repetition.starts, zone).astimezone(UTC)
    ends_at = datetime.combine(last, repetition.ends, zone).astimezone(UTC)
    return Window(starts_at, ends_at) if ends_at > starts_at else None
