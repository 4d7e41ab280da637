"""`bin/bench signup-log`: sign-ups into the replicated log beside those into PostgreSQL, in one run, rounds in turn.

Three real NATS servers run on this machine and share its disk and processors with the load generator, so that each
sign-up is written four times here. Their own default, which writes to the disk every two minutes, is measured to tell
what writing before each acknowledgement costs; nobody should use it.
"""

import asyncio
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import lane, node
from bench.report import Figure, Side, finish
from entraide.foundation import jetstream, postgres
from entraide.volunteering.rules.signup_log import NAME
from tests.nats_cluster import CONFIGURATION, Cluster, cluster

CAREFUL = "sync_interval: always"
ROUNDS, SECONDS = 5, 4.0
QUICK_ROUNDS, QUICK_SECONDS = 1, 2.0
MOST_BYTES = 6_000_000_000
CONNECTIONS = (lane.WIDE, lane.NARROW)


@dataclass
class Kept:
    """A log, and what was seen of sign-ups into it, by connections. `bytes_each` are those of one sign-up."""

    name: str
    servers: Cluster | None = None
    runs: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: {each: [] for each in CONNECTIONS})
    bytes_each: list[float] = field(default_factory=list)

    def rate(self, connections: int) -> float:
        """Return the median of sign-ups a second."""
        return statistics.median(float(run["per_second"]) for run in self.runs[connections])

    def p99(self, connections: int) -> float:
        """Return the median of the 99th percentiles in ms."""
        return statistics.median(float(run["p99_ms"]) for run in self.runs[connections])


def main(*, quick: bool) -> int:
    """Measure and report; return 1 when a bound does not hold."""
    lane.settle_environment()
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if quick else (ROUNDS, SECONDS)
    server_on, rest_on = lane.processors()
    os.sched_setaffinity(0, rest_on)
    with ExitStack() as held:
        lease = held.enter_context(postgres.hold(node.VAR_DIR))
        url = held.enter_context(lane.own_database(lease.url))
        os.environ["DATABASE_URL"] = url
        lane.prepare()
        logs = [
            Kept("PostgreSQL"),
            Kept("the log", held.enter_context(_servers(careful=True))),
            Kept("the log, disk every two minutes", held.enter_context(_servers(careful=False))),
        ]
        for number in range(rounds):
            for connections in CONNECTIONS:
                for log in logs:
                    lane.say(f"round {number + 1} of {rounds}: {log.name}, {connections} connections")
                    _run(log, url=url, processors=server_on, connections=connections, seconds=seconds)
    return finish(benchmark="signup-log", figures=list(_figures(*logs)), quick=quick)


def _run(log: Kept, *, url: str, processors: set[int], connections: int, seconds: float) -> None:
    os.environ["INTAKE_LOG"] = ",".join(log.servers.addresses) if log.servers else ""
    with lane.serving(lane.LANE, url=url, processors=processors) as server:
        seen = lane.load(port=server.port, connections=connections, seconds=seconds)
    log.runs[connections].append(seen)
    if log.servers:
        log.bytes_each.append(asyncio.run(_emptied(log.servers)) / seen["accepted"])


def _figures(database: Kept, log: Kept, careless: Kept) -> Iterator[Figure]:
    for connections in CONNECTIONS:
        for kept in (database, log, careless):
            yield Figure(
                f"durable sign-ups, {connections} connections, {kept.name}", kept.rate(connections), "a second"
            )
            yield Figure("  99th percentile", kept.p99(connections), "ms")
    ratio = log.rate(lane.WIDE) / database.rate(lane.WIDE)
    yield Figure(f"the log to PostgreSQL, {lane.WIDE}", ratio, "", Side.AT_LEAST, 0.5)
    cost = 1 - log.rate(lane.WIDE) / careless.rate(lane.WIDE)
    yield Figure(f"cost of writing to the disk first, {lane.WIDE}", 100 * cost, "%")
    yield Figure("a sign-up on each server", statistics.median(log.bytes_each), "bytes")


@contextmanager
def _servers(*, careful: bool) -> Iterator[Cluster]:
    """Run three servers with the operators' configuration, or with one that leaves out the line that costs."""
    with tempfile.TemporaryDirectory(dir=node.VAR_DIR) as name:
        folder = Path(name)
        configuration = CONFIGURATION
        if not careful:
            configuration = folder / "careless.conf"
            text = CONFIGURATION.read_text(encoding="utf-8")
            if CAREFUL not in text:
                raise SystemExit(f"{CONFIGURATION} does not say `{CAREFUL}`")
            configuration.write_text(text.replace(CAREFUL, ""), encoding="utf-8")
        with cluster(folder, configuration=configuration) as running:
            asyncio.run(jetstream.prepare(running.servers, jetstream.Streams(NAME), most_bytes=MOST_BYTES))
            yield running


async def _emptied(servers: Cluster) -> int:
    """Return how many bytes the log holds, and take all out of it as a worker does."""
    log = jetstream.Log(servers.servers, jetstream.Streams(NAME))
    size = (await log.state()).size
    while not (await log.state()).is_empty:
        for part in log.parts:
            await log.settle(await log.read(part, most=500, seconds=0.1))
    await log.close()
    return size
