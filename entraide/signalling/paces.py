"""How often something may come: a bucket of tokens that fills again. Pure."""

from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """So many at once, and so many a second on the long run."""

    burst: float
    per_second: float
    _left: float = -1.0
    _at: float = 0.0

    def allows(self, now: float) -> bool:
        """Take one, if there is one."""
        left = self.burst if self._left < 0 else self._left + (now - self._at) * self.per_second
        self._left, self._at = min(self.burst, left), now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def is_full(self, now: float) -> bool:
        """Tell whether nothing would be forgotten with it."""
        return self._left + (now - self._at) * self.per_second >= self.burst
