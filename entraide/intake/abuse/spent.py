"""What was used already: a solution, a slip or a ticket is good for one sign-up and its retries, in all processes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from entraide.intake import measures
from entraide.intake.abuse.store import Store
from entraide.intake.log import Unavailable, Unwritable
from entraide.intake.writing import Full, GroupWriter

# As many as one process takes in a minute at its fastest; a challenge lasts ten, at a tenth of that pace.
MOST = 400_000
NOBODY = UUID(int=0)
# While the database is away nobody waits to find out again; it is asked anew this often.
ASKED_AGAIN_SECONDS = 5.0


@dataclass(slots=True)
class Claim:
    """One wish to use a mark for a receipt, and for which receipt it was used first, once that is known."""

    mark: bytes
    receipt: UUID
    used_for: UUID | None = None


class Spent:
    """Remembers the latest marks of this process, and claims them in PostgreSQL, many in one statement.

    Without the database a mark is good once in each process: nobody is turned away for what cannot be looked up.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._receipts: dict[bytes, UUID] = {}
        self._away_until = 0.0
        self._claims: GroupWriter[Claim] = GroupWriter(self._claim)

    def start(self) -> None:
        """Begin to claim."""
        self._claims.start()

    async def stop(self) -> None:
        """Settle the rest, then end."""
        await self._claims.stop()

    def burn(self, mark: bytes) -> None:
        """Let nobody use a mark, as that of a challenge whose solution was wrong: no second guess."""
        self._remember(mark, NOBODY)

    async def claim(self, mark: bytes, receipt: UUID) -> bool:
        """Use a mark for a receipt; return False when another receipt used it."""
        if self._remember(mark, receipt) != receipt:
            return False
        claim = Claim(mark, receipt)
        try:
            if time.monotonic() < self._away_until:
                raise Unavailable("the database was away a moment ago")
            await self._claims.submit(claim)
        except (Full, Unavailable, Unwritable):
            measures.unshared.labels("claims").inc()
            return True
        if claim.used_for is not None:
            # Another process may have seen it first; its sign-up may be retried here.
            self._receipts[mark] = claim.used_for
        return claim.used_for == receipt

    def _remember(self, mark: bytes, receipt: UUID) -> UUID:
        first = self._receipts.setdefault(mark, receipt)
        if len(self._receipts) > MOST:
            del self._receipts[next(iter(self._receipts))]
        return first

    async def _claim(self, claims: Sequence[Claim]) -> None:
        # Within this process the first one wins already: a mark stands here with one receipt.
        try:
            found = await self._store.claim({claim.mark: claim.receipt for claim in claims})
        except Unavailable:
            self._away_until = time.monotonic() + ASKED_AGAIN_SECONDS
            raise
        for claim in claims:
            claim.used_for = found.get(claim.mark)
