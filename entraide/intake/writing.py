"""Fourth step: a bounded queue and one writer. While a group is being committed the next one forms; each caller waits
for the commit of its own group."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from entraide.intake.inbox import Unavailable, Unwritable

Thing = TypeVar("Thing")
Result = TypeVar("Result")
Commit = Callable[[Sequence[Thing]], Awaitable[Sequence[Result]]]

CAPACITY = 4000
GROUP_LIMIT = 500
PATIENCE_SECONDS = 8.0
logger = logging.getLogger(__name__)


class Full(Exception):
    """As many callers wait as may wait; or the process is stopping."""


class GroupWriter(Generic[Thing, Result]):
    """Commits what many callers submit, in groups, by one task. `start` and `stop` belong to the process's lifespan."""

    def __init__(
        self,
        commit: Commit[Thing, Result],
        *,
        capacity: int = CAPACITY,
        group_limit: int = GROUP_LIMIT,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._commit = commit
        self._capacity = capacity
        self._group_limit = group_limit
        self._patience = patience
        self._waiting: deque[tuple[Thing, asyncio.Future[Result]]] = deque()
        self._something = asyncio.Event()
        self._open = False
        self._task: asyncio.Task[None] | None = None

    @property
    def depth(self) -> int:
        """How many wait for a group."""
        return len(self._waiting)

    def start(self) -> None:
        """Begin to take and to write."""
        self._open = True
        self._task = asyncio.create_task(self._write_groups(), name="intake-writer")

    async def stop(self) -> None:
        """Take no more, write what waits, then end."""
        self._open = False
        self._something.set()
        if self._task is not None:
            await self._task

    async def submit(self, thing: Thing) -> Result:
        """Return when the thing is committed, with what its commit gave.

        Raises Full at once when the queue is full, Unavailable when the commit failed or took too long. In the latter
        case it may still be committed: a retry must carry the same key.
        """
        if not self._open or len(self._waiting) >= self._capacity:
            raise Full
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((thing, future))
        self._something.set()
        try:
            async with asyncio.timeout(self._patience):
                return await future
        except TimeoutError:
            raise Unavailable("the commit took too long") from None

    async def _write_groups(self) -> None:
        while self._open or self._waiting:
            if not self._waiting:
                self._something.clear()
                await self._something.wait()
                continue
            # Whoever gave up is left out: its connection is gone, and a retry brings the same key.
            size = min(self._group_limit, len(self._waiting))
            taken = [self._waiting.popleft() for _ in range(size)]
            group = [(thing, future) for thing, future in taken if not future.done()]
            if group:
                await self._write(group)

    async def _write(self, group: list[tuple[Thing, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._commit([thing for thing, _ in group])
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
            for (_, future), result in zip(group, results, strict=True):
                if not future.done():
                    future.set_result(result)

    async def _write_one_by_one(self, group: list[tuple[Thing, asyncio.Future[Result]]], error: Unwritable) -> None:
        """Keep the good ones of a group that the database refused as a whole."""
        if len(group) == 1:
            logger.error("an entry is refused by the database: %s", error)
            _fail(group, error)
            return
        for member in group:
            await self._write([member])


def _fail(group: Sequence[tuple[Thing, asyncio.Future[Result]]], error: Unavailable | Unwritable) -> None:
    for _, future in group:
        if not future.done():
            # Each caller gets an exception of its own: a shared one would gather the traceback of all.
            future.set_exception(type(error)(*error.args))
