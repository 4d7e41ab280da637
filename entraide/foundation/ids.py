"""Identifiers: UUID version 7, which sort by the time they were made (RFC 9562)."""

import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from uuid import UUID

import uuid_utils.compat

# The first millisecond of 2026: ids that follow from a seed stand before all others, in the order they were made.
_SEEDED_FROM_MS = 1_767_225_600_000
_seeded: ContextVar[Iterator[UUID] | None] = ContextVar("seeded_ids", default=None)


def new_id() -> UUID:
    """Return a new UUIDv7."""
    seeded_ids = _seeded.get()
    return uuid_utils.compat.uuid7() if seeded_ids is None else next(seeded_ids)


def new_secret() -> UUID:
    """Return a UUIDv7 that nobody can guess: whoever knows it is let in.

    All that is not its time, 74 bits, comes from the operating system; those of `new_id` follow upon each other within
    a millisecond. An index of them grows at its end, which the index of a whole country's random ones does not.
    """
    return _of_version_7(time.time_ns() // 1_000_000 << 80 | secrets.randbits(80))


def seeded_id(seed: str, number: int = 0) -> UUID:
    """Return an id that follows from a seed: the one that `seeded` hands out as its `number`, from 0."""
    digest = hashlib.blake2b(f"{seed}/{number}".encode(), digest_size=10).digest()
    return _of_version_7(int.from_bytes((_SEEDED_FROM_MS + number).to_bytes(6, "big") + digest, "big"))


def _of_version_7(value: int) -> UUID:
    """Return the UUID of a moment and bits, of which those that tell the version and the variant are replaced."""
    value = value & ~(0xF << 76) | 7 << 76
    return UUID(int=value & ~(0x3 << 62) | 2 << 62)


@contextmanager
def seeded(seed: str) -> Iterator[None]:
    """Make every new id of this context follow from a seed, for rows that are to be the same wherever they are made."""
    token = _seeded.set(seeded_id(seed, number) for number in count())
    try:
        yield
    finally:
        _seeded.reset(token)
