"""A crowd that wants to sign up in the same hour, second by second, through the rules of the waiting line alone.

Each second the sign-up keeps so many. Who comes finds it open, or gets a place, is told a range, looks again when told
to, and signs up once the turn has come. Some never come back. Some open many windows, each with a place of its own.
"""

import random
import sys
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from statistics import fmean, median

from entraide.waiting.rules.curve import SECOND
from entraide.waiting.rules.line import Line, Place, move, new_line
from entraide.waiting.rules.pace import Seen
from entraide.waiting.rules.tickets import Ticket
from entraide.waiting.rules.waits import minutes, refresh_after, wait_for

TURN_TRIED_AGAIN = 5
LONGEST = 6 * 3600


@dataclass(frozen=True, slots=True)
class Evening:
    """How many come, how fast on average, how many are kept each second, and what some of them do."""

    people: int
    kept_per_second: int
    mean_arrival_seconds: float
    queue: int = 4000
    absent: float = 0.2
    many_windows: float = 0.05
    windows: int = 10


@dataclass(slots=True)
class Person:
    """One of the crowd. Times are seconds of the evening; `least` and `most` the minutes told with the first place."""

    comes_at: float
    is_absent: bool
    windows: int
    tickets: list[int]
    told_at: float = 0.0
    least: int | None = None
    most: int | None = None
    turn_at: float | None = None
    done_at: float | None = None
    looks: int = 0

    @property
    def waited(self) -> float:
        """Seconds from coming to the turn; none for who went straight through."""
        return (self.turn_at or self.comes_at) - self.comes_at if self.tickets else 0.0


@dataclass(slots=True)
class Counts:
    """What was counted: sign-ups of each second in which people waited, refusals of who had a turn, turns missed."""

    kept: list[int]
    turned_away: int = 0
    missed: int = 0
    seconds: int = 0
    longest_line: float = 0.0


class Simulation:
    """One evening. `run` plays it to its end."""

    def __init__(self, evening: Evening, *, seed: int = 2020) -> None:
        self._evening = evening
        self._draw = random.Random(seed)  # noqa: S311 (a drawn crowd, no secret)
        self.people = self._crowd()
        self.counts = Counts([])
        self.line: Line = new_line(0)
        self._issued: Counter[int] = Counter()
        self._places: deque[tuple[int, Person]] = deque()
        self._looks: dict[int, list[Person]] = {}
        self._windows: dict[int, list[Person]] = {}
        self._queue = self._kept = self._refused = self._came = 0
        self._refuses = False

    def run(self, tell: Callable[[str], None]) -> None:
        """Play every second until nobody is left who comes back. Raises RuntimeError when that takes six hours."""
        coming, second, left = deque(self.people), 0, len(self.people)
        while coming or self._looks or self._queue:
            second += 1
            if second > LONGEST:
                raise RuntimeError("the line never ended")
            while coming and coming[0].comes_at < second:
                self._arrive(coming.popleft(), second)
            for person in self._windows.pop(second, ()):
                self._place(person, second)
            for person in self._looks.pop(second, ()):
                self._look(person, second)
            self._end(second)
            if second % 60 == 0:
                tell(f"minute {second // 60}: {len(coming):,} of {left:,} to come, {self.line.waiting:,.0f} wait")
        self.counts.seconds = second

    def _crowd(self) -> list[Person]:
        evening, draw = self._evening, self._draw
        times = sorted(draw.expovariate(1 / evening.mean_arrival_seconds) for _ in range(evening.people))
        return [
            Person(
                comes_at=at,
                is_absent=draw.random() < evening.absent,
                windows=evening.windows if draw.random() < evening.many_windows else 1,
                tickets=[],
            )
            for at in times
        ]

    def _arrive(self, person: Person, second: int) -> None:
        if self.line.is_open and not self._refuses and self._post():
            person.done_at = second
            return
        self._place(person, second)
        for number in range(1, person.windows):
            self._windows.setdefault(second + number, []).append(person)

    def _place(self, person: Person, second: int) -> None:
        """Give a place; with the first one, a range is told and the person begins to look."""
        issued = int(max(person.comes_at, second - 1) * SECOND)
        self._issued[issued // SECOND] += 1
        self._places.append((issued, person))
        person.tickets.append(issued)
        if len(person.tickets) > 1:
            return
        wait = wait_for(ahead=self.line.ahead_of(Ticket(issued, b"")), per_second=self.line.tickets_per_second)
        person.told_at, told = issued / SECOND, minutes(wait)
        if told:
            person.least, person.most = told
        if not person.is_absent:
            self._look_again(second + refresh_after(wait, chance=self._draw.random()), person)

    def _look(self, person: Person, second: int) -> None:
        person.looks += 1
        tickets = [Ticket(issued, b"") for issued in person.tickets]
        places = {self.line.place_of(ticket) for ticket in tickets}
        if Place.ADMITTED in places or self.line.is_open:
            self._came += 1
            if self._post():
                person.done_at = second
            else:
                self.counts.turned_away += 1
                self._look_again(second + TURN_TRIED_AGAIN, person)
            return
        if places == {Place.MISSED}:
            self.counts.missed += 1
            return
        wait = wait_for(ahead=self.line.ahead_of(tickets[0]), per_second=self.line.tickets_per_second)
        self._look_again(second + refresh_after(wait, chance=self._draw.random()), person)

    def _look_again(self, at: float, person: Person) -> None:
        self._looks.setdefault(ceil(at), []).append(person)

    def _post(self) -> bool:
        if self._queue >= self._evening.queue:
            self._refused += 1
            self._refuses = True
            return False
        self._queue += 1
        return True

    def _end(self, second: int) -> None:
        """Keep what can be kept in a second, then move the line."""
        kept = min(self._queue, self._evening.kept_per_second)
        self._queue -= kept
        seen = Seen(1.0, kept=kept, refused=self._refused, fill=self._queue / self._evening.queue, came=self._came)
        if not self.line.is_open:
            self.counts.kept.append(kept)
        self.line = move(self.line, now=second * SECOND, tickets=self._issued, seen=seen)
        for old in [each for each in self._issued if each < self.line.admitted_until // SECOND]:
            del self._issued[old]
        while self._places and self._places[0][0] <= self.line.admitted_until:
            _, person = self._places.popleft()
            person.turn_at = person.turn_at or second
        self.counts.longest_line = max(self.counts.longest_line, self.line.waiting)
        self._refused = self._came = 0
        self._refuses = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the evening was like. Shares are from 0 to 1, times seconds."""

    waited: int
    not_in: int
    true_ranges: float
    longer_than_told: float
    untold: float
    gain_of_windows: float
    busy: float
    turned_away: float
    missed: int
    looks: float
    longest_wait: float
    longest_line: float


def outcome(simulation: Simulation, *, kept_per_second: int) -> Outcome:
    """Sum an evening up."""
    people, counts = simulation.people, simulation.counts
    waited = [person for person in people if person.tickets and person.turn_at is not None]
    told = [person for person in waited if person.least is not None and person.most is not None]
    late = sum(_wait_told(person) > 60 * (person.most or 0) for person in told)
    early = sum(_wait_told(person) < 60 * (person.least or 0) for person in told)
    # The first and last minute of the line are its beginning and its end, not its pace.
    steady = counts.kept[60:-60] if len(counts.kept) > 240 else counts.kept
    came = [person for person in people if not person.is_absent]
    return Outcome(
        waited=len(waited),
        not_in=sum(person.done_at is None for person in came),
        true_ranges=1 - (late + early) / max(1, len(told)),
        longer_than_told=late / max(1, len(told)),
        untold=1 - len(told) / max(1, len(waited)),
        gain_of_windows=_gain(waited),
        busy=fmean(steady) / kept_per_second if steady else 1.0,
        turned_away=counts.turned_away / max(1, len(came)),
        missed=counts.missed,
        looks=fmean(person.looks for person in waited if not person.is_absent),
        longest_wait=max(person.waited for person in waited),
        longest_line=counts.longest_line,
    )


def _wait_told(person: Person) -> float:
    return (person.turn_at or 0.0) - person.told_at


def _gain(waited: list[Person]) -> float:
    """Return by which part of their wait those with many windows were faster than who came right after them."""
    gains = [
        1 - one.waited / other.waited
        for one, other in pairwise(waited)
        if one.windows > 1 and other.windows == 1 and other.waited > 60
    ]
    return median(gains) if gains else 0.0


def say(line: str) -> None:
    """Tell the person at the terminal how far it is."""
    sys.stderr.write(f"\r{line:<100}")
    sys.stderr.flush()
