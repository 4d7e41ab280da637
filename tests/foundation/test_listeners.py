"""Listeners: called when woken, now and then, again at once while there is more, and after an error."""

import asyncio
from datetime import timedelta

import pytest

from entraide.foundation import listeners
from entraide.foundation.listeners import Listener, follow


async def followed(
    work: listeners.Work, *, every_seconds: float, until: asyncio.Event, woken: asyncio.Event | None = None
) -> None:
    """Follow a listener until an event that its work sets."""
    woken, stopped = woken or asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(
        follow(Listener(channel="test", every_seconds=every_seconds, work=work), woken=woken, stopped=stopped)
    )
    async with asyncio.timeout(60):
        await until.wait()
    stopped.set()
    await task


async def test_work_is_done_at_once_and_again_while_there_is_more() -> None:
    done, loop, calls = asyncio.Event(), asyncio.get_running_loop(), []

    def work() -> bool:
        calls.append(1)
        if len(calls) == 3:
            loop.call_soon_threadsafe(done.set)
        return len(calls) < 3

    await followed(work, every_seconds=60, until=done)
    assert len(calls) == 3


async def test_a_notice_wakes_before_the_time() -> None:
    done, woken, loop, calls = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop(), []

    def work() -> bool:
        calls.append(1)
        loop.call_soon_threadsafe((done if len(calls) == 2 else woken).set)
        return False

    await followed(work, every_seconds=60, until=done, woken=woken)
    assert len(calls) == 2


async def test_a_failure_is_logged_and_followed_by_another_call(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(listeners, "PAUSE_AFTER_ERROR_SECONDS", 0.01)
    done, loop, calls = asyncio.Event(), asyncio.get_running_loop(), []

    def work() -> bool:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("broken")
        loop.call_soon_threadsafe(done.set)
        return False

    await followed(work, every_seconds=60, until=done)
    assert "the listener of test failed" in caplog.text


async def test_work_says_when_it_wants_to_be_called_again() -> None:
    done, loop, calls = asyncio.Event(), asyncio.get_running_loop(), []

    def work() -> bool | timedelta:
        calls.append(1)
        if len(calls) == 3:
            loop.call_soon_threadsafe(done.set)
        return timedelta(seconds=0.001)

    await followed(work, every_seconds=60, until=done)
    assert len(calls) >= 3
