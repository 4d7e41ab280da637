"""What lets one sign-up through, and which of it this process saw used: a ticket of the line, a proof of work, a slip.

A mark is used for a receipt, so that a retry passes. All processes know what was used through PostgreSQL: with its log
in the transaction of the sign-up itself (`inbox`), with the replicated log just before (`claims`).
"""

from uuid import UUID

from entraide.waiting.rules.tickets import Ticket

# As many as one process takes in a minute at its fastest; a challenge lasts ten, at a tenth of that pace.
MOST = 400_000
NOBODY = UUID(int=0)


class Marks:
    """Remembers for which receipt each mark was used, the latest ones only."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._receipts: dict[bytes, UUID] = {}

    def use(self, mark: bytes, receipt: UUID) -> bool:
        """Use a mark for a receipt; return False when another receipt used it."""
        if self._receipts.setdefault(mark, receipt) != receipt:
            return False
        if len(self._receipts) > self._most:
            del self._receipts[next(iter(self._receipts))]
        return True

    def burn(self, mark: bytes) -> None:
        """Let nobody use a mark, as that of a challenge whose solution was wrong: no second guess."""
        self.use(mark, NOBODY)

    def learn(self, mark: bytes, receipt: UUID) -> None:
        """Note that another process used a mark first; its sign-up may be retried here."""
        self._receipts[mark] = receipt

    def is_used(self, mark: bytes) -> bool:
        """Tell whether a mark was used."""
        return mark in self._receipts

    def release(self, mark: bytes, receipt: UUID) -> None:
        """Give a mark back whose sign-up was not kept."""
        if self._receipts.get(mark) == receipt:
            del self._receipts[mark]


def of_ticket(ticket: Ticket) -> bytes:
    """Return the mark of a ticket, which no proof or slip has."""
    return b"ticket" + ticket.mark
