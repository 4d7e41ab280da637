"""Cursors: places in an ordered list that stay right while rows are added before or after them."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

Row = TypeVar("Row")
LONGEST = 512


class BadCursor(Exception):
    """The cursor was not made by this list."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list and the cursor of those after them, None at the end."""

    rows: Sequence[Row]
    after: str | None


def encode(key: Sequence[Any]) -> str:
    """Return the cursor of a row's sort key: texts, numbers, datetimes and UUIDs."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(list(key))).rstrip(b"=").decode()


def decode(cursor: str, *types: type) -> tuple[Any, ...]:
    """Return the sort key of a cursor, one value per type. Raises BadCursor."""
    if len(cursor) > LONGEST:
        raise BadCursor("too long")
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        # A tuple of the types makes msgspec check the length and each value.
        return msgspec.msgpack.decode(raw, type=tuple[types])  # type: ignore[valid-type]
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        raise BadCursor("not a cursor of this list") from error
