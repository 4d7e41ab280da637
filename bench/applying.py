"""`bin/bench applying`: how many apply for a slot a second, through Django, while 600 a second sign up beside them.

Everybody wants the same slot, then everybody one of many; one in ten asks twice at once, as impatient people do. No
slot may be overbooked, and nobody may have two places in one.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from bench import lane, node
from bench.lane import LANE, PAGES
from bench.report import ROOT, Figure, Side, finish
from entraide.foundation import postgres

SIGN_UPS = 600
# They are ended when everybody has applied.
LONGEST_SECONDS = 600
EXPECTED = ("201", "409")
CONNECTIONS = 32
TWICE_EACH = 10
# The two crowds: how many slots there are for it. Places are a tenth of who wants the one slot, and all of the many.
CROWDS = {"one slot": 1, "many slots": 500}
WRONG_SQL = """
SELECT count(*) FILTER (WHERE taken + held > capacity_max),
    count(*) FILTER (WHERE taken <> (SELECT count(*) FROM volunteering_participation p WHERE p.slot_id = s.id)),
    (SELECT count(*) FROM (SELECT FROM volunteering_participation GROUP BY slot_id, volunteer_id HAVING count(*) > 1) t)
FROM volunteering_slot s
"""


@dataclass(frozen=True, slots=True)
class Scale:
    """How many people apply in each of so many rounds."""

    people: int
    rounds: int


FULL = Scale(people=3_000, rounds=5)
QUICK = Scale(people=300, rounds=1)


@dataclass
class Rounds:
    """What a crowd saw in each round, how many places there were, and the sign-ups taken beside it."""

    seen: list[dict[str, Any]] = field(default_factory=list)
    places: int = 0
    beside: list[dict[str, Any]] = field(default_factory=list)

    def median(self, name: str) -> float:
        """Return the median of a figure of all rounds."""
        return statistics.median(float(run[name]) for run in self.seen)


def main(*, quick: bool) -> int:
    """Measure and report; return 1 when a bound does not hold."""
    lane.settle_environment()
    server_on, rest_on = lane.processors()
    os.sched_setaffinity(0, rest_on)
    scale = QUICK if quick else FULL
    with postgres.hold(node.VAR_DIR) as lease, lane.own_database(lease.url, name="bench_applying") as url:
        os.environ["DATABASE_URL"] = url
        lane.prepare()
        crowds = _measure(url, scale, server_on)
        with psycopg.connect(url) as connection:
            overbooked, unbalanced, twice = connection.execute(WRONG_SQL).fetchone() or (1, 1, 1)
    figures = [figure for name, rounds in crowds.items() for figure in _figures(name, rounds)]
    figures += [
        Figure("slots that are overbooked", overbooked, "slots", Side.AT_MOST, 0),
        Figure("slots whose counter is not the number of places given", unbalanced, "slots", Side.AT_MOST, 0),
        Figure("people with two places in one slot", twice, "people", Side.AT_MOST, 0),
    ]
    raw = {name: [*rounds.seen, *rounds.beside] for name, rounds in crowds.items()}
    setup = lane.setup(server_on, rest_on)
    return finish(benchmark="applying", figures=figures, quick=quick, setup=setup, raw=raw)


def _measure(url: str, scale: Scale, server_on: set[int]) -> dict[str, Rounds]:
    """Let each crowd apply in turn, for new slots in each round."""
    from bench.slots import Offer

    offer, crowds = Offer(people=scale.people), {name: Rounds() for name in CROWDS}
    for number in range(1, scale.rounds + 1):
        for name, rounds in crowds.items():
            lane.say(f"round {number} of {scale.rounds}: {scale.people} people apply for {name}")
            share = 10 if CROWDS[name] == 1 else 1
            places = scale.people // share
            slots = offer.slots(count=CROWDS[name], capacity=-(-places // CROWDS[name]))
            rounds.places += places
            with (
                lane.serving(PAGES, url=url, processors=server_on) as web,
                lane.serving(LANE, url=url, processors=server_on) as server,
                _signing_up(server.port) as signing_up,
            ):
                rounds.seen.append(_apply(web.port, offer.wishes(slots, twice_each=TWICE_EACH)))
                signing_up.send_signal(signal.SIGINT)
                rounds.beside.append(json.loads(signing_up.communicate()[0]))
    return crowds


def _figures(name: str, rounds: Rounds) -> Iterator[Figure]:
    yield Figure(f"applications for {name}", rounds.median("per_second"), "a second")
    yield Figure("  99th percentile", rounds.median("p99_ms"), "ms")
    yield Figure("  median", rounds.median("p50_ms"), "ms")
    given = sum(run["given"] for run in rounds.seen)
    yield Figure("  places given, of those there were", 100 * given / rounds.places, "%", Side.AT_LEAST, 100)
    yield Figure("  beyond them", max(0, given - rounds.places), "places", Side.AT_MOST, 0)
    twice = sum(run["given_twice"] for run in rounds.seen)
    yield Figure("  who asked twice and got two", twice, "people", Side.AT_MOST, 0)
    strange = sum(count for run in rounds.seen for status, count in run["statuses"].items() if status not in EXPECTED)
    yield Figure("  answers that were neither a place nor a reason", strange, "answers", Side.AT_MOST, 0)
    beside = statistics.median(run["per_second"] for run in rounds.beside)
    yield Figure("  sign-ups taken beside it", beside, "a second", Side.AT_LEAST, SIGN_UPS * 0.95)
    yield Figure("  99th percentile of them", statistics.median(run["p99_ms"] for run in rounds.beside), "ms")


def _apply(port: int, wishes: Iterator[dict[str, str]]) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.applicants", "--port", str(port), "--connections", str(CONNECTIONS)]
    lines = "\n".join(json.dumps(wish) for wish in wishes)
    done = subprocess.run(command, cwd=ROOT, input=lines, stdout=subprocess.PIPE, text=True, check=True)
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


@contextmanager
def _signing_up(port: int) -> Iterator["subprocess.Popen[str]"]:
    """Let people sign up, open loop, until they are told to end with SIGINT."""
    command = [
        sys.executable, "-m", "bench.signups", "--port", str(port), "--rate", str(SIGN_UPS),
        "--seconds", str(LONGEST_SECONDS),
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as running:
        try:
            yield running
        finally:
            if running.poll() is None:
                running.kill()
