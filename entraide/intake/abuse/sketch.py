"""Counts of many names in a memory that never grows: a count-min sketch of two rows.

A table of all who came could be filled by whoever owns many addresses; emptied when full, or forgetting the oldest, it
would forget what it is for. Here a count may be too high, by others that share both of its cells, and is never too low:
at 600,000 sign-ups a minute, ten times what one process takes in an evening, by less than ten as a rule. What a count
that is too high costs is a proof of work.
"""

from array import array

# Cells of a row: a power of two. Both rows take half a megabyte.
_CELLS = 2**16
_MASK = _CELLS - 1
_EMPTY = bytes(8 * _CELLS)


class Sketch:
    """Counts within one window of time."""

    def __init__(self) -> None:
        self._cells = array("I", _EMPTY)

    def add(self, name: str) -> int:
        """Count one more under a name; return how many there were at most."""
        # Python hashes texts with a secret of each process, so that nobody can choose whom to share cells with.
        mark = hash(name)
        one, other = mark & _MASK, _CELLS + (mark >> 16 & _MASK)
        cells = self._cells
        first, second = cells[one] + 1, cells[other] + 1
        cells[one], cells[other] = first, second
        # This is done several times for every sign-up, where a call of min() is a third of it.
        return first if first < second else second


class Total:
    """Counts without telling names apart, for a layer that has only one."""

    def __init__(self) -> None:
        self._count = 0

    def add(self, name: str) -> int:
        """Count one more, whatever the name."""
        self._count += 1
        return self._count
