"""What became of a receipt, read from where the drain writes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from entraide.intake.database import Link

STATE_SQL: LiteralString = "SELECT state, received_at FROM volunteering_settlement WHERE receipt = %s"


@dataclass(frozen=True, slots=True)
class State:
    """What became of a sign-up: received, done or rejected. When it came is known once it is settled."""

    state: str
    received_at: datetime | None = None


class Settlements:
    """Reads what became of receipts, on a connection of its own, so that readers never wait for a commit."""

    def __init__(self, url: str) -> None:
        self._link = Link(url)

    async def state_of(self, receipt: UUID) -> State | None:
        """Return what became of a receipt, None when it is not settled. Raises Unavailable."""
        rows = await self._link.rows(STATE_SQL, [receipt])
        return State(*rows[0]) if rows else None

    async def close(self) -> None:
        """Give the connection back."""
        await self._link.close()
