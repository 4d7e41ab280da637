"""`bin/bench waiting-room`: a million people through the rules of the line, then clients of a real process.

The crowd is simulated by the very rules that the sign-up process and the database run; only people and their looks are
drawn. The clients are real: HTTP on loopback, a process with its database, a pause that ends.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import psycopg

from bench import node
from bench.lane import own_database, prepare
from bench.report import ROOT, Figure, Side, finish
from bench.waiting_people import Evening, Simulation, outcome, say
from entraide.foundation import postgres
from entraide.waiting.rules import tickets
from entraide.waiting.rules.curve import SECOND
from entraide.waiting.rules.line import Line, move, new_line
from entraide.waiting.rules.pace import Seen
from entraide.waiting.rules.tickets import Ticket

SECRET = b"a secret of the benchmark"


@dataclass(frozen=True, slots=True)
class Scale:
    """The evening that is simulated; how many tickets are timed; how many clients wait for real, let in how fast."""

    evening: Evening
    timed: int
    clients: int
    per_second: int


# A drain of 1,700 a second, and a million people within a few minutes.
FULL = Scale(Evening(people=1_000_000, kept_per_second=1_700, mean_arrival_seconds=200), 100_000, 3_000, 150)
QUICK = Scale(Evening(people=20_000, kept_per_second=60, mean_arrival_seconds=100), 10_000, 300, 50)


def main(*, quick: bool) -> int:
    """Measure and report; return 1 when a bound does not hold."""
    scale = QUICK if quick else FULL
    figures = [*crowd(scale.evening), *costs(scale.timed), *real(scale)]
    return finish(benchmark="waiting-room", figures=figures, quick=quick)


def crowd(evening: Evening) -> Iterator[Figure]:
    """Play an evening and tell whether it was fair, honest and busy."""
    started = time.perf_counter()
    simulation = Simulation(evening)
    simulation.run(say)
    took = time.perf_counter() - started
    seen = outcome(simulation, kept_per_second=evening.kept_per_second)
    yield Figure("people simulated", evening.people, "people")
    yield Figure("  of them waited", seen.waited, "people")
    yield Figure("  came back and were not signed up", seen.not_in, "people", Side.AT_MOST, 0)
    yield Figure("longest line", seen.longest_line, "places")
    yield Figure("longest wait", seen.longest_wait / 60, "min")
    yield Figure("gain of ten windows, median of the wait", 100 * seen.gain_of_windows, "%", Side.AT_MOST, 1)
    yield Figure("waits within the range first told", 100 * seen.true_ranges, "%", Side.AT_LEAST, 90)
    yield Figure("  longer than told", 100 * seen.longer_than_told, "%", Side.AT_MOST, 5)
    yield Figure("  of whom no range could be told", 100 * seen.untold, "%")
    yield Figure("sign-ups kept while people wait, of what can be kept", 100 * seen.busy, "%", Side.AT_LEAST, 90)
    yield Figure("  refused though their turn had come", 100 * seen.turned_away, "%", Side.AT_MOST, 1)
    yield Figure("  missed their turn though they looked", seen.missed, "people", Side.AT_MOST, 0)
    yield Figure("looks of each who waited", seen.looks, "requests")
    yield Figure("the simulation took", took, "s")


def costs(count: int) -> Iterator[Figure]:
    """Time a ticket, a decision and a move of the line with a million places in it."""
    say("timing tickets, decisions and moves")
    line = _long_line()
    started = time.perf_counter()
    texts = [
        tickets.write(Ticket(number * SECOND, tickets.mark_of("", secret=SECRET)), secret=SECRET)
        for number in range(count)
    ]
    yield Figure("a ticket", 1e6 * (time.perf_counter() - started) / count, "µs", Side.AT_MOST, 50)
    started = time.perf_counter()
    for text in texts:
        ticket = tickets.read(text, secret=SECRET)
        if ticket is not None:
            line.place_of(ticket)
            line.ahead_of(ticket)
    yield Figure(
        "a decision, seal and rank included", 1e6 * (time.perf_counter() - started) / count, "µs", Side.AT_MOST, 50
    )
    issued = dict.fromkeys(range(3_600), 280)
    started = time.perf_counter()
    for _ in range(20):
        move(line, now=line.moved_at + SECOND, tickets=issued, seen=Seen(1.0, kept=1_700, fill=0.05))
    yield Figure("a move of the line, each second", 1e3 * (time.perf_counter() - started) / 20, "ms", Side.AT_MOST, 50)
    yield Figure(
        "the line with a million places, as kept", len(msgspec.json.encode(line)) / 1e3, "kB", Side.AT_MOST, 10
    )


def _long_line() -> Line:
    """Return a line with a million places, issued over an hour."""
    seen = Seen(1.0, kept=100, refused=1_000, fill=1.0)
    return move(new_line(0), now=3_600 * SECOND, tickets=dict.fromkeys(range(3_600), 280), seen=seen)


def real(scale: Scale) -> Iterator[Figure]:
    """Let clients wait at a real process while it is paused, then let them in at a bounded rate."""
    node.settle_environment()
    os.environ["SIGNUPS_PER_NETWORK"] = "1000000"
    with postgres.hold(node.VAR_DIR) as lease, own_database(lease.url) as url:
        os.environ["DATABASE_URL"] = url
        prepare()
        with (
            psycopg.connect(url, autocommit=True) as operator,
            node.server(target="config.intake:application", interface="asgi") as server,
        ):
            seen, memory = _crowd_at(server, operator, scale)
            rows = operator.execute("SELECT count(*), count(DISTINCT receipt) FROM volunteering_signup").fetchone()
    made, distinct = rows or (0, 0)
    yield Figure("real clients", scale.clients, "clients")
    yield Figure("  were given a place", float(str(seen["placed"])), "clients", Side.AT_LEAST, scale.clients)
    yield Figure("  signed up", float(str(seen["in"])), "clients", Side.AT_LEAST, scale.clients)
    yield Figure("  receipts beyond one for each", distinct - scale.clients, "receipts", Side.AT_MOST, 0)
    yield Figure("  rows of the inbox", made, "rows")
    yield Figure("  until the last one was in", float(str(seen["seconds"])), "s")
    yield Figure("  waits within the range first told", 100 * float(str(seen["true"])), "%", Side.AT_LEAST, 90)
    yield Figure("  answers", float(str(seen["answers"])), "requests")
    yield Figure("  99th percentile of an answer", float(str(seen["p99_ms"])), "ms")
    yield Figure("  connections that broke", float(str(seen["broken"])), "connections", Side.AT_MOST, 0)
    yield Figure("  memory of the process", memory, "MB", Side.AT_MOST, 150)


def _crowd_at(
    server: node.Server, operator: "psycopg.Connection[tuple[object, ...]]", scale: Scale
) -> tuple[dict[str, object], float]:
    """Pause, let the clients come, go on when each has a place; return what they saw, and the memory in MB."""
    say(f"{scale.clients:,} clients wait at a real process")
    operator.execute(
        "INSERT INTO waiting_line (id, is_paused, most_per_second) VALUES (1, true, %(most)s)"
        " ON CONFLICT (id) DO UPDATE SET is_paused = true, most_per_second = %(most)s",
        {"most": scale.per_second},
    )
    time.sleep(3)  # Each process reads the line once a second.
    command = [
        sys.executable,
        "-m",
        "bench.waiting_clients",
        "--port",
        str(server.port),
        "--clients",
        str(scale.clients),
    ]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as clients:
        until = time.monotonic() + 60
        while _places(operator) < scale.clients and time.monotonic() < until:
            time.sleep(0.2)
        operator.execute("UPDATE waiting_line SET is_paused = false")
        memory = server.resident_mb()
        seen: dict[str, object] = json.loads(clients.communicate()[0])
    return seen, max(memory, server.resident_mb())


def _places(operator: "psycopg.Connection[tuple[object, ...]]") -> int:
    row = operator.execute("SELECT coalesce(sum(tickets), 0) FROM waiting_second").fetchone()
    return int(str(row[0])) if row else 0
