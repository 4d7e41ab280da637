"""The sign-up lane and what it is compared to, served and loaded: what every benchmark of sign-ups needs."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bench import node
from bench.report import ROOT

ACCEPTED = {"202", "204"}
LOOK_EVERY_SECONDS = 0.5
WIDE = 256
NARROW = 64


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
PAGES = Contender("pages", "config.web:application", "wsgi", 4)


@contextmanager
def serving(contender: Contender, *, url: str, processors: set[int], empty: bool = True) -> Iterator[node.Server]:
    """Run a contender on a database and on some processors, with an empty inbox unless that is not wanted."""
    with psycopg.connect(url, autocommit=True) as connection:
        if empty:
            connection.execute("TRUNCATE volunteering_signup")
        connection.execute("CHECKPOINT")
    place = psycopg.conninfo.conninfo_to_dict(url)
    with node.server(
        target=contender.target, interface=contender.interface, threads=contender.threads, processors=processors,
        DATABASE_URL=url, PEER_HOST=str(place["host"]), PEER_USER=str(place["user"]),
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
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    seen: dict[str, Any] = json.loads(done.stdout)
    if set(seen["statuses"]) - ACCEPTED:
        raise SystemExit(f"not everything was accepted: {seen['statuses']}")
    return seen


@dataclass
class Memory:
    """The memory of a server's largest process in MB, looked at twice a second while something goes on."""

    server: node.Server
    seen: list[float] = field(default_factory=list)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look until the block ends, and a last time then."""
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(LOOK_EVERY_SECONDS):
                self.seen.append(self.server.resident_mb())

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()
            self.seen.append(self.server.resident_mb())

    @property
    def largest(self) -> float:
        """The most that was seen."""
        return max(self.seen)

    @property
    def growth(self) -> float:
        """By how much more the last quarter took than the second one, when everything had been used once."""
        quarter = max(1, len(self.seen) // 4)
        return max(self.seen[-quarter:]) - max(self.seen[quarter : 2 * quarter] or self.seen)


@contextmanager
def own_database(url: str, *, name: str = "bench_intake", copy_of: str = "template1") -> Iterator[str]:
    """Make a database for this run and drop it at its end; one that a killed run left is dropped first."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(copy_of))
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(drop)
        admin.execute(make)
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(drop)


def prepare() -> None:
    """Make the tables of the database that DATABASE_URL names, and load what a portal needs."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    for command in ("migrate", "load_territories", "load_templates"):
        say(command)
        call_command(command, verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    connection.close()


def settle_environment() -> None:
    """Point this process and its children at the benchmark's node, where one network may send as much as it likes."""
    node.settle_environment()
    os.environ["SIGNUPS_PER_NETWORK"] = "1000000"


def processors() -> tuple[set[int], set[int]]:
    """Return the processor of the server and those of the rest; the same one where there is no other."""
    every = sorted(os.sched_getaffinity(0))
    return {every[0]}, set(every[1:]) or {every[0]}


def setup(server_on: set[int], rest_on: set[int]) -> dict[str, str]:
    """Return what runs on which processors."""
    return {
        "server, worker": f"processor {named(server_on)}",
        "load generator, database with fsync on": f"processor {named(rest_on)}, on the same machine",
    }


def named(processors: set[int]) -> str:
    """Return the numbers of processors as a text."""
    return ", ".join(map(str, sorted(processors)))


def say(line: str) -> None:
    """Tell the person at the terminal what is being done."""
    width = shutil.get_terminal_size().columns - 1
    sys.stderr.write(f"\r{line[:width]:<{width}}")
    sys.stderr.flush()
