"""What processes tell each other through PostgreSQL, each in one statement: counts of a minute, and what was used.

Neither table survives a crash of the database, nor needs to: both are of the last minutes only.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import LiteralString
from uuid import UUID

from entraide.intake.abuse.counting import Telling
from entraide.intake.database import Link

TELL_SQL: LiteralString = """
INSERT INTO guard_tally AS tally (key, count, ends_at)
SELECT * FROM unnest(%s::bytea[], %s::int[], %s::timestamptz[])
ON CONFLICT (key) DO UPDATE SET count = tally.count + excluded.count RETURNING key, count
"""
# Writing the mark over itself makes the statement wait for whoever claims it at the same time, and see their receipt.
CLAIM_SQL: LiteralString = """
INSERT INTO guard_spent AS spent (mark, receipt) SELECT * FROM unnest(%s::bytea[], %s::uuid[])
ON CONFLICT (mark) DO UPDATE SET mark = spent.mark RETURNING mark, receipt
"""


class Store:
    """Two connections of their own, made again after they broke. Raises Unavailable or Unwritable."""

    def __init__(self, url: str) -> None:
        self._counts = Link(url)
        self._claims = Link(url)

    async def tell(self, telling: Sequence[Telling]) -> Mapping[bytes, int]:
        """Add counts; return what all processes have counted under these keys."""
        columns = (
            [each.key for each in telling],
            [each.count for each in telling],
            [datetime.fromtimestamp(each.ends_at, UTC) for each in telling],
        )
        return {bytes(key): count for key, count in await self._counts.rows(TELL_SQL, columns)}

    async def claim(self, wanted: Mapping[bytes, UUID]) -> Mapping[bytes, UUID]:
        """Use marks for receipts; return the receipt that each was used for first."""
        marks = sorted(wanted)
        rows = await self._claims.rows(CLAIM_SQL, (marks, [wanted[mark] for mark in marks]))
        return {bytes(mark): receipt for mark, receipt in rows}

    async def close(self) -> None:
        """Give the connections back."""
        await self._counts.close()
        await self._claims.close()
