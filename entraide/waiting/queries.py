"""Reading the line for people and for other apps."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from entraide.waiting.models import LineRow, ToTell
from entraide.waiting.rules.line import Line
from entraide.waiting.rules.waits import minutes, wait_for


@dataclass(frozen=True, slots=True)
class LineState:
    """The line as an operator sees it. `minutes` is the range for who comes now, None when nobody can tell."""

    is_open: bool
    is_paused: bool
    waiting: int
    per_second: float
    capacity: float
    share_coming: float
    minutes: tuple[int, int] | None
    most_per_second: float | None
    asks_proof: bool
    moved_at: datetime | None


def line_state() -> LineState:
    """Return the line as it was moved last; a line that nobody moved yet is open and empty."""
    row = LineRow.objects.filter(pk=1).first() or LineRow(is_paused=False, asks_proof=False)
    line = msgspec.convert(row.state, Line) if row.state else None
    waiting = line.waiting if line else 0.0
    per_second = line.tickets_per_second if line else 0.0
    return LineState(
        is_open=not row.is_paused and (line is None or line.is_open),
        is_paused=row.is_paused,
        waiting=round(waiting),
        per_second=per_second,
        capacity=line.pace.capacity if line else 0.0,
        share_coming=line.pace.shows if line else 1.0,
        minutes=minutes(wait_for(ahead=waiting, per_second=0.0 if row.is_paused else per_second)),
        most_per_second=row.most_per_second,
        asks_proof=row.asks_proof,
        moved_at=row.moved_at if line else None,
    )


def count_to_tell() -> int:
    """Return how many addresses want to be told when signing up takes no waiting."""
    return ToTell.objects.count()
