"""Columns of a group as PostgreSQL's binary arrays.

psycopg writes an array as a text, value by value with regular expressions: a quarter of the lane's Python, measured.
"""

import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from psycopg.adapt import AdaptersMap, Dumper
from psycopg.postgres import types
from psycopg.pq import Format

_HEAD = struct.Struct("!iiIii")
_LENGTH = struct.Struct("!i")
_TIME = struct.Struct("!iq")
# A binary jsonb is the number of its format, which is 1, and its text.
_JSON = struct.Struct("!ib")
_EPOCH = 1_000_000 * round(datetime(2000, 1, 1, tzinfo=UTC).timestamp())


class Column(bytes):
    """A whole array in the server's binary form; a subclass says of what."""

    element: ClassVar[str]

    @classmethod
    def _of(cls, parts: Iterable[bytes], count: int) -> "Column":
        # One dimension, no nulls, numbered from 1.
        return cls(_HEAD.pack(1, 0, types[cls.element].oid, count, 1) + b"".join(parts))


class Uuids(Column):
    """An array of uuid."""

    element = "uuid"

    @classmethod
    def of(cls, values: Sequence[UUID]) -> Column:
        """Return the column of some ids."""
        length = _LENGTH.pack(16)
        return cls._of([length + value.bytes for value in values], len(values))


class Instants(Column):
    """An array of timestamptz."""

    element = "timestamptz"

    @classmethod
    def of(cls, values: Sequence[datetime]) -> Column:
        """Return the column of some instants, which know their zone."""
        return cls._of([_TIME.pack(8, _microseconds(value)) for value in values], len(values))


class Documents(Column):
    """An array of jsonb."""

    element = "jsonb"

    @classmethod
    def of(cls, values: Sequence[bytes]) -> Column:
        """Return the column of some JSON texts in UTF-8."""
        return cls._of([_JSON.pack(len(value) + 1, 1) + value for value in values], len(values))


class Blobs(Column):
    """An array of bytea."""

    element = "bytea"

    @classmethod
    def of(cls, values: Sequence[bytes]) -> Column:
        """Return the column of some bytes."""
        return cls._of([_LENGTH.pack(len(value)) + value for value in values], len(values))


def register(adapters: AdaptersMap) -> None:
    """Let connections with these adapters take columns as parameters."""
    for column in (Uuids, Instants, Documents, Blobs):
        adapters.register_dumper(column, _dumper(column))


def _dumper(column: type[Column]) -> type[Dumper]:
    class ColumnDumper(Dumper):
        format = Format.BINARY
        oid = types[column.element].array_oid

        def dump(self, obj: Column) -> bytes:
            return obj

    return ColumnDumper


def _microseconds(value: datetime) -> int:
    # Until 2106 a moment in seconds, a double of 52 bits, is exact to less than half a microsecond.
    return round(value.timestamp() * 1_000_000) - _EPOCH
