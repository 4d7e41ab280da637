"""A connection to PostgreSQL, with psycopg alone: made when first needed and again after it broke."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, LiteralString

import psycopg

from entraide.intake import arrays
from entraide.intake.log import Unavailable, Unwritable

CONNECT_SECONDS = 3
STATEMENT_SECONDS = 5.0

# What is acknowledged must survive a crash, whatever the server's default is; stricter settings stay.
DURABLE_SQL: LiteralString = """
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')
"""
Connection = psycopg.AsyncConnection[Any]


class Link:
    """One connection; statements take turns, and each is a transaction of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._turn = asyncio.Lock()
        self._connection: Connection | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Connection]:
        """Lend the connection for one statement, for a bounded time.

        Raises Unavailable when the database is away or slow, Unwritable for content that it refuses.
        """
        try:
            await asyncio.wait_for(self._turn.acquire(), STATEMENT_SECONDS)
        except TimeoutError:
            raise Unavailable("too many wait for the connection") from None
        try:
            async with asyncio.timeout(STATEMENT_SECONDS):
                yield await self._connected()
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            raise Unwritable(type(error).__name__) from error
        except (psycopg.Error, OSError, TimeoutError) as error:
            await self.close()
            raise Unavailable(type(error).__name__) from error
        finally:
            self._turn.release()

    async def rows(self, statement: LiteralString, parameters: Sequence[object] = ()) -> list[Any]:
        """Run one statement and return its rows."""
        async with self.turn() as connection:
            cursor = await connection.execute(statement, parameters, prepare=True)
            return await cursor.fetchall() if cursor.description else []

    async def close(self) -> None:
        """Give the connection back; the next statement makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _connected(self) -> Connection:
        if self._connection is None:
            connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="entraide-intake"
            )
            arrays.register(connection.adapters)
            try:
                await connection.execute(DURABLE_SQL)
            except BaseException:
                # Also when whoever asked is cancelled: nobody else would close it.
                await connection.close()
                raise
            self._connection = connection
        return self._connection
