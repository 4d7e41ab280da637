"""A duty of the worker: carries acknowledged sign-ups from the replicated log into the inbox, where the drain is.

Rows are committed before their message is settled. Killed between the two, the message comes again, and the drain
settles its receipts once.
"""

import asyncio
import logging
from collections.abc import Sequence

from django.db import Error as DatabaseError
from django.db import connections

from entraide.foundation import metrics
from entraide.foundation.jetstream import Away, Log, Message, Mismatch, Stream
from entraide.volunteering.actions.log_signups import append_signups
from entraide.volunteering.rules.signup_log import STREAM, Unreadable, decode_group

logger = logging.getLogger(__name__)
MOST_GROUPS = 20
WAIT_SECONDS = 2.0
PAUSE_SECONDS = 1.0


async def carry(servers: Sequence[str], stopped: asyncio.Event) -> None:
    """Carry groups from the log on these servers into the inbox, until stopped; what is under way is finished.

    The log or the database being away is waited out.
    """
    log = Log(Stream(tuple(servers), STREAM))
    try:
        while not stopped.is_set():
            try:
                await _carry_some(log)
            except (Away, Mismatch, DatabaseError) as error:
                logger.warning("sign-ups wait in the log: %s", error)
                await _pause(stopped)
    finally:
        await log.close()


async def _carry_some(log: Log) -> None:
    messages = await log.read(most=MOST_GROUPS, seconds=WAIT_SECONDS)
    if messages:
        readable = await asyncio.to_thread(_keep, messages)
        await log.settle(readable)
    metrics.log_messages.set(await log.depth())


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


async def _pause(stopped: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(PAUSE_SECONDS):
            await stopped.wait()
    except TimeoutError:
        return
