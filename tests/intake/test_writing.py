"""Groups form while the previous one is committed; whoever waits is answered, whatever happens to the commit."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from entraide.intake.log import Unavailable, Unwritable
from entraide.intake.writing import Full, GroupWriter


class Ledger:
    """A commit that remembers its groups and waits until it is let go."""

    def __init__(self, refuse: Callable[[Sequence[str]], Exception | None] = lambda things: None) -> None:
        self.groups: list[list[str]] = []
        self.committing = asyncio.Event()
        self.let_go = asyncio.Event()
        self._refuse = refuse

    async def commit(self, things: Sequence[str]) -> None:
        self.groups.append(list(things))
        self.committing.set()
        await self.let_go.wait()
        if error := self._refuse(things):
            raise error


@asynccontextmanager
async def writer_of(ledger: Ledger, *, capacity: int = 10, group_limit: int = 10) -> AsyncIterator[GroupWriter[str]]:
    writer = GroupWriter(ledger.commit, capacity=capacity, group_limit=group_limit, patience=5)
    writer.start()
    yield writer
    ledger.let_go.set()
    await writer.stop()


async def test_a_group_forms_while_the_previous_one_is_committed() -> None:
    ledger = Ledger()
    async with writer_of(ledger) as writer:
        first = writer.submit("a")
        await ledger.committing.wait()
        others = [writer.submit(thing) for thing in "bcd"]
        await asyncio.sleep(0)
        assert not first.done()
        ledger.let_go.set()

        await asyncio.gather(first, *others)
    assert ledger.groups == [["a"], ["b", "c", "d"]]


async def test_a_group_has_a_limit() -> None:
    ledger = Ledger()
    async with writer_of(ledger, group_limit=2) as writer:
        tasks = [writer.submit(thing) for thing in "abcde"]
        ledger.let_go.set()
        await asyncio.gather(*tasks)
    assert ledger.groups == [["a", "b"], ["c", "d"], ["e"]]


async def test_a_full_queue_says_so_at_once_and_keeps_what_it_has() -> None:
    ledger = Ledger()
    async with writer_of(ledger, capacity=2) as writer:
        first = writer.submit("a")
        await ledger.committing.wait()
        others = [writer.submit(thing) for thing in "bc"]
        await asyncio.sleep(0)
        with pytest.raises(Full):
            await writer.submit("d")
        ledger.let_go.set()
        await asyncio.gather(first, *others)
    assert ledger.groups == [["a"], ["b", "c"]]


async def test_a_failed_commit_is_told_to_its_group_alone() -> None:
    ledger = Ledger(lambda things: Unavailable("away") if "a" in things else None)
    async with writer_of(ledger) as writer:
        first = writer.submit("a")
        await ledger.committing.wait()
        second = writer.submit("b")
        ledger.let_go.set()
        with pytest.raises(Unavailable):
            await first
        await second


async def test_one_entry_that_cannot_be_written_does_not_take_its_group_with_it() -> None:
    ledger = Ledger(lambda things: Unwritable("bad") if "poison" in things else None)
    async with writer_of(ledger) as writer:
        tasks = [writer.submit(thing) for thing in ("a", "poison", "b")]
        ledger.let_go.set()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), Unwritable, type(None)]


async def test_a_fault_of_ours_does_not_end_the_lane(caplog: pytest.LogCaptureFixture) -> None:
    ledger = Ledger(lambda things: ZeroDivisionError() if "a" in things else None)
    async with writer_of(ledger) as writer:
        ledger.let_go.set()
        with pytest.raises(Unavailable):
            await writer.submit("a")
        await writer.submit("b")
    assert "a group of 1 failed" in caplog.text


async def test_a_commit_that_takes_too_long_is_not_waited_for() -> None:
    ledger = Ledger()
    writer = GroupWriter(ledger.commit, patience=0.01)
    writer.start()
    with pytest.raises(Unavailable):
        await writer.submit("a")
    ledger.let_go.set()
    await writer.stop()


async def test_a_caller_who_leaves_is_left_out() -> None:
    ledger = Ledger()
    async with writer_of(ledger) as writer:
        first = writer.submit("a")
        await ledger.committing.wait()
        gone = writer.submit("gone")
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        ledger.let_go.set()
        await first
        await writer.submit("b")
    assert ledger.groups == [["a"], ["b"]]


async def test_stopping_writes_what_waits_and_takes_no_more() -> None:
    ledger = Ledger()
    writer = GroupWriter(ledger.commit)
    writer.start()
    tasks = [writer.submit(thing) for thing in "ab"]
    await asyncio.sleep(0)
    stopping = asyncio.create_task(writer.stop())
    await asyncio.sleep(0)
    with pytest.raises(Full):
        await writer.submit("c")
    ledger.let_go.set()
    await stopping
    await asyncio.gather(*tasks)
    assert ledger.groups == [["a", "b"]]
