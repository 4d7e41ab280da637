"""The log in PostgreSQL: a group is appended by one statement, and so in one transaction."""

import asyncio
import logging
from collections.abc import Sequence
from typing import LiteralString

from entraide.intake.arrays import Blobs, Documents, Instants, Uuids
from entraide.intake.database import Link
from entraide.intake.log import Unavailable, Unwritable, Wish

# One statement is one transaction and one round trip, so that its time limit holds on a line that went dead. COPY takes
# several, and psycopg's way out of one waits for the server.
KEEP_SQL: LiteralString = """
INSERT INTO volunteering_signup (receipt, received_at, payload)
SELECT * FROM unnest(%b::uuid[], %b::timestamptz[], %b::jsonb[])
"""
# Where some of a group bring a mark, the same statement uses the marks: a sign-up is kept with its mark or not at all,
# and no process waits a round trip more. Writing a mark over itself makes it wait for whoever uses the mark at the same
# time, and see their receipt; marks go in their order, so that two groups never wait for each other in turn.
KEEP_MARKED_SQL: LiteralString = """
WITH wished AS (
    SELECT * FROM unnest(%b::uuid[], %b::timestamptz[], %b::jsonb[], %b::bytea[])
        AS each (receipt, received_at, payload, mark)
), used AS (
    INSERT INTO guard_spent AS spent (mark, receipt)
    SELECT DISTINCT ON (mark) mark, receipt FROM wished WHERE mark <> '' ORDER BY mark
    ON CONFLICT (mark) DO UPDATE SET mark = spent.mark RETURNING mark, receipt
), kept AS (
    INSERT INTO volunteering_signup (receipt, received_at, payload)
    SELECT receipt, received_at, payload FROM wished
    WHERE mark = '' OR (mark, receipt) IN (SELECT mark, receipt FROM used)
)
SELECT mark, receipt FROM used
"""
# The worker is woken after a commit, at most so often: it takes all that wait, and looks by itself from time to time.
SECONDS_BETWEEN_BELLS = 0.2
logger = logging.getLogger(__name__)


class Inbox:
    """Appends to the table `volunteering_signup`, and wakes the worker that drains it."""

    def __init__(self, url: str) -> None:
        self._writing = Link(url)
        self._bell = Bell(url)

    async def keep(self, wishes: Sequence[Wish]) -> None:
        """Commit the sign-ups together, and the use of their marks with them."""
        entries = [wish.entry for wish in wishes]
        columns = (
            Uuids.of([entry.receipt for entry in entries]),
            Instants.of([entry.received_at for entry in entries]),
            Documents.of([entry.payload for entry in entries]),
        )
        marked = [wish for wish in wishes if wish.mark]
        if marked:
            marks = Blobs.of([wish.mark for wish in wishes])
            used = dict(await self._writing.rows(KEEP_MARKED_SQL, (*columns, marks)))
            for wish in marked:
                wish.used_for = used[wish.mark]
        else:
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
