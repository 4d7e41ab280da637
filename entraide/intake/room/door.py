"""The door between the line and the lane: who may go on, under which key, and who gets a place instead."""

from math import ceil
from typing import Literal

import msgspec

from entraide.intake import marks, measures
from entraide.intake.asgi import Request
from entraide.intake.decoding import Fields
from entraide.intake.marks import Marks
from entraide.intake.refusals import Refusal
from entraide.intake.room.keepsake import ticket_cookie
from entraide.intake.room.room import Gate, Room, Standing
from entraide.waiting.rules.line import Place
from entraide.waiting.rules.tickets import Ticket
from entraide.waiting.rules.waits import minutes, told_ahead

SOON_SECONDS = 3
# The line is not open, the queue is full, the log is away.
Why = Literal["line", "busy", "unavailable"]


class InLine(Refusal):
    """Not now: the caller has a place in line. `ticket` is its text, `standing` what to tell."""

    def __init__(self, code: Why, *, ticket: str, standing: Standing) -> None:
        # Whose turn has come is not sent back to the end: only the moment was bad.
        seconds = SOON_SECONDS if standing.place is Place.ADMITTED else ceil(standing.refresh)
        members = {
            "ticket": ticket,
            "ahead": told_ahead(standing.ahead),
            "minutes": minutes(standing.wait),
            "paused": standing.paused,
        }
        super().__init__(503, code, headers={"retry-after": str(seconds)}, members=members)
        self.ticket = ticket


class Pass(msgspec.Struct, frozen=True):
    """What lets a sign-up go on: the key of its receipt, and the ticket, if it needed one."""

    key: str
    ticket: Ticket | None

    @property
    def mark(self) -> bytes:
        """What the sign-up uses up; nothing without a ticket."""
        return marks.of_ticket(self.ticket) if self.ticket else b""


class Door:
    """Decides with the last known line, without the database; a ticket is good for one sign-up."""

    def __init__(self, room: Room, used: Marks) -> None:
        self._room = room
        self._used = used

    @property
    def is_open(self) -> bool:
        """Whether whoever comes goes straight through, with a ticket or without."""
        return self._room.is_open

    def let_in(self, request: Request, fields: Fields, *, key: str) -> Pass:
        """Return the pass of whoever may sign up now. Raises InLine for the others."""
        ticket = self.ticket_of(request, fields)
        if ticket is not None and self._used.is_used(marks.of_ticket(ticket)):
            # A retry of what was kept goes through whatever the line says; its mark tells whether it is one.
            return Pass(self._room.key_for(ticket, key=key), ticket)
        match self._room.gate(ticket):
            case Gate.TURN if ticket is not None:
                return Pass(self._room.key_for(ticket, key=key), ticket)
            case Gate.THROUGH:
                # The ticket is not needed, but its key is: an earlier try under it may have been committed.
                return Pass(self._room.key_for(ticket, key=key) if ticket else key, ticket)
        raise self._place(ticket or self._room.issue(key=key), "line")

    def anew(self) -> InLine:
        """Return a new place, for somebody whose ticket let in another sign-up."""
        return self._place(self._room.issue(key=""), "line")

    def kept(self, count: int, *, fill: float) -> None:
        """Count sign-ups that were kept while the queue was so full."""
        self._room.kept(count, fill=fill)

    def refused(self, passed: Pass, code: Why) -> InLine:
        """Return the place of somebody who was let in, but whom the queue or the log refused."""
        self._room.refused(is_full=code == "busy")
        return self._place(passed.ticket or self._room.issue(key=passed.key), code)

    def _place(self, ticket: Ticket, code: Why) -> InLine:
        measures.places.labels(code).inc()
        return InLine(code, ticket=self._room.write(ticket), standing=self._room.standing(ticket))

    def ticket_of(self, request: Request, fields: Fields) -> Ticket | None:
        """Return the earliest ticket that the caller brought, so that many tabs have one place."""
        if not fields.ticket and b"cookie" not in request.headers:
            return None
        texts = {fields.ticket or "", ticket_cookie(request).partition(".")[0]} - {""}
        found = [ticket for text in texts if (ticket := self._room.read(text)) is not None]
        return min(found, key=lambda ticket: ticket.issued_at, default=None)
