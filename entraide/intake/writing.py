"""Fourth step: a bounded queue and one writer. While a group is being committed the next one forms; each caller waits
for the commit of its own group."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import chain
from typing import Generic, TypeVar

import msgspec

from entraide.intake.log import Unavailable, Unwritable

Thing = TypeVar("Thing")
Commit = Callable[[Sequence[Thing]], Awaitable[None]]

CAPACITY = 4000
GROUP_LIMIT = 500
PATIENCE_SECONDS = 8.0
SWEEPS_IN_PATIENCE = 16
logger = logging.getLogger(__name__)


class Full(Exception):
    """As many callers wait as may wait; or the process is stopping."""


class Waiter(msgspec.Struct, Generic[Thing], frozen=True):
    """One caller: what it submitted, what tells it the outcome, and since when it waits."""

    thing: Thing
    told: asyncio.Future[None]
    since: float


class GroupWriter(Generic[Thing]):
    """Commits what many callers submit, in groups, by one task. `start` and `stop` belong to the process's lifespan."""

    def __init__(
        self,
        commit: Commit[Thing],
        *,
        capacity: int = CAPACITY,
        group_limit: int = GROUP_LIMIT,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._commit = commit
        self._capacity = capacity
        self._group_limit = group_limit
        self._patience = patience
        self._waiting: deque[Waiter[Thing]] = deque()
        self._in_commit: list[Waiter[Thing]] = []
        self._something = asyncio.Event()
        self._open = False
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def depth(self) -> int:
        """How many wait for a group."""
        return len(self._waiting)

    def start(self) -> None:
        """Begin to take and to write."""
        self._loop = asyncio.get_running_loop()
        self._open = True
        self._tasks = [
            asyncio.create_task(self._write_groups(), name="intake-writer"),
            asyncio.create_task(self._sweep(), name="intake-sweeper"),
        ]

    async def stop(self) -> None:
        """Take no more, write what waits, then end."""
        self._open = False
        self._something.set()
        if self._tasks:
            writer, sweeper = self._tasks
            await writer
            sweeper.cancel()
            await asyncio.gather(sweeper, return_exceptions=True)

    def submit(self, thing: Thing) -> asyncio.Future[None]:
        """Return what is done when the thing is committed.

        Raises Full at once when the queue is full. What is returned raises Unavailable when the commit failed or took
        too long; it may still be committed then: a retry must carry the same key.
        """
        if not self._open or len(self._waiting) >= self._capacity:
            raise Full
        told = self._loop.create_future()
        self._waiting.append(Waiter(thing, told, self._loop.time()))
        self._something.set()
        return told

    async def _write_groups(self) -> None:
        while self._open or self._waiting:
            if not self._waiting:
                self._something.clear()
                await self._something.wait()
                continue
            # Whoever gave up is left out: its connection is gone, and a retry brings the same key.
            size = min(self._group_limit, len(self._waiting))
            taken = [self._waiting.popleft() for _ in range(size)]
            self._in_commit = [waiter for waiter in taken if not waiter.told.done()]
            if self._in_commit:
                await self._write(self._in_commit)
            self._in_commit = []

    async def _write(self, group: list[Waiter[Thing]]) -> None:
        try:
            await self._commit([waiter.thing for waiter in group])
        except Unwritable as error:
            await self._write_one_by_one(group, error)
        except Unavailable as error:
            logger.warning("a group of %s could not be committed: %s", len(group), error)
            _fail(group, error)
        except Exception as error:
            # One faulty group must not end the lane for everyone after it.
            logger.exception("a group of %s failed", len(group))
            _fail(group, Unavailable(type(error).__name__))
        else:
            for waiter in group:
                if not waiter.told.done():
                    waiter.told.set_result(None)

    async def _write_one_by_one(self, group: list[Waiter[Thing]], error: Unwritable) -> None:
        """Keep the good ones of a group that the log refused as a whole."""
        if len(group) == 1:
            logger.error("an entry is refused by the log: %s", error)
            _fail(group, error)
            return
        for member in group:
            await self._write([member])

    async def _sweep(self) -> None:
        """Tell whoever waited too long. One sweep for all costs less than a timer for each."""
        while True:
            await asyncio.sleep(self._patience / SWEEPS_IN_PATIENCE)
            late = asyncio.get_running_loop().time() - self._patience
            for waiter in chain(self._in_commit, self._waiting):
                if waiter.since > late:
                    break
                _fail([waiter], Unavailable("the commit took too long"))


def _fail(group: Sequence[Waiter[Thing]], error: Unavailable | Unwritable) -> None:
    for waiter in group:
        if not waiter.told.done():
            # Each caller gets an exception of its own: a shared one would gather the traceback of all.
            waiter.told.set_exception(type(error)(*error.args))
