"""What the lane's own Python costs: sign-ups driven through the application with no network and no database.

    python -m bench.lane_alone

It prints the processor time of one sign-up in microseconds, less that of driving an application that does nothing: the
median of rounds. `--profile` says where it goes instead.
"""

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import statistics
import time
from collections.abc import Sequence
from typing import Any

import uvloop

from bench.signups import BODY, SPREAD
from entraide.foundation import garbage
from entraide.intake.abuse.guard import GuardOptions
from entraide.intake.application import Intake, Options
from entraide.intake.asgi import Application, Message, Receive, Scope, Send
from entraide.intake.log import Wish

AT_ONCE = 64
ROUNDS = 7
IN_A_ROUND = 6_000
# Nobody listens there: what a process tells others once a second is not told.
NO_DATABASE = "postgresql:///?host=/nowhere"
ACCEPTED = 202


class KeptNowhere:
    """A log that takes everything at once."""

    async def keep(self, wishes: Sequence[Wish]) -> None:
        """Keep nothing."""

    async def is_there(self) -> bool:
        """Tell that all is well."""
        return True

    async def close(self) -> None:
        """Nothing is held."""


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body and answer with nothing."""
    await receive()
    await send({"type": "http.response.start", "status": ACCEPTED, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Measure the lane's own Python.")
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    if parser.parse_args().profile:
        profile = cProfile.Profile()
        profile.enable()
        uvloop.run(_measure(rounds=1))
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
        return
    print(json.dumps(uvloop.run(_measure(rounds=ROUNDS))))


async def _measure(*, rounds: int) -> dict[str, Any]:
    options = Options(database_url=NO_DATABASE, secret=os.urandom(16).hex(), guard=GuardOptions(per_address=10**7))
    intake = Intake(options, log=KeptNowhere())
    intake.start()
    garbage.look_rarely()
    lane, driver = [], []
    for number in range(rounds):
        lane.append(await _seconds(intake, number) / IN_A_ROUND * 1e6)
        driver.append(await _seconds(nothing, number) / IN_A_ROUND * 1e6)
    await intake.stop()
    own = [one - other for one, other in zip(lane, driver, strict=True)]
    return {"microseconds": statistics.median(own), "rounds": [round(each, 2) for each in own]}


async def _seconds(application: Application, number: int) -> float:
    """Return the processor time of a round."""
    bodies = iter([_body(number * IN_A_ROUND + each) for each in range(IN_A_ROUND)])
    started = time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(_ask(application, bodies))
    return time.process_time() - started


async def _ask(application: Application, bodies: Any) -> None:
    statuses = []

    async def send(message: Message) -> None:
        statuses.append(message.get("status"))

    for body in bodies:

        async def receive(body: bytes = body) -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await asyncio.create_task(_call(application, _scope(body), receive, send))
    if set(statuses) - {ACCEPTED, None}:
        raise SystemExit(f"not everything was accepted: {set(statuses)}")


async def _call(application: Application, scope: Scope, receive: Receive, send: Send) -> None:
    await application(scope, receive, send)


def _body(number: int) -> bytes:
    return BODY.format(email=f"{number * SPREAD & 0xFFFFFFFF:08x}-{number}@example.org").encode()


def _scope(body: bytes) -> Scope:
    """Return what Granian hands over for a request of the load generator."""
    return {
        "type": "http",
        "method": "POST",
        "path": "/v1/signups",
        "query_string": b"",
        "client": ("127.0.0.1", 40_000),
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", b"application/json"),
            (b"idempotency-key", b"0123456789abcdef-%d" % len(body)),
            (b"content-length", b"%d" % len(body)),
        ],
    }


if __name__ == "__main__":
    main()
