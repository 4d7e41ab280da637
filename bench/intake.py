"""`bin/bench intake`: how many sign-ups one process makes durable a second, beside an empty answer, peers and COPY.

The server runs on one processor; the load generator and the database, with fsync on, on the others. Rounds go in turn
and figures are medians.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from bench import drawing, node
from bench.report import ROOT, Figure, Side, finish
from entraide.foundation import postgres

RECEIPTS = ROOT / "var" / "bench" / "receipts.jsonl"
DRAWING = ROOT / "docs" / "images" / "intake-latency.svg"
STEADY = 600
PAGES = 100


@dataclass(frozen=True, slots=True)
class Scale:
    """How many rounds of how many seconds, the rows copied, drained, and of a large inbox (0 leaves that out)."""

    rounds: int
    seconds: float
    steady_seconds: float
    copied: int
    drained: int
    large: int


FULL = Scale(rounds=5, seconds=6, steady_seconds=30, copied=200_000, drained=20_000, large=10_000_000)
QUICK = Scale(rounds=1, seconds=2, steady_seconds=4, copied=20_000, drained=1_000, large=0)


@dataclass(frozen=True, slots=True)
class Contender:
    """A server that takes the same bodies."""

    name: str
    target: str
    interface: str = "asgi"
    threads: int = 0


LANE = Contender("the lane", "config.intake:application")
EMPTY = Contender("an empty 204", "bench.peers.empty:application")
FASTAPI = Contender("FastAPI + SQLAlchemy", "bench.peers.fastapi_app:application")
NINJA = Contender("Django + django-ninja", "bench.peers.ninja_app:application", "wsgi", 8)
WIDE = 256
NARROW = 64


def main(*, quick: bool) -> int:
    """Measure and report; return 1 when a bound does not hold."""
    node.settle_environment()
    # A benchmark of one network must not meet its limit.
    os.environ["SIGNUPS_PER_NETWORK"] = "1000000"
    scale = QUICK if quick else FULL
    server_on, rest_on = processors()
    os.sched_setaffinity(0, rest_on)
    print(f"server on processor {_named(server_on)}, load generator and database on {_named(rest_on)}")
    with postgres.hold(node.VAR_DIR) as lease, own_database(lease.url) as url:
        os.environ["DATABASE_URL"] = url
        prepare()
        bench = Bench(url=url, scale=scale, server_on=server_on)
        figures = [*bench.rates(), *bench.copy(), *bench.steady(), *bench.drain(), *bench.large()]
    return finish(benchmark="intake", figures=figures, quick=quick)


class Bench:
    """One run: a database that is up, and what is measured on it in turn."""

    def __init__(self, *, url: str, scale: Scale, server_on: set[int]) -> None:
        self._url = url
        self._scale = scale
        self._server_on = server_on
        self._lane_rate = 0.0

    def rates(self) -> Iterator[Figure]:
        """Compare the lane with an empty answer and with peers, closed loop, as many as are answered."""
        contenders = [(LANE, WIDE), (EMPTY, WIDE), (LANE, NARROW), (EMPTY, NARROW), (FASTAPI, WIDE), (NINJA, WIDE)]
        seen: dict[tuple[Contender, int], list[dict[str, Any]]] = {each: [] for each in contenders}
        memory: list[float] = []
        for number in range(self._scale.rounds):
            for contender, connections in contenders:
                say(f"round {number + 1} of {self._scale.rounds}: {contender.name}, {connections} connections")
                with self.serving(contender) as server:
                    seen[contender, connections].append(
                        load(port=server.port, connections=connections, seconds=self._scale.seconds)
                    )
                    if contender is LANE and connections == WIDE:
                        memory.append(server.resident_mb())
        rate = {each: statistics.median(run["per_second"] for run in runs) for each, runs in seen.items()}
        lane = self._lane_rate = rate[LANE, WIDE]
        yield Figure(f"durable sign-ups, {WIDE} connections", lane, "a second", Side.AT_LEAST, 6_000)
        yield Figure("  slowest round", min(run["per_second"] for run in seen[LANE, WIDE]), "a second")
        yield Figure("  99th percentile", statistics.median(run["p99_ms"] for run in seen[LANE, WIDE]), "ms")
        yield Figure(f"durable sign-ups, {NARROW} connections", rate[LANE, NARROW], "a second")
        yield Figure(f"ratio to an empty 204, {WIDE}", lane / rate[EMPTY, WIDE], "", Side.AT_LEAST, 0.3)
        yield Figure(
            f"ratio to an empty 204, {NARROW}", rate[LANE, NARROW] / rate[EMPTY, NARROW], "", Side.AT_LEAST, 0.15
        )
        for peer in (FASTAPI, NINJA):
            yield Figure(f"{peer.name}, {WIDE} connections", rate[peer, WIDE], "a second")
            yield Figure("  the lane to it", lane / rate[peer, WIDE], "times", Side.AT_LEAST, 6)
        yield Figure("memory of the lane under full load", max(memory), "MB", Side.AT_MOST, 150)

    def copy(self) -> Iterator[Figure]:
        """Copy the same rows into the table as fast as the database takes them."""
        say(f"COPY of {self._scale.copied} rows")
        fields = {"email": "load@example.org", "first_name": "Camille", "last_name": "Essai", "filling": "y" * 120}
        payload = json.dumps(fields)
        with psycopg.connect(self._url) as connection:
            started = time.perf_counter()
            with connection.cursor().copy(COPY_SQL) as copy:
                for _ in range(self._scale.copied):
                    copy.write_row((uuid4(), "2026-04-01T12:00:00Z", payload))
            connection.commit()
            rate = self._scale.copied / (time.perf_counter() - started)
            connection.execute("TRUNCATE volunteering_signup")
        yield Figure("raw COPY of such rows", rate, "a second")
        yield Figure("  share of it that the lane uses", 100 * self._lane_rate / rate, "%")

    def steady(self) -> Iterator[Figure]:
        """Take 600 a second, open loop, while uncached pages are read beside it."""
        say(f"{STEADY} a second for {self._scale.steady_seconds:g} s, while {PAGES} pages a second are read")
        pages = Contender("pages", "config.web:application", "wsgi", 4)
        seconds = self._scale.steady_seconds
        with (
            self.serving(LANE) as lane,
            self.serving(pages) as web,
            _reading_pages(web.port, seconds) as reading,
        ):
            seen = load(port=lane.port, connections=WIDE, seconds=seconds, rate=STEADY, receipts=RECEIPTS)
            read = json.loads(reading.communicate()[0])
        DRAWING.write_text(
            drawing.histogram(seen["histogram_ms"], title=f"{STEADY} sign-ups a second: time until durable, in ms"),
            encoding="utf-8",
        )
        yield Figure(f"99th percentile at {STEADY}/s with {PAGES} pages/s", seen["p99_ms"], "ms", Side.AT_MOST, 50)
        yield Figure("  median", seen["p50_ms"], "ms")
        yield Figure("  sign-ups taken", seen["per_second"], "a second", Side.AT_LEAST, STEADY * 0.99)
        yield Figure("  pages read beside it", read["per_second"], "a second", Side.AT_LEAST, PAGES * 0.95)

    def drain(self) -> Iterator[Figure]:
        """Make people of an inbox that is full, their mail queued; then prove that nobody was lost."""
        say(f"draining {self._scale.drained}")
        seconds = self._scale.drained / max(self._lane_rate, 1) * 1.5 + 1
        with self.serving(LANE) as lane:
            load(port=lane.port, connections=NARROW, seconds=seconds, receipts=RECEIPTS)
        yield Figure("drain, one worker, mail queued", _drain(), "a second", Side.AT_LEAST, STEADY)
        acknowledged, proven = _reconcile()
        yield Figure("  acknowledged in that part", acknowledged, "sign-ups")
        yield Figure("  of them not exactly one person", acknowledged - proven, "sign-ups", Side.AT_MOST, 0)

    def large(self) -> Iterator[Figure]:
        """Measure the lane again with a large inbox and as many people."""
        if not self._scale.large:
            return
        started = time.perf_counter()
        with psycopg.connect(self._url, autocommit=True) as connection:
            _grow(connection, self._scale.large)
            size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        yield Figure(f"building {self._scale.large:,} sign-ups and people", time.perf_counter() - started, "s")
        yield Figure("  disk", (size[0] if size else 0) / 1e9, "GB")
        runs = []
        for number in range(self._scale.rounds):
            say(f"round {number + 1} of {self._scale.rounds} on the large inbox")
            with self.serving(LANE, empty=False) as lane:
                runs.append(load(port=lane.port, connections=WIDE, seconds=self._scale.seconds)["per_second"])
        yield Figure(
            "cost of a sign-up there, to an empty database", self._lane_rate / statistics.median(runs), "times",
            Side.AT_MOST, 1.2,
        )  # fmt: skip

    @contextmanager
    def serving(self, contender: Contender, *, empty: bool = True) -> Iterator[node.Server]:
        """Run a contender, with an empty inbox unless that is not wanted."""
        if empty:
            with psycopg.connect(self._url, autocommit=True) as connection:
                connection.execute("TRUNCATE volunteering_signup")
                connection.execute("CHECKPOINT")
        place = psycopg.conninfo.conninfo_to_dict(self._url)
        with node.server(
            target=contender.target, interface=contender.interface, threads=contender.threads,
            processors=self._server_on, PEER_HOST=str(place["host"]), PEER_USER=str(place["user"]),
            PEER_DATABASE=str(place["dbname"]),
        ) as server:  # fmt: skip
            yield server


def load(
    *, port: int, connections: int, seconds: float, rate: float | None = None, receipts: Path | None = None
) -> dict[str, Any]:
    """Run the load generator; return what it saw. Ends the benchmark when an answer was not an acceptance."""
    command = [
        sys.executable, "-m", "bench.signups", "--port", str(port), "--connections", str(connections),
        "--seconds", str(seconds),
    ]  # fmt: skip
    command += ["--rate", str(rate)] if rate else []
    command += ["--receipts", str(receipts)] if receipts else []
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seen: dict[str, Any] = json.loads(done.stdout)
    if set(seen["statuses"]) - {"202", "204"}:
        raise SystemExit(f"not everything was accepted: {seen['statuses']}")
    return seen


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """Make a database for this run and drop it at its end; one that a killed run left is dropped first."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS bench_intake WITH (FORCE)")
        admin.execute("CREATE DATABASE bench_intake")
    try:
        yield urlsplit(url)._replace(path="/bench_intake").geturl()
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("DROP DATABASE bench_intake WITH (FORCE)")


def _reading_pages(port: int, seconds: float) -> "subprocess.Popen[str]":
    """Start to read a page again and again, at PAGES a second."""
    command = [
        sys.executable, "-m", "bench.load", "--port", str(port), "--connections", "8", "--rate", str(PAGES),
        "--seconds", str(seconds), "--path", "/fr/missions/",
    ]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)


def prepare() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    for command in ("migrate", "load_territories", "load_templates"):
        say(command)
        call_command(command, verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def _drain() -> float:
    """Drain the inbox as the worker does, one batch after the other; return sign-ups a second."""
    from django.db import connection

    from entraide.foundation import clock
    from entraide.volunteering.api import drain_signups

    started, settled = time.perf_counter(), 0
    while count := drain_signups(now=clock.now()):
        settled += count
    connection.close()
    return settled / (time.perf_counter() - started)


def _reconcile() -> tuple[int, int]:
    """Return how many sign-ups the receipts file calls acknowledged, and how many of them are one person each."""
    from django.db import connection

    from entraide.volunteering.api import reconcile

    with RECEIPTS.open("rb") as opened:
        found = reconcile(opened)
    connection.close()
    return sum(found.verdicts.values()), found.proven


def _grow(connection: "psycopg.Connection[Any]", count: int) -> None:
    """Make rows like those of the lane and of the drain, by the million."""
    step = 1_000_000
    for first in range(0, count, step):
        say(f"making sign-ups and people: {first:,} of {count:,}")
        last = min(first + step, count)
        connection.execute(
            "INSERT INTO volunteering_signup (receipt, received_at, payload) SELECT gen_random_uuid(), now(), "
            "jsonb_build_object('email', 'large-' || n || '@example.org', 'first_name', 'Camille', 'last_name', "
            "'Essai', 'birth_date', '1990-05-17', 'postcode', '67000', 'locale', 'fr', 'consent', true) "
            "FROM generate_series(%s::bigint, %s::bigint) AS n",
            [first, last - 1],
        )
        connection.execute(PEOPLE_SQL, [first, last - 1])
    connection.execute("ANALYZE volunteering_signup")
    connection.execute("ANALYZE accounts_person")
    connection.execute("CHECKPOINT")


COPY_SQL = "COPY volunteering_signup (receipt, received_at, payload) FROM STDIN"
PEOPLE_SQL = """
INSERT INTO accounts_person
SELECT (jsonb_populate_record(model, jsonb_build_object(
    'id', gen_random_uuid(), 'email', 'large-' || n || '@example.org'))).*
FROM (SELECT * FROM accounts_person LIMIT 1) AS model, generate_series(%s::bigint, %s::bigint) AS n
"""


def processors() -> tuple[set[int], set[int]]:
    """Return the processor of the server and those of the rest; the same one where there is no other."""
    every = sorted(os.sched_getaffinity(0))
    return {every[0]}, set(every[1:]) or {every[0]}


def _named(processors: set[int]) -> str:
    return ", ".join(map(str, sorted(processors)))


def say(line: str) -> None:
    """Tell the person at the terminal what is being done."""
    width = shutil.get_terminal_size().columns - 1
    sys.stderr.write(f"\r{line[:width]:<{width}}")
    sys.stderr.flush()
