"""A duty of the worker: carries acknowledged sign-ups from the replicated log into the inbox, where the drain is.

Rows are committed before their message is settled. Killed between the two, the message comes again, and the drain
settles its receipts once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from django.db import Error as DatabaseError
from django.db import connections

from entraide.foundation import metrics
from entraide.foundation.jetstream import Away, Log, Message, Mismatch, Servers, Streams
from entraide.volunteering.actions.log_signups import append_signups
from entraide.volunteering.rules.signup_log import NAME, Unreadable, decode_group

logger = logging.getLogger(__name__)
MOST_GROUPS = 20
WAIT_SECONDS = 1.0
PAUSE_SECONDS = 1.0
LOOK_SECONDS = 5.0


async def carry(servers: Servers, stopped: asyncio.Event) -> None:
    """Carry groups from the log on these servers into the inbox, until stopped; what is under way is finished.

    The log or the database being away is waited out. Each stream is carried by itself, so that none waits for another.
    """
    log = Log(servers, Streams(NAME))
    duties = [_repeat(partial(_carry_some, log, part), stopped, pause=0.0) for part in log.parts]
    try:
        await asyncio.gather(*duties, _repeat(partial(_look_after, log), stopped, pause=LOOK_SECONDS))
    finally:
        await log.close()


async def _repeat(duty: Callable[[], Awaitable[None]], stopped: asyncio.Event, *, pause: float) -> None:
    while not stopped.is_set():
        try:
            await duty()
        except (Away, Mismatch, DatabaseError) as error:
            logger.warning("sign-ups wait in the log: %s", error)
            await _pause(stopped, max(pause, PAUSE_SECONDS))
        else:
            await _pause(stopped, pause)


async def _carry_some(log: Log, part: str) -> None:
    messages = await log.read(part, most=MOST_GROUPS, seconds=WAIT_SECONDS)
    if messages:
        await log.settle(await asyncio.to_thread(_keep, messages))


async def _look_after(log: Log) -> None:
    """Tell how much waits, and keep the streams' leaders on different servers."""
    state = await log.state()
    metrics.log_messages.set(state.messages)
    metrics.log_bytes.set(state.size)
    if moved := await log.spread():
        logger.info("the leader of the stream %s was asked to give it up, since it leads another too", moved)


def _keep(messages: Sequence[Message]) -> list[Message]:
    """Commit what the messages hold; return those that could be read. The others stay in the log, where they show."""
    entries, readable = [], []
    for message in messages:
        try:
            entries += decode_group(message.payload)
        except Unreadable as error:
            logger.error("a message of the log is no group of sign-ups and stays there: %s", error)
        else:
            readable.append(message)
    try:
        append_signups(entries)
    finally:
        # The next group may come in another thread, and this one may never be used again.
        connections.close_all()
    return readable


async def _pause(stopped: asyncio.Event, seconds: float) -> None:
    if not seconds:
        return
    try:
        async with asyncio.timeout(seconds):
            await stopped.wait()
    except TimeoutError:
        return
