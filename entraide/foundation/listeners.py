"""Work that the worker does when the database says that there is some, such as draining the sign-up inbox.

A job is for one thing that was asked for; a listener is for a table that fills by itself. Its function is called when
a NOTIFY arrives on its channel, and every few seconds in case one was missed. It does a bounded amount of work and
returns True when more is waiting. Calls never overlap within one worker; several workers may call at once, so the
function takes its rows with SKIP LOCKED. What it raises is logged, and it is called again after a pause.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections

logger = logging.getLogger(__name__)
PAUSE_AFTER_ERROR_SECONDS = 5.0

Work = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Listener:
    """A function with the channel that wakes it and the longest time, in seconds, between two calls."""

    channel: str
    every_seconds: float
    work: Work


LISTENERS: list[Listener] = []


def listener(*, channel: str, every_seconds: float) -> Callable[[Work], Work]:
    """Register a function of an app's `tasks.py` as a listener."""

    def register(work: Work) -> Work:
        LISTENERS.append(Listener(channel=channel, every_seconds=every_seconds, work=work))
        return work

    return register


async def follow(listener: Listener, *, woken: asyncio.Event, stopped: asyncio.Event) -> None:
    """Call a listener's function when `woken`, and now and then, until `stopped`; the call under way is finished."""
    while not stopped.is_set():
        woken.clear()
        try:
            more = await asyncio.to_thread(_call, listener.work)
            pause = 0.0 if more else listener.every_seconds
        except Exception:  # One failure must not end the other duties of the worker.
            logger.exception("the listener of %s failed", listener.channel)
            pause = PAUSE_AFTER_ERROR_SECONDS
        if pause:
            await _first_of(woken, stopped, seconds=pause)


def _call(work: Work) -> bool:
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


async def _first_of(*events: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
