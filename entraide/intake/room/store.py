"""The line's tables, reached with psycopg alone: tell what this process saw, move the line, read it."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any, LiteralString

import msgspec
import psycopg

from entraide.intake.room.tally import Tally
from entraide.waiting.rules.curve import SECOND
from entraide.waiting.rules.line import Line, move, new_line, pause
from entraide.waiting.rules.line_clock import line_time
from entraide.waiting.rules.pace import Seen

PATIENCE_SECONDS = 3.0
MOVED_EVERY = 0.9 * SECOND
# A line in which nobody waits and nothing happens is moved this often only.
IDLE_EVERY = 10 * SECOND
LOCK = 0x77616974696E67  # Spells "waiting": the advisory lock of whoever moves the line.

TELL_SECONDS_SQL: LiteralString = """
INSERT INTO waiting_second (second, tickets) SELECT * FROM unnest(%s::bigint[], %s::int[])
ON CONFLICT (second) DO UPDATE SET tickets = waiting_second.tickets + excluded.tickets
"""
TELL_SQL: LiteralString = """
INSERT INTO waiting_line AS line (id, kept, refused, came, fill) VALUES (1, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET kept = line.kept + excluded.kept, refused = line.refused + excluded.refused,
    came = line.came + excluded.came, fill = greatest(line.fill, excluded.fill)
"""
READ_SQL: LiteralString = """
SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint, (extract(epoch FROM moved_at) * 1000)::bigint,
    state, is_paused, most_per_second, asks_proof, kept, refused, came, fill, lag_seconds FROM waiting_line WHERE id = 1
"""
SECONDS_SQL: LiteralString = "SELECT second, tickets FROM waiting_second WHERE second >= %s"
FORGET_SECONDS_SQL: LiteralString = "DELETE FROM waiting_second WHERE second < %s"
MOVE_SQL: LiteralString = """
UPDATE waiting_line SET state = %s, moved_at = clock_timestamp(), kept = kept - %s, refused = refused - %s,
    came = came - %s, fill = 0
WHERE id = 1
"""
ASK_SQL: LiteralString = """
INSERT INTO waiting_to_tell (email, locale) SELECT * FROM unnest(%s::text[], %s::text[])
ON CONFLICT (email) DO NOTHING RETURNING 1
"""


class Away(Exception):
    """The database is away or too slow."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the database says: its time in milliseconds, the line, whether the crisis asks for a proof of work."""

    now: int
    line: Line
    asks_proof: bool


class Store:
    """One connection of its own, made again after it broke, so that the line never waits behind sign-ups."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def exchange(self, tally: Tally) -> Told:
        """Tell what this process saw, move the line if it is time, return it. Raises Away; then nothing was told."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                connection = await self._connected()
                if not tally.is_empty():
                    await _tell(connection, tally)
                return await _keep(connection)
        except (psycopg.Error, OSError, TimeoutError) as error:
            await self.close()
            raise Away(type(error).__name__) from error

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, connect_timeout=2, application_name="entraide-waiting"
            )
        return self._connection

    async def close(self) -> None:
        """Give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


async def _tell(connection: psycopg.AsyncConnection[Any], tally: Tally) -> None:
    async with connection.transaction():
        if tally.tickets:
            # Sorted, so that two processes never wait for each other's rows.
            seconds = sorted(tally.tickets)
            await connection.execute(TELL_SECONDS_SQL, [seconds, [tally.tickets[second] for second in seconds]])
        await connection.execute(TELL_SQL, [tally.kept, tally.refused, tally.came, tally.fill])


async def _keep(connection: psycopg.AsyncConnection[Any]) -> Told:
    """Return the line, moved by us when it is time and nobody else is moving it."""
    found = await _read(connection)
    if found is None:
        await connection.execute(TELL_SQL, [0, 0, 0, 0.0])
        found = await _read(connection)
    told, seen = found or (Told(0, new_line(0), False), Seen(1.0))
    is_idle = told.line.is_open and not told.line.waiting and not (seen.kept or seen.refused or seen.came)
    if told.now - told.line.moved_at < (IDLE_EVERY if is_idle else MOVED_EVERY):
        return told
    async with connection.transaction():
        cursor = await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        is_ours = await cursor.fetchone()
        return await _move(connection) if is_ours and is_ours[0] else told


async def _move(connection: psycopg.AsyncConnection[Any]) -> Told:
    found = await _read(connection)
    if found is None:
        raise psycopg.DataError("the row of the line is gone")
    told, seen = found
    if told.now - told.line.moved_at < MOVED_EVERY:
        return told
    cursor = await connection.execute(SECONDS_SQL, [told.line.admitted_until // SECOND])
    tickets: dict[int, int] = dict(await cursor.fetchall())
    moved = move(told.line, now=told.now, tickets=tickets, seen=seen)
    await connection.execute(MOVE_SQL, [msgspec.json.encode(moved).decode(), seen.kept, seen.refused, seen.came])
    await connection.execute(FORGET_SECONDS_SQL, [moved.admitted_until // SECOND])
    return replace(told, line=moved)


async def _read(connection: psycopg.AsyncConnection[Any]) -> tuple[Told, Seen] | None:
    row = await (await connection.execute(READ_SQL)).fetchone()
    if row is None:
        return None
    wall, moved_wall, state, is_paused, most, asks_proof, kept, refused, came, fill, lag = row
    line = msgspec.convert(state, Line) if state else new_line(wall - SECOND)
    now = line_time(wall=wall, moved_wall=moved_wall, moved_at=line.moved_at)
    line = replace(pause(line) if is_paused else replace(line, paused=False), most_per_second=most)
    seconds = max(1.0, (now - line.moved_at) / SECOND)
    seen = Seen(seconds, kept=kept, refused=refused, fill=fill, came=came, lag_seconds=lag)
    return Told(now, line, asks_proof), seen
