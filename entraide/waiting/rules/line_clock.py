"""One clock for all processes: the database's, carried on by this process's own steady one; it never runs back."""

from dataclasses import dataclass


@dataclass(slots=True)
class LineClock:
    """Tells the line's time in milliseconds. `steady` and `wall` are seconds of the caller's clocks.

    Until the database was asked, the wall clock counts. A step of the wall clock afterwards is not felt.
    """

    _offset: float | None = None
    _latest: int = 0

    def set(self, *, told: int, steady: float) -> None:
        """Take over the time that the database told at a moment."""
        self._offset = told / 1000 - steady

    def now(self, *, steady: float, wall: float) -> int:
        """Return the time, never earlier than one returned before."""
        if self._offset is None:
            self._offset = wall - steady
        self._latest = max(self._latest, int((self._offset + steady) * 1000))
        return self._latest


def line_time(*, wall: int, moved_wall: int, moved_at: int) -> int:
    """Return the line's time: the database's clock, except while that is behind where the line has been already.

    `moved_at` is the line's time of its last move, `moved_wall` what the clock said then. After a step back the line
    goes on by the time that passes, and by one second for the step itself, which nobody can measure.
    """
    passed = wall - moved_wall
    return max(wall, moved_at + (passed if passed >= 0 else 1000))
