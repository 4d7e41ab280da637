"""What the lane needs of a log: entries go in together, and are there for good when `keep` returns."""

from collections.abc import Sequence
from typing import Protocol

from entraide.volunteering.rules.signup_log import Entry


class Unavailable(Exception):
    """The log is away, or too slow to wait for."""


class Unwritable(Exception):
    """The log refuses this content; waiting would not help."""


class Log(Protocol):
    """Takes entries. The same entry may be kept twice: whoever reads the log takes each receipt once."""

    async def keep(self, entries: Sequence[Entry]) -> None:
        """Return when all entries would survive a crash. Raises Unavailable or Unwritable; then none may be there."""

    async def is_there(self) -> bool:
        """Tell whether entries can be kept just now."""

    async def close(self) -> None:
        """Give back what it holds."""
