"""On which line of a TOML file a key stands. The standard library reads TOML and forgets where it read what."""

import tomllib
from collections.abc import Sequence
from typing import Any

Place = Sequence[str | int]


def line_of(text: str, place: Place) -> int:
    """Return the line, counted from 1, on which the value at `place` begins; of its table when it is not there.

    `place` is a way through tables and lists: ("pools", "web", "servers"). Asked of growing beginnings of the file, so
    that no second reader of TOML is needed; it is asked only for mistakes.
    """
    for depth in range(len(place), 0, -1):
        found = _first_line_with(text, place[:depth])
        if found:
            return found
    return 1


def _first_line_with(text: str, place: Place) -> int | None:
    lines = text.splitlines()
    begins_at = 1
    for read in range(1, len(lines) + 1):
        try:
            so_far = tomllib.loads("\n".join(lines[:read]))
        except tomllib.TOMLDecodeError:
            # In the middle of a value that goes over several lines.
            continue
        if _is_there(so_far, place):
            return begins_at
        begins_at = read + 1
    return None


def _is_there(value: Any, place: Place) -> bool:
    for step in place:
        if isinstance(step, int):
            if not isinstance(value, list) or len(value) <= step:
                return False
        elif not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True
