"""The inbox table, reached with psycopg alone: a group is written in one statement, and so in one transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from entraide.intake.deciding import Entry

CONNECT_SECONDS = 3
STATEMENT_SECONDS = 5.0

# One statement is one transaction and one round trip. A key that is there already is left out and looked up afterwards;
# the notice wakes the worker when the transaction commits, and only if something new came.
KEEP_SQL: LiteralString = """
WITH kept AS (
    INSERT INTO volunteering_signup (receipt, received_at, key, digest, payload)
    SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::bytea[], %s::bytea[], %s::jsonb[])
    ON CONFLICT (key) DO NOTHING
    RETURNING key
), told AS (
    SELECT pg_notify('entraide_signup', '') FROM kept LIMIT 1
)
SELECT key, (SELECT count(*) FROM told) FROM kept
"""
EARLIER_SQL: LiteralString = "SELECT key, receipt, digest FROM volunteering_signup WHERE key = ANY(%s)"
STATE_SQL: LiteralString = "SELECT state, received_at FROM volunteering_signup WHERE receipt = %s"
# What is acknowledged must survive a crash, whatever the server's default is; stricter settings stay.
DURABLE_SQL: LiteralString = """
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')
"""


class Unavailable(Exception):
    """The database is away, or too slow to wait for."""


class Unwritable(Exception):
    """The database refuses this content; waiting would not help."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the inbox holds under an entry's key: the entry itself, or the one that came first."""

    receipt: UUID
    digest: bytes


@dataclass(frozen=True, slots=True)
class State:
    """What became of a sign-up: received, done or rejected."""

    state: str
    received_at: datetime


class Link:
    """One connection, made when first needed and again after it broke; statements take turns."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._turn = asyncio.Lock()
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def rows(self, statement: LiteralString, parameters: Sequence[object]) -> list[Any]:
        """Run one statement in a transaction of its own. Raises Unavailable, or Unwritable for refused content."""
        try:
            await asyncio.wait_for(self._turn.acquire(), STATEMENT_SECONDS)
        except TimeoutError:
            raise Unavailable("too many wait for the connection") from None
        try:
            async with asyncio.timeout(STATEMENT_SECONDS):
                connection = await self._connected()
                cursor = await connection.execute(statement, parameters, prepare=True)
                return await cursor.fetchall()
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            raise Unwritable(type(error).__name__) from error
        except (psycopg.Error, OSError, TimeoutError) as error:
            await self.close()
            raise Unavailable(type(error).__name__) from error
        finally:
            self._turn.release()

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None:
            connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="entraide-intake"
            )
            await connection.execute(DURABLE_SQL)
            self._connection = connection
        return self._connection

    async def close(self) -> None:
        """Give the connection back; the next statement makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


class Inbox:
    """Writes and reads the inbox, on a connection each so that readers never wait for a commit."""

    def __init__(self, url: str) -> None:
        self._writing = Link(url)
        self._reading = Link(url)

    async def keep(self, entries: Sequence[Entry]) -> list[Kept]:
        """Commit the entries together and return what the inbox holds for each, in order.

        Of two entries with one key, in this group or long ago, the first is kept and answers for both.
        """
        columns = [
            [entry.receipt for entry in entries],
            [entry.received_at for entry in entries],
            [entry.key for entry in entries],
            [entry.digest for entry in entries],
            [entry.payload.decode() for entry in entries],
        ]
        new = {bytes(row[0]) for row in await self._writing.rows(KEEP_SQL, columns)}
        held: dict[bytes, Kept] = {}
        if len(new) < len(entries):
            keys = list({entry.key for entry in entries})
            rows = await self._writing.rows(EARLIER_SQL, [keys])
            held = {bytes(key): Kept(receipt, bytes(digest)) for key, receipt, digest in rows}
        return [held.get(entry.key) or Kept(entry.receipt, entry.digest) for entry in entries]

    async def state_of(self, receipt: UUID) -> State | None:
        """Return what became of a sign-up, None for a receipt that is unknown or no longer kept."""
        rows = await self._reading.rows(STATE_SQL, [receipt])
        return State(*rows[0]) if rows else None

    async def is_there(self) -> bool:
        """Tell whether the database answers and has the table."""
        try:
            await self._reading.rows("SELECT 1 FROM volunteering_signup LIMIT 1", [])
        except (Unavailable, Unwritable):
            return False
        return True

    async def close(self) -> None:
        """Give both connections back."""
        await self._writing.close()
        await self._reading.close()
