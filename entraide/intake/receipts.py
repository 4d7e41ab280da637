"""The receipt of a sign-up: the same for the same key and content, in every process and log; nobody can guess one.

A receipt is 16 bytes shown as a UUID (version 8): 74 bits made from the key and the content with the node's secret,
then 48 bits that only the secret's holder can make from the first. So a retry needs no look-up to get the same answer,
and a receipt can be told from an invented one without the database.
"""

import hashlib
from datetime import datetime
from functools import lru_cache
from uuid import UUID

# A receipt is recognised in the period it was made in and the next. The drain keeps what became of it for longer.
PERIOD_SECONDS = 30 * 86_400
# Within this time the same content without a key of its own counts as a retry: a double click, a reload, a cut line.
SAME_CONTENT_SECONDS = 600
_NAME_BYTES, _CHECK_BYTES = 10, 6


class Receipts:
    """Makes and recognises receipts with a secret that all nodes share."""

    def __init__(self, secret: str) -> None:
        self._secret = hashlib.sha256(b"entraide receipts\n" + secret.encode()).digest()
        # A hash that has begun is copied sooner than begun; a period lasts a month.
        self._begun = lru_cache(maxsize=4)(self._begin)

    def make(self, *, key: str, content: bytes, now: datetime) -> UUID:
        """Return the receipt of a content under a key of visible ASCII; without a key, of the content these minutes."""
        second = now.timestamp()
        # No key holds a space, so that a key made from the time is never one that somebody gave.
        whose = key.encode() if key else b" %d" % (second // SAME_CONTENT_SECONDS)
        naming, checking = self._begun(int(second // PERIOD_SECONDS))
        mark = _digest(naming, b"%s\n%s" % (whose, content))
        name = b"%s%c%c%c%c" % (mark[:6], 0x80 | mark[6] & 0x0F, mark[7], 0x80 | mark[8] & 0x3F, mark[9])
        return UUID(bytes=name + _digest(checking, name))

    def is_ours(self, receipt: UUID, *, now: datetime) -> bool:
        """Tell whether we gave this receipt, in this period or the one before. We give one after its commit only."""
        name, check = receipt.bytes[:_NAME_BYTES], receipt.bytes[_NAME_BYTES:]
        period = int(now.timestamp() // PERIOD_SECONDS)
        return check in [_digest(self._begun(each)[1], name) for each in (period, period - 1)]

    def _begin(self, period: int) -> tuple["hashlib.blake2b", "hashlib.blake2b"]:
        """Return the hashes that make the name of a receipt and its check, before anything was put in."""
        salt = b"%d" % period
        return (
            hashlib.blake2b(digest_size=_NAME_BYTES, key=self._secret, salt=salt, person=b"receipt"),
            hashlib.blake2b(digest_size=_CHECK_BYTES, key=self._secret, salt=salt, person=b"check"),
        )


def _digest(begun: "hashlib.blake2b", content: bytes) -> bytes:
    digest = begun.copy()
    digest.update(content)
    return digest.digest()
