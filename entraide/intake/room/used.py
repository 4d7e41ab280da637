"""Which tickets of this process let somebody in already: a ticket is good for one sign-up and its retries."""

from uuid import UUID

from entraide.waiting.rules.tickets import Ticket

MOST = 200_000


class Used:
    """Remembers the receipt of each ticket, the latest ones only: a turn ends long before as many more are used."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._receipts: dict[bytes, UUID] = {}

    def claim(self, ticket: Ticket, receipt: UUID) -> bool:
        """Use a ticket for a sign-up; return False when another one used it."""
        if self._receipts.setdefault(ticket.mark, receipt) != receipt:
            return False
        if len(self._receipts) > self._most:
            del self._receipts[next(iter(self._receipts))]
        return True

    def is_used(self, ticket: Ticket) -> bool:
        """Tell whether a ticket was used."""
        return ticket.mark in self._receipts

    def release(self, ticket: Ticket) -> None:
        """Give a ticket back whose sign-up was not kept."""
        self._receipts.pop(ticket.mark, None)
