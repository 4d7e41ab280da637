"""Using marks in PostgreSQL where the log is another: many in one statement, just before their sign-ups are appended.

While that database is away sign-ups go on, and so a mark is good once in each process: nobody who waited or computed
is turned away for what cannot be looked up.
"""

import time
from collections.abc import Sequence
from typing import LiteralString

from entraide.intake import measures
from entraide.intake.database import Link
from entraide.intake.log import Unavailable, Unwritable, Wish
from entraide.intake.writing import Full, GroupWriter

# While the database is away nobody waits to find out again; it is asked anew this often.
ASKED_AGAIN_SECONDS = 5.0
# Writing the mark over itself makes the statement wait for whoever claims it at the same time, and see their receipt.
# Marks are taken in their order, so that two processes never wait for each other in turn.
CLAIM_SQL: LiteralString = """
INSERT INTO guard_spent AS spent (mark, receipt)
SELECT DISTINCT ON (mark) * FROM unnest(%s::bytea[], %s::uuid[]) AS wished (mark, receipt) ORDER BY mark
ON CONFLICT (mark) DO UPDATE SET mark = spent.mark RETURNING mark, receipt
"""


class Claims:
    """Uses the marks of sign-ups, on a connection of its own. `start` and `stop` belong to the process's lifespan."""

    def __init__(self, url: str) -> None:
        self._link = Link(url)
        self._away_until = 0.0
        self._wishes: GroupWriter[Wish] = GroupWriter(self._claim)

    def start(self) -> None:
        """Begin to claim."""
        self._wishes.start()

    async def stop(self) -> None:
        """Settle the rest, then end."""
        await self._wishes.stop()
        await self._link.close()

    async def claim(self, wish: Wish) -> None:
        """Use the mark of a sign-up; its `used_for` then says who did, unless the database could not be asked."""
        try:
            if time.monotonic() < self._away_until:
                raise Unavailable("the database was away a moment ago")
            await self._wishes.submit(wish)
        except (Full, Unavailable, Unwritable):
            measures.unshared.labels("claims").inc()

    async def _claim(self, wishes: Sequence[Wish]) -> None:
        try:
            rows = await self._link.rows(
                CLAIM_SQL, ([wish.mark for wish in wishes], [wish.entry.receipt for wish in wishes])
            )
        except Unavailable:
            self._away_until = time.monotonic() + ASKED_AGAIN_SECONDS
            raise
        used = dict(rows)
        for wish in wishes:
            wish.used_for = used[wish.mark]
