"""The line's tables, reached with psycopg alone: tell what this process saw, move the line, read it.

Each step is one statement, hence one transaction and one round trip: its time limit holds on a connection that went
dead. Whoever moves the line does so only if nobody has moved it since it was read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, LiteralString

import msgspec

from entraide.intake.database import Link
from entraide.intake.log import Unavailable, Unwritable
from entraide.intake.room.tally import Tally
from entraide.waiting.rules.curve import SECOND
from entraide.waiting.rules.line import Line, move, new_line, pause
from entraide.waiting.rules.line_clock import line_time
from entraide.waiting.rules.pace import Seen

MOVED_EVERY = 0.9 * SECOND
# A line in which nobody waits and nothing happens is moved this often only.
IDLE_EVERY = 10 * SECOND

# The seconds are sorted, so that two processes never wait for each other's rows.
TELL_SQL: LiteralString = """
WITH counted AS (
    INSERT INTO waiting_second (second, tickets) SELECT * FROM unnest(%s::bigint[], %s::int[])
    ON CONFLICT (second) DO UPDATE SET tickets = waiting_second.tickets + excluded.tickets
)
INSERT INTO waiting_line AS line (id, kept, refused, came, fill) VALUES (1, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET kept = line.kept + excluded.kept, refused = line.refused + excluded.refused,
    came = line.came + excluded.came, fill = greatest(line.fill, excluded.fill)
"""
READ_SQL: LiteralString = """
SELECT moved_at::text, (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
    (extract(epoch FROM moved_at) * 1000)::bigint, state, is_paused, most_per_second, asks_proof, kept, refused, came,
    fill, lag_seconds, EXISTS (SELECT FROM waiting_second)
FROM waiting_line WHERE id = 1
"""
SECONDS_SQL: LiteralString = "SELECT second, tickets FROM waiting_second WHERE second >= %s"
FORGET_SECONDS_SQL: LiteralString = "DELETE FROM waiting_second WHERE second < %s"
MOVE_SQL: LiteralString = """
UPDATE waiting_line SET state = %s, moved_at = clock_timestamp(), kept = kept - %s, refused = refused - %s,
    came = came - %s, fill = 0
WHERE id = 1 AND moved_at = %s::timestamptz RETURNING 1
"""
ASK_SQL: LiteralString = """
INSERT INTO waiting_to_tell (email, locale) SELECT * FROM unnest(%s::text[], %s::text[])
ON CONFLICT (email) DO NOTHING
"""


class Away(Exception):
    """The database is away or too slow."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the database says: its time in milliseconds, the line, whether the crisis asks for a proof of work."""

    now: int
    line: Line
    asks_proof: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The row as it was read: what it tells, what was seen since the last move, that move's exact moment, and whether
    nothing would change by another."""

    told: Told
    seen: Seen
    moved_at: str
    is_idle: bool


class Store:
    """One connection of its own, made again after it broke, so that the line never waits behind sign-ups."""

    def __init__(self, url: str) -> None:
        self._link = Link(url)

    async def exchange(self, tally: Tally) -> Told:
        """Tell what this process saw, move the line if it is time, return it.

        Raises Away; then what was seen may be told or not, and the caller tells it again: a line that counts some
        people twice is a little slower, one that forgets some would tell a rank that is too good.
        """
        try:
            if not tally.is_empty():
                await self._tell(tally)
            return await self._keep()
        except (Unavailable, Unwritable) as error:
            raise Away(str(error)) from error

    async def keep_asks(self, asks: Sequence[tuple[str, str]]) -> None:
        """Keep the addresses, with their languages, of those who want to be told. Raises Unavailable or Unwritable."""
        await self._link.rows(ASK_SQL, [[email for email, _ in asks], [locale for _, locale in asks]])

    async def close(self) -> None:
        """Give the connection back."""
        await self._link.close()

    async def _tell(self, tally: Tally) -> None:
        seconds = sorted(tally.tickets)
        counts = [tally.tickets[second] for second in seconds]
        await self._link.rows(TELL_SQL, [seconds, counts, tally.kept, tally.refused, tally.came, tally.fill])
        # Told, so that it is not told again when the rest of the exchange fails.
        tally.take()

    async def _keep(self) -> Told:
        """Return the line, moved by us when it is time."""
        found = await self._read()
        if found is None:
            await self._link.rows(TELL_SQL, [[], [], 0, 0, 0, 0.0])
            found = await self._read()
        if found is None:
            raise Away("the row of the line is gone")
        due = found.told.now - found.told.line.moved_at >= (IDLE_EVERY if found.is_idle else MOVED_EVERY)
        return await self._move(found) if due else found.told

    async def _move(self, found: Found) -> Told:
        told, seen = found.told, found.seen
        tickets: dict[int, int] = dict(await self._link.rows(SECONDS_SQL, [told.line.admitted_until // SECOND]))
        moved = move(told.line, now=told.now, tickets=tickets, seen=seen)
        state = msgspec.json.encode(moved).decode()
        if not await self._link.rows(MOVE_SQL, [state, seen.kept, seen.refused, seen.came, found.moved_at]):
            # Another process moved it meanwhile; its move is read with the next exchange.
            return told
        await self._link.rows(FORGET_SECONDS_SQL, [moved.admitted_until // SECOND])
        return replace(told, line=moved)

    async def _read(self) -> Found | None:
        rows = await self._link.rows(READ_SQL)
        return _found(*rows[0]) if rows else None


def _found(
    moved_at: str,
    wall: int,
    moved_wall: int,
    state: Any,
    is_paused: bool,
    most: float | None,
    asks_proof: bool,
    *counts: Any,
) -> Found:
    kept, refused, came, fill, lag, has_tickets = counts
    line = msgspec.convert(state, Line) if state else new_line(wall - SECOND)
    now = line_time(wall=wall, moved_wall=moved_wall, moved_at=line.moved_at)
    line = replace(pause(line) if is_paused else replace(line, paused=False), most_per_second=most)
    seconds = max(1.0, (now - line.moved_at) / SECOND)
    seen = Seen(seconds, kept=kept, refused=refused, fill=fill, came=came, lag_seconds=lag)
    is_idle = line.is_open and not (line.waiting or has_tickets or kept or refused or came)
    return Found(Told(now, line, asks_proof), seen, moved_at, is_idle)
