"""Slips: what stands for a proof of work for whoever runs no scripts. A slip is a moment and a mark, sealed like a
ticket of the line; once it is old enough it lets one sign-up through, within bounds of its own."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from entraide.guard.rules.proofs import SLIP_SECONDS
from entraide.waiting.rules import tickets
from entraide.waiting.rules.tickets import Ticket


class Age(StrEnum):
    """Whether a slip stands for a proof."""

    EARLY = "early"
    RIPE = "ripe"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of ours: its text, its mark, and for how many seconds it does not yet stand for a proof."""

    text: str
    mark: bytes
    left: int
    age: Age


class Slips:
    """Makes and reads slips, which ripen for so many seconds, with a secret that all nodes share."""

    def __init__(self, secret: bytes, *, seconds: int) -> None:
        self._secret = hashlib.sha256(b"entraide slip\n" + secret).digest()
        self.seconds = seconds

    def issue(self, *, at: float) -> Slip:
        """Return a new slip."""
        ticket = Ticket(int(at * 1000), tickets.mark_of("", secret=self._secret))
        return self._slip(ticket, tickets.write(ticket, secret=self._secret), at)

    def read(self, text: str, *, at: float) -> Slip | None:
        """Return the slip written in a text, None when it is none of ours."""
        ticket = tickets.read(text, secret=self._secret) if text else None
        return self._slip(ticket, text, at) if ticket else None

    def _slip(self, ticket: Ticket, text: str, at: float) -> Slip:
        passed = at - ticket.issued_at / 1000
        age = Age.EARLY if passed < self.seconds else Age.RIPE if passed < SLIP_SECONDS else Age.OVER
        return Slip(text, b"slip" + ticket.mark, max(0, ceil(self.seconds - passed)), age)
