"""The log past one primary: a group is a message of a replicated log, acknowledged by a majority of its servers.

It takes sign-ups while PostgreSQL is down; the worker carries them into the inbox (`volunteering.carrying`).
"""

from collections.abc import Sequence

from entraide.foundation import jetstream
from entraide.intake.log import Unavailable, Wish
from entraide.volunteering.rules.signup_log import NAME, encode_groups


class ReplicatedLog:
    """Appends to the log. The same group may be there twice after a failure; the drain takes each receipt once."""

    def __init__(self, servers: jetstream.Servers) -> None:
        self._log = jetstream.Log(servers, jetstream.Streams(NAME))

    async def keep(self, wishes: Sequence[Wish]) -> None:
        """Return when a majority has the sign-ups on disk; their marks were claimed before.

        Raises Unavailable; they may be there all the same.
        """
        try:
            for message in encode_groups([wish.entry for wish in wishes]):
                await self._log.append(message)
        except (jetstream.Away, jetstream.Mismatch) as error:
            raise Unavailable(str(error)) from error

    async def is_there(self) -> bool:
        """Tell whether a majority is up for one of the streams."""
        try:
            return (await self._log.state()).takes
        except (jetstream.Away, jetstream.Mismatch):
            return False

    async def close(self) -> None:
        """Give the connection back."""
        await self._log.close()
