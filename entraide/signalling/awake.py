"""Finds out who is gone without a word, as a telephone without a network is: no line says so by itself.

A page answers each ping where it hears it, so that a browser that slows the timers of hidden pages is no less awake.
"""

import asyncio
import time
from collections.abc import Collection

from entraide.signalling.connection import Close, Connection

PING_SECONDS = 5.0
# Two pings may get lost on a bad line before somebody counts as cut off.
SILENT_SECONDS = 15.0


async def keep_awake(connections: Collection[Connection]) -> None:
    """Ping whoever has a seat, for ever; close the line of whoever has not been heard for a while."""
    while True:
        await asyncio.sleep(PING_SECONDS)
        now = time.monotonic()
        for connection in list(connections):
            if not connection.is_seated:
                continue
            if now - connection.heard_at > SILENT_SECONDS:
                connection.close(Close.SILENT)
            else:
                connection.tell({"is": "ping"})
