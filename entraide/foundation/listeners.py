"""Work that the worker does when the database says that there is some, such as draining the sign-up inbox.

A job is for one thing that was asked for; a listener is for a table that fills by itself. Its function is called when
a NOTIFY arrives on its channel, and every few seconds in case one was missed. It does a bounded amount of work and
returns True when more is waiting, or after which time it wants to be called. In one worker as many calls overlap as
`at_once` says; several workers may call at once, so the function takes its rows with SKIP LOCKED. What it raises is
logged, and it is called again after a pause that grows while it fails.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import close_old_connections

from entraide.foundation import metrics

logger = logging.getLogger(__name__)
PAUSE_AFTER_ERROR_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 300.0

Work = Callable[[], bool | timedelta]


@dataclass(frozen=True, slots=True)
class Listener:
    """A function with the channel that wakes it, the longest time in seconds between calls, and how many overlap."""

    channel: str
    every_seconds: float
    work: Work
    at_once: int = 1


LISTENERS: list[Listener] = []


def listener(*, channel: str, every_seconds: float, at_once: int = 1) -> Callable[[Work], Work]:
    """Register a function of an app's `tasks.py` as a listener."""

    def register(work: Work) -> Work:
        LISTENERS.append(Listener(channel=channel, every_seconds=every_seconds, work=work, at_once=at_once))
        return work

    return register


async def follow(listener: Listener, *, woken: asyncio.Event, stopped: asyncio.Event) -> None:
    """Call a listener's function when `woken`, and now and then, until `stopped`; the call under way is finished."""
    failures = 0
    while not stopped.is_set():
        woken.clear()
        try:
            pause = _pause(await asyncio.to_thread(_call, listener.work), listener)
            failures = 0
        except Exception:  # One failure must not end the other duties of the worker.
            logger.exception("the listener of %s failed", listener.channel)
            metrics.listener_failures.labels(listener.channel).inc()
            pause = min(PAUSE_AFTER_ERROR_SECONDS * 2**failures, LONGEST_PAUSE_SECONDS)
            failures = min(failures + 1, 16)
            # What wakes it would only make it fail again: the pause is kept to its end.
            await _first_of(stopped, seconds=pause)
            continue
        if pause:
            await _first_of(woken, stopped, seconds=pause)


def _pause(outcome: bool | timedelta, listener: Listener) -> float:
    if isinstance(outcome, timedelta):
        return min(max(outcome.total_seconds(), 0.0), listener.every_seconds)
    return 0.0 if outcome else listener.every_seconds


def _call(work: Work) -> bool | timedelta:
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
