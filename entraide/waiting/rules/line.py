"""The line itself: who was let in, who has missed the turn, who waits; and how one second changes it.

The line is a watermark. Tickets issued up to `admitted_until` are let in; of these the ones issued up to
`closed_until` were let in so long ago that their turn is over. Both only ever rise. Nobody is counted one by one:
tickets are counted by the second in which they were issued.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from entraide.waiting.rules.curve import SECOND, Curve, curve_of, thinned
from entraide.waiting.rules.pace import Pace, Seen, next_pace
from entraide.waiting.rules.tickets import Ticket

# Counts of other processes arrive up to this much later; the watermark never comes nearer to the present.
SETTLED_AFTER = 2 * SECOND
TURN = 30 * 60 * SECOND
TRAIL_STEP = 60 * SECOND
# A ticket from later than this cannot be ours: the clock of the machine that issued it was stepped back since.
AHEAD_OF_CLOCK = 60 * SECOND


class Place(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Line:
    """The line at `moved_at`. `is_open`: whoever comes goes straight through.

    `credit` is the part of a ticket that may still be let in, `let_in` how many the last move let in.
    """

    moved_at: int
    admitted_until: int
    closed_until: int = 0
    is_open: bool = True
    paused: bool = False
    most_per_second: float | None = None
    pace: Pace = field(default_factory=Pace)
    credit: float = 0.0
    let_in: float = 0.0
    trail: tuple[tuple[int, int], ...] = ()
    curve: Curve = field(default=Curve((0,), (0.0,)))

    @property
    def waiting(self) -> float:
        """How many tickets wait."""
        return self.curve.total

    def place_of(self, ticket: Ticket) -> Place:
        """Tell where a ticket stands. One from beyond the present counts as one that waits."""
        if ticket.issued_at > self.admitted_until:
            return Place.WAITING
        return Place.MISSED if ticket.issued_at <= self.closed_until else Place.ADMITTED

    def turn_ends_at(self, ticket: Ticket) -> int:
        """Return the moment up to which an admitted ticket is good for certain; a pause makes it longer."""
        steps = (at for at, until in self.trail if until >= ticket.issued_at)
        return next(steps, self.moved_at) + TURN

    def ahead_of(self, ticket: Ticket) -> float:
        """Estimate how many tickets are let in before this one."""
        return self.curve.up_to(ticket.issued_at)

    @property
    def tickets_per_second(self) -> float:
        """How many tickets are let in each second at present."""
        return 0.0 if self.paused else self.pace.per_second


def new_line(now: int) -> Line:
    """Return a line in which nobody waits."""
    until = now - SETTLED_AFTER
    return Line(moved_at=now, admitted_until=until, curve=Curve((until,), (0.0,)))


def move(line: Line, *, now: int, tickets: Mapping[int, int], seen: Seen) -> Line:
    """Return the line a moment later. `tickets` counts those issued in each second from the watermark's on.

    A clock that stands still or was stepped back moves nothing. After a long silence, only some seconds' worth come in.
    """
    elapsed = (now - line.moved_at) / SECOND
    if elapsed <= 0:
        return line
    whole = curve_of(tickets, after=line.admitted_until, until=max(now, line.admitted_until))
    target = max(line.admitted_until, now - SETTLED_AFTER)
    due = whole.up_to(target)
    pace = next_pace(line.pace, replace(seen, admitted=line.let_in), most=line.most_per_second)
    credit = 0.0 if line.paused else line.credit + pace.per_second * min(elapsed, 5.0)
    caught_up = not line.paused and credit >= due
    until = target if caught_up else whole.moment_of(credit)
    used = whole.up_to(until)
    rest = curve_of(tickets, after=until, until=max(now, until))
    return replace(
        line,
        moved_at=now,
        admitted_until=until,
        closed_until=_closed(line, now),
        # Those of the last moments are not due yet, but they are before whoever comes now.
        is_open=caught_up and rest.total <= SETTLED_AFTER / SECOND * pace.per_second and _is_calm(seen),
        pace=pace,
        # What a calm line does not use is not saved up: it would let in a crowd at once later.
        credit=0.0 if caught_up else max(0.0, credit - used),
        let_in=used,
        trail=_trail(line, now, until),
        curve=thinned(rest),
    )


def pause(line: Line) -> Line:
    """Return the line with nobody let in any more."""
    return replace(line, paused=True, is_open=False)


def _is_calm(seen: Seen) -> bool:
    return not seen.refused and seen.fill < 0.5


def _closed(line: Line, now: int) -> int:
    """Return the watermark as it was one turn ago. While the line is paused nobody misses a turn."""
    if line.paused:
        return line.closed_until
    past = [until for at, until in line.trail if at <= now - TURN]
    return max([line.closed_until, *past])


def _trail(line: Line, now: int, until: int) -> tuple[tuple[int, int], ...]:
    kept = tuple(step for step in line.trail if step[0] > now - TURN - TRAIL_STEP)
    if kept and kept[-1][0] > now - TRAIL_STEP:
        return kept
    return (*kept, (now, until))
