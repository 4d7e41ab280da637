"""The line as this process knows it: who may go through now, who gets a place, and what to tell the database."""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from entraide.foundation import clock
from entraide.intake import measures
from entraide.intake.room.store import Away, Store, Told
from entraide.intake.room.tally import Tally
from entraide.waiting.rules import tickets
from entraide.waiting.rules.curve import SECOND
from entraide.waiting.rules.line import AHEAD_OF_CLOCK, Line, Place, new_line
from entraide.waiting.rules.line_clock import LineClock
from entraide.waiting.rules.tickets import Ticket
from entraide.waiting.rules.waits import Wait, refresh_after, wait_for

EXCHANGED_EVERY_SECONDS = 1.0
ALONE_AFTER = 5 * SECOND
logger = logging.getLogger(__name__)


class Gate(StrEnum):
    """What the line says to somebody who wants to sign up now."""

    THROUGH = "through"
    TURN = "turn"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person is told: how many are ahead, how long it may take, after how many seconds to look again.

    `left` is for how many seconds a turn that has come lasts at least.
    """

    place: Place
    ahead: float
    wait: Wait
    refresh: float
    paused: bool
    left: float = 0.0


class Room:
    """Holds the last known line. Without the database it goes on with that: places are given, nobody new is let in.

    `goes_alone` says that sign-ups are kept without that database: a refusal then counts for some seconds only, since
    nobody moves the line.
    """

    def __init__(self, database_url: str, secret: bytes, *, goes_alone: bool = False) -> None:
        self._goes_alone = goes_alone
        self._secret = secret
        self._store = Store(database_url)
        self._clock = LineClock()
        self._tally = Tally()
        self._told = Told(0, new_line(self._now()), asks_proof=False)
        self._refused_at = 0
        self._is_away = False
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def line(self) -> Line:
        """The line as it was read last."""
        return self._told.line

    @property
    def asks_proof(self) -> bool:
        """Whether a proof of work is asked of whoever signs up."""
        return self._told.asks_proof

    @property
    def is_open(self) -> bool:
        """Whether whoever comes goes straight through: nobody waits, and this process has refused nobody since."""
        alone = self._goes_alone and self._is_away and self._now() > self._refused_at + ALONE_AFTER
        return self.line.is_open and (alone or self.line.moved_at > self._refused_at)

    @property
    def per_second(self) -> float:
        """How many tickets are let in each second; none while the database, and so the line, stands still."""
        return 0.0 if self._is_away else self.line.tickets_per_second

    def start(self) -> None:
        """Begin to keep the line with the other processes."""
        self._task = asyncio.create_task(self._keep(), name="intake-line")

    async def stop(self) -> None:
        """Tell the rest of what was counted, if the database is there, and end."""
        if self._task is not None:
            # Never cancelled: that could cut a telling in the middle, and it would be told twice.
            self._ending.set()
            await self._task
        if not self._is_away:
            await self.exchange()
        await self._store.close()

    def gate(self, ticket: Ticket | None) -> Gate:
        """Tell whether somebody may sign up now. A ticket whose turn has come is used by this."""
        if ticket is not None and not self.line.paused and self.line.place_of(ticket) is Place.ADMITTED:
            self._tally.came += 1
            return Gate.TURN
        return Gate.THROUGH if self.is_open else Gate.WAIT

    def read(self, text: str) -> Ticket | None:
        """Return the ticket written in a text, if it is one of ours and still has, or has had lately, a turn."""
        ticket = tickets.read(text, secret=self._secret) if text else None
        if ticket is None or ticket.issued_at > self._now() + AHEAD_OF_CLOCK:
            return None
        return None if self.line.place_of(ticket) is Place.MISSED else ticket

    def write(self, ticket: Ticket) -> str:
        """Return the text of a ticket."""
        return tickets.write(ticket, secret=self._secret)

    def issue(self, *, key: str) -> Ticket:
        """Give the next place. With a caller's key the ticket belongs to that key."""
        ticket = Ticket(self._now(), tickets.mark_of(key, secret=self._secret))
        self._tally.issued(ticket.issued_at)
        measures.tickets.inc()
        return ticket

    def key_for(self, ticket: Ticket, *, key: str) -> str:
        """Return the key under which a ticket lets one sign-up in: the caller's own if the ticket belongs to it."""
        if key and tickets.mark_of(key, secret=self._secret) == ticket.mark:
            return key
        return f"ticket:{self.write(ticket)}"

    def standing(self, ticket: Ticket) -> Standing:
        """Return what the holder of a ticket is told."""
        ahead = self.line.ahead_of(ticket)
        # While the database is away nobody moves the line, and nobody can tell how long that lasts.
        wait = wait_for(ahead=ahead, per_second=self.per_second)
        chance = random.random()  # noqa: S311 (spreads a crowd, hides nothing)
        place = self.line.place_of(ticket)
        if self.is_open:
            place = Place.ADMITTED
        elif self.line.paused:
            place = Place.WAITING
        left = max(0.0, (self.line.turn_ends_at(ticket) - self._now()) / SECOND)
        return Standing(place, ahead, wait, refresh_after(wait, chance=chance), self.line.paused, left)

    def kept(self, count: int, *, fill: float) -> None:
        """Count sign-ups that were kept while the queue was so full, from 0 to 1."""
        self._tally.kept += count
        self._tally.fill = max(self._tally.fill, fill)

    def refused(self, *, is_full: bool) -> None:
        """Note a sign-up that was refused; whoever comes next waits until the line was moved.

        It counts for the pace if the queue was full. A log that was away says nothing about how many can be kept.
        """
        self._tally.refused += is_full
        self._refused_at = self._now()

    async def exchange(self) -> None:
        """Tell the database what was counted, take over the line."""
        tally = self._tally.take()
        try:
            told = await self._store.exchange(tally)
        except Away as error:
            self._tally.give_back(tally)
            self._is_away = True
            measures.line_away.inc()
            logger.warning("the line cannot be read: %s", error)
            return
        self._is_away = False
        self._clock.set(told=told.now, steady=time.monotonic())
        # A watermark never falls, even if the database was put back to an earlier state.
        if told.line.admitted_until >= self.line.admitted_until or told.line.moved_at > self.line.moved_at:
            self._told = told
        measures.waiting_people.set(told.line.waiting)
        measures.admitted_per_second.set(told.line.tickets_per_second)
        measures.line_is_open.set(told.line.is_open)

    async def keep_asks(self, asks: Sequence[tuple[str, str]]) -> None:
        """Keep who wants to be told, by address and language. Raises Unavailable or Unwritable; then nobody is kept."""
        await self._store.keep_asks(asks)

    async def _keep(self) -> None:
        while not self._ending.is_set():
            await self.exchange()
            # Spread, so that processes that started together do not ask together.
            pause = EXCHANGED_EVERY_SECONDS * random.uniform(0.9, 1.1)  # noqa: S311
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), pause)

    def _now(self) -> int:
        return self._clock.now(steady=time.monotonic(), wall=clock.now().timestamp())
