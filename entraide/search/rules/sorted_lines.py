"""Many short texts by their keys in little memory: one string of sorted lines instead of a dict of objects."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

_KEY_ENDS, _LINE_ENDS = b"\t", b"\n"


class SortedLines:
    """Texts by key, in sorted order where a key has several. A lookup takes some microseconds and makes its texts anew.

    Neither keys nor texts hold a tab or a line break.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        lines = [f"{key}\t{text}\n".encode() for key, text in sorted(pairs)]
        self._lines = b"".join(lines)
        self._starts = array("I", accumulate(map(len, lines[:-1]), initial=0) if lines else ())

    def __len__(self) -> int:
        return len(self._starts)

    def of(self, key: str) -> list[str]:
        """Return the texts of a key, none for one that is not there."""
        # UTF-8 is ordered as its characters are.
        sought = key.encode()
        wanted = sought + _KEY_ENDS
        found = []
        for at in range(bisect_left(self._starts, sought, key=self._key), len(self._starts)):
            start = self._starts[at]
            if not self._lines.startswith(wanted, start):
                break
            found.append(self._lines[start + len(wanted) : self._lines.index(_LINE_ENDS, start)].decode())
        return found

    def _key(self, start: int) -> bytes:
        """Return the key of the line that begins at `start`."""
        return self._lines[start : self._lines.index(_KEY_ENDS, start)]
