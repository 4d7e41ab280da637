"""The log in PostgreSQL: a group is appended by one statement, and so in one transaction."""

import asyncio
import logging
from collections.abc import Sequence
from typing import LiteralString

from entraide.intake.arrays import Documents, Instants, Uuids
from entraide.intake.database import Link
from entraide.intake.log import Unavailable, Unwritable
from entraide.volunteering.rules.signup_log import Entry

# One statement is one transaction and one round trip, so that its time limit holds on a line that went dead. COPY takes
# several, and psycopg's way out of one waits for the server.
KEEP_SQL: LiteralString = """
INSERT INTO volunteering_signup (receipt, received_at, payload)
SELECT * FROM unnest(%b::uuid[], %b::timestamptz[], %b::jsonb[])
"""
# The worker is woken after a commit, at most so often: it takes all that wait, and looks by itself from time to time.
SECONDS_BETWEEN_BELLS = 0.2
logger = logging.getLogger(__name__)


class Inbox:
    """Appends to the table `volunteering_signup`, and wakes the worker that drains it."""

    def __init__(self, url: str) -> None:
        self._writing = Link(url)
        self._bell = Bell(url)

    async def keep(self, entries: Sequence[Entry]) -> None:
        """Commit the entries together."""
        columns = (
            Uuids.of([entry.receipt for entry in entries]),
            Instants.of([entry.received_at for entry in entries]),
            Documents.of([entry.payload for entry in entries]),
        )
        await self._writing.rows(KEEP_SQL, columns)
        self._bell.ring()

    async def is_there(self) -> bool:
        """Tell whether the database answers and has the table. It waits for a group that is being written."""
        try:
            await self._writing.rows("SELECT 1 FROM volunteering_signup LIMIT 1")
        except (Unavailable, Unwritable):
            return False
        return True

    async def close(self) -> None:
        """Give the connections back."""
        await self._bell.close()
        await self._writing.close()


class Bell:
    """Wakes the worker by NOTIFY, on a connection and in a task of its own: nobody's answer waits for it."""

    def __init__(self, url: str) -> None:
        self._link = Link(url)
        self._rung = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def ring(self) -> None:
        """Ask for a notice; those that come close together are one."""
        self._rung.set()
        if self._task is None:
            self._task = asyncio.create_task(self._notify(), name="intake-bell")

    async def _notify(self) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            try:
                await self._link.rows("NOTIFY entraide_signup")
            except (Unavailable, Unwritable) as error:
                # Nothing is lost: the worker looks into the inbox by itself.
                logger.warning("the worker could not be woken: %s", error)
            await asyncio.sleep(SECONDS_BETWEEN_BELLS)

    async def close(self) -> None:
        """Ring no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._link.close()
