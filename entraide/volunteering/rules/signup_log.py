"""A sign-up as every log holds it, and a group of them as messages of a log that carries messages."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

# The replicated log's name on its servers.
NAME = "signups"
# Less than the servers take in one message, by more than one sign-up can be.
MOST_BYTES = 900_000


class Entry(msgspec.Struct, frozen=True, gc=False):
    """An acknowledged sign-up: its receipt, when it came, the checked sign-up as JSON."""

    receipt: UUID
    received_at: datetime
    payload: bytes


class Unreadable(ValueError):
    """A message that is no group of sign-ups."""


_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
_decoder = msgspec.msgpack.Decoder(list[Entry])


def encode_groups(entries: Sequence[Entry], *, most: int = MOST_BYTES) -> Iterator[bytes]:
    """Yield the entries as messages, nearly always one; each is of so many bytes at most, unless it is one entry."""
    message = _encoder.encode(entries)
    if len(message) <= most or len(entries) == 1:
        yield message
        return
    middle = len(entries) // 2
    yield from encode_groups(entries[:middle], most=most)
    yield from encode_groups(entries[middle:], most=most)


def decode_group(message: bytes) -> list[Entry]:
    """Return the entries of a message. Raises Unreadable."""
    try:
        return _decoder.decode(message)
    except msgspec.MsgspecError as error:
        raise Unreadable(str(error)) from error
