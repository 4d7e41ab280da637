"""Receipts files: what a load generator asked for and was told, so that it can be proven afterwards.

The format is described in docs/reference/receipts-file.md; `bin/manage reconcile-signups` reads it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import IO

import msgspec

FORMAT = "entraide-receipts/1"


class Head(msgspec.Struct, kw_only=True):
    """The first line: what was asked, of whom, from when on (seconds since 1970)."""

    format: str = FORMAT
    target: str
    started_at: float
    connections: int
    rate: float | None = None


class Line(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One request. `at` is when it was due, `seconds` until it was answered; status 0 means that no answer came."""

    at: float
    seconds: float
    status: int
    key: str
    email: str
    receipt: str = ""


_encoder = msgspec.json.Encoder()


def write(file: Path, head: Head, lines: Iterable[Line]) -> None:
    """Write a whole receipts file; it appears when it is complete."""
    draft = file.with_suffix(".part")
    with draft.open("wb") as opened:
        _write_line(opened, head)
        for line in lines:
            _write_line(opened, line)
    draft.replace(file)


def _write_line(opened: IO[bytes], line: Head | Line) -> None:
    opened.write(_encoder.encode(line))
    opened.write(b"\n")
