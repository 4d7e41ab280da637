"""What the lane needs of a log: sign-ups go in together, and are there for good when `keep` returns."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from entraide.volunteering.rules.signup_log import Entry


class Unavailable(Exception):
    """The log is away, or too slow to wait for."""


class Unwritable(Exception):
    """The log refuses this content; waiting would not help."""


class Wish(msgspec.Struct, gc=False):
    """A sign-up to be kept, and the mark that it uses up, if it needs one to come in.

    `used_for` is the receipt that the mark was used for first, once that is known. Another's is not kept.
    """

    entry: Entry
    mark: bytes = b""
    used_for: UUID | None = None

    @property
    def is_ours(self) -> bool:
        """Whether no other sign-up has used the mark, as far as is known."""
        return self.used_for is None or self.used_for == self.entry.receipt


class Log(Protocol):
    """Takes sign-ups. The same may be kept twice: whoever reads the log takes each receipt once."""

    async def keep(self, wishes: Sequence[Wish]) -> None:
        """Return when all would survive a crash, but for those whose mark another used, which say so.

        Raises Unavailable or Unwritable; then none may be there.
        """

    async def is_there(self) -> bool:
        """Tell whether sign-ups can be kept just now."""

    async def close(self) -> None:
        """Give back what it holds."""
