"""People who read pages and apply for slots at a steady pace, however long something else takes: a process of its own.

    python -m bench.feeds_beside --port 8000 < wishes

A line of JSON first: the paths of pages; then a wish a line, as those of `bench.applicants`. They go on until SIGINT;
then it prints one line of JSON.
"""

import argparse
import asyncio
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from bench.applicants import request_of
from bench.load import exchange, percentile

PAGES_A_SECOND, WISHES_A_SECOND = 10.0, 4.0
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class NoMore(Exception):
    """There is nothing left to ask for."""


@dataclass(slots=True)
class Seen:
    """What one kind of request saw."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def told(self) -> dict[str, object]:
        """Return what is reported of it."""
        return {
            "answers": len(self.seconds),
            "p50_ms": percentile(self.seconds, 0.5) * 1000,
            "p99_ms": percentile(self.seconds, 0.99) * 1000,
            "longest_ms": max(self.seconds, default=0.0) * 1000,
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
        }


async def pace(each: Callable[[Stream], Awaitable[int]], *, port: int, rate: float, seen: Seen) -> None:
    """Do something again and again on one connection, so many times a second as long as it is answered in time."""
    stream = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            started = time.perf_counter()
            seen.statuses[await each(stream)] += 1
            seen.seconds.append(time.perf_counter() - started)
            await asyncio.sleep(max(0.0, started + 1 / rate - time.perf_counter()))
    except NoMore:
        return
    finally:
        stream[1].close()


def reading(paths: list[str]) -> Callable[[Stream], Awaitable[int]]:
    """Return what reads one page after another, for ever."""
    endless = cycle(paths)

    async def read(stream: Stream) -> int:
        head = f"GET {next(endless)} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n\r\n"
        return (await exchange(*stream, head.encode()))[0]

    return read


def applying(wishes: Iterator[dict[str, str]]) -> Callable[[Stream], Awaitable[int]]:
    """Return what applies for one wish after another, until none is left."""

    async def apply(stream: Stream) -> int:
        wish = next(wishes, None)
        if wish is None:
            raise NoMore
        return (await exchange(*stream, request_of(wish)))[0]

    return apply


async def run(*, port: int, paths: list[str], wishes: list[dict[str, str]]) -> dict[str, Seen]:
    """Go on until SIGINT."""
    seen = {"pages": Seen(), "applications": Seen()}
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    going: list[asyncio.Task[Any]] = [
        asyncio.create_task(pace(reading(paths), port=port, rate=PAGES_A_SECOND, seen=seen["pages"])),
        asyncio.create_task(pace(applying(iter(wishes)), port=port, rate=WISHES_A_SECOND, seen=seen["applications"])),
    ]
    waiting: set[asyncio.Task[Any]] = {asyncio.create_task(stop.wait()), *going}
    while not stop.is_set():
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()
    for each in going:
        each.cancel()
    await asyncio.gather(*going, return_exceptions=True)
    return seen


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Read pages and apply for slots of a portal on this machine.")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    paths, *wishes = map(json.loads, sys.stdin)
    seen = asyncio.run(run(port=options.port, paths=paths, wishes=wishes))
    print(json.dumps({name: each.told() for name, each in seen.items()}))


if __name__ == "__main__":
    main()
