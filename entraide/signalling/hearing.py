"""Hears what happened to rooms elsewhere: a NOTIFY wakes, the row that it names says what it was.

After the database was away, what was missed is read from the rows, which stay for an hour.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import psycopg

from entraide.meetings.rules.words import ChangeKind
from entraide.signalling import measures

logger = logging.getLogger(__name__)
CHANNEL = "meetings_room"
AGAIN_SECONDS = 1.0
# A line that says nothing may be dead: what was missed is looked for now and then in any case.
LOOK_SECONDS = 5.0
_ONE = "SELECT id, room_id::text, kind, participant::text FROM meetings_roomchange WHERE id = ANY(%s) ORDER BY id"
_MISSED = """
SELECT c.id, c.room_id::text, c.kind, c.participant::text
FROM unnest(%s::uuid[], %s::bigint[]) AS known(room, heard)
JOIN meetings_roomchange c ON c.room_id = known.room AND c.id > known.heard ORDER BY c.id
"""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a room."""

    number: int
    room: str
    kind: ChangeKind
    participant: str | None


class Hearing:
    """Calls `take` for each change of a room, in the room's order; `heard` returns up to which number each was told."""

    def __init__(
        self, database_url: str, *, take: Callable[[Change], Awaitable[None]], heard: Callable[[], Mapping[str, int]]
    ) -> None:
        self._database_url = database_url
        self._take = take
        self._heard = heard
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to hear."""
        self._task = asyncio.create_task(self._hear())

    async def stop(self) -> None:
        """End."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _hear(self) -> None:
        while True:
            try:
                await self._hear_on_one_line()
            except (OSError, psycopg.Error) as error:
                measures.lines_lost.inc()
                logger.warning("changes of meetings are not heard for now: %s", str(error).partition("\n")[0])
                await asyncio.sleep(AGAIN_SECONDS)

    async def _hear_on_one_line(self) -> None:
        line = await psycopg.AsyncConnection.connect(
            self._database_url, autocommit=True, connect_timeout=5, application_name="entraide signalling"
        )
        async with line:
            await line.execute(f"LISTEN {CHANNEL}")
            while True:
                await self._catch_up(line)
                # The line takes no query while it listens: first all that has come, then the rows.
                named = [int(notice.payload) async for notice in line.notifies(timeout=LOOK_SECONDS, stop_after=1)]
                if named:
                    await self._take_rows(await line.execute(_ONE, [named]))

    async def _catch_up(self, line: psycopg.AsyncConnection) -> None:
        heard = self._heard()
        if heard:
            await self._take_rows(await line.execute(_MISSED, [list(heard), list(heard.values())]))

    async def _take_rows(self, found: psycopg.AsyncCursor) -> None:
        for number, room, kind, participant in await found.fetchall():
            await self._take(Change(number, room, ChangeKind(kind), participant))
