"""A ticket is a place in line: when it was issued, a mark that makes it unique, and a seal that only we can make.

It is all the memory that the line has of a person; nothing about who they are is in it.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass

MARK_BYTES = 8
SEAL_BYTES = 10
_TIME_BYTES = 6
_LENGTH = _TIME_BYTES + MARK_BYTES + SEAL_BYTES
LATEST = 2 ** (8 * _TIME_BYTES) - 1


@dataclass(frozen=True, slots=True)
class Ticket:
    """A place in line. `issued_at` alone decides about the turn; `mark` says which ticket of that moment it is."""

    issued_at: int
    mark: bytes


def mark_of(key: str, *, secret: bytes) -> bytes:
    """Return the mark of a ticket: one's own for a caller's key, so that retries stay one, or a random one."""
    if not key:
        return secrets.token_bytes(MARK_BYTES)
    return _seal(b"mark\n" + key.encode(), secret)[:MARK_BYTES]


def write(ticket: Ticket, *, secret: bytes) -> str:
    """Return the ticket as 32 characters that may stand in an address, a cookie or a form."""
    body = ticket.issued_at.to_bytes(_TIME_BYTES, "big") + ticket.mark
    return base64.urlsafe_b64encode(body + _seal(b"ticket\n" + body, secret)).decode()


def read(text: str, *, secret: bytes) -> Ticket | None:
    """Return the ticket that we wrote as this text, None for any other text."""
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    body, seal = raw[:-SEAL_BYTES], raw[-SEAL_BYTES:]
    if len(raw) != _LENGTH or not hmac.compare_digest(seal, _seal(b"ticket\n" + body, secret)):
        return None
    return Ticket(int.from_bytes(body[:_TIME_BYTES], "big"), body[_TIME_BYTES:])


def _seal(content: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, content, hashlib.sha256)[:SEAL_BYTES]
