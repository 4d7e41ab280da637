"""A sign-up as every log holds it, and a group of them as one message of a log that carries messages."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

# The stream's name on the servers of a replicated log.
STREAM = "signups"


class Entry(msgspec.Struct, frozen=True, gc=False):
    """An acknowledged sign-up: its receipt, when it came, the checked sign-up as JSON."""

    receipt: UUID
    received_at: datetime
    payload: bytes


class Unreadable(ValueError):
    """A message that is no group of sign-ups."""


_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
_decoder = msgspec.msgpack.Decoder(list[Entry])


def encode_group(entries: Sequence[Entry]) -> bytes:
    """Return the entries as one message."""
    return _encoder.encode(entries)


def decode_group(message: bytes) -> list[Entry]:
    """Return the entries of a message. Raises Unreadable."""
    try:
        return _decoder.decode(message)
    except msgspec.MsgspecError as error:
        raise Unreadable(str(error)) from error
