"""The log past one primary: a group is one message of a replicated stream, acknowledged by a majority of servers.

It takes sign-ups while PostgreSQL is down; the worker carries them into the inbox (`volunteering.carrying`).
"""

from collections.abc import Sequence

from entraide.foundation import jetstream
from entraide.intake.log import Unavailable
from entraide.volunteering.rules.signup_log import STREAM, Entry, encode_group


class ReplicatedLog:
    """Appends to a stream. The same group may be there twice after a failure; the drain takes each receipt once."""

    def __init__(self, servers: Sequence[str]) -> None:
        self._log = jetstream.Log(jetstream.Stream(tuple(servers), STREAM))

    async def keep(self, entries: Sequence[Entry]) -> None:
        """Return when a majority has the entries on disk. Raises Unavailable; they may be there all the same."""
        try:
            await self._log.append(encode_group(entries))
        except (jetstream.Away, jetstream.Mismatch) as error:
            raise Unavailable(str(error)) from error

    async def is_there(self) -> bool:
        """Tell whether a majority answers."""
        try:
            await self._log.depth()
        except (jetstream.Away, jetstream.Mismatch):
            return False
        return True

    async def close(self) -> None:
        """Give the connection back."""
        await self._log.close()
