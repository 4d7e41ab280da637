"""`bin/bench intake`: how many sign-ups one process makes durable a second, beside an empty answer, peers and COPY.

The server runs on one processor; the load generator and the database, with fsync on, on the others. Rounds go in turn
and figures are medians. What grows with the country is measured beside it: `bench.drains` and `bench.large`.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench import drains, drawing, lane, large, node
from bench.lane import EMPTY, FASTAPI, LANE, NARROW, NINJA, PAGES, WIDE, Contender
from bench.report import FOLDER, ROOT, Figure, Side, finish
from entraide.foundation import postgres

COLUMNS = "volunteering_signup (receipt, received_at, payload)"
RECEIPTS = FOLDER / "receipts.jsonl"
DRAWING = ROOT / "docs" / "images" / "intake-latency.svg"
STEADY = 600
PAGES_A_SECOND = 100
CONTENDERS = ((LANE, WIDE), (EMPTY, WIDE), (LANE, NARROW), (EMPTY, NARROW), (FASTAPI, WIDE), (NINJA, WIDE))


@dataclass(frozen=True, slots=True)
class Scale:
    """How many rounds of how many seconds; missions whose pages are read; sign-ups drained in a round."""

    rounds: int
    seconds: float
    steady_seconds: float
    full_seconds: float
    missions: int
    drained: int


FULL = Scale(
    rounds=5, seconds=6, steady_seconds=15, full_seconds=50, missions=2_000, drained=6_000
)  # fmt: skip
QUICK = Scale(rounds=1, seconds=2, steady_seconds=4, full_seconds=6, missions=200, drained=2_000)


def main(*, quick: bool) -> int:
    """Measure and report; return 1 when a bound does not hold."""
    lane.settle_environment()
    scale = QUICK if quick else FULL
    server_on, rest_on = lane.processors()
    os.sched_setaffinity(0, rest_on)
    with postgres.hold(node.VAR_DIR) as lease, lane.own_database(lease.url) as url:
        os.environ["DATABASE_URL"] = url
        lane.prepare()
        bench = Bench(url=url, scale=scale, server_on=server_on)
        figures = [*bench.rates(), *bench.copy(), *bench.memory(), *bench.steady(), *bench.drain(), *bench.large()]
    return finish(benchmark="intake", figures=figures, quick=quick, setup=lane.setup(server_on, rest_on), raw=bench.raw)


class Bench:
    """One run: a database that is up, and what is measured on it in turn. `raw` keeps what each round saw."""

    def __init__(self, *, url: str, scale: Scale, server_on: set[int]) -> None:
        self._url = url
        self._scale = scale
        self._server_on = server_on
        self._lane_rate = 0.0
        self.raw: dict[str, list[Any]] = {}

    def rates(self) -> Iterator[Figure]:
        """Compare the lane with an empty answer and with peers, closed loop, as many as are answered."""
        seen: dict[tuple[Contender, int], list[dict[str, Any]]] = {each: [] for each in CONTENDERS}
        for number in self._rounds():
            for contender, connections in CONTENDERS:
                self._say(number, f"{contender.name}, {connections} connections")
                with lane.serving(contender, url=self._url, processors=self._server_on) as server:
                    seen[contender, connections].append(
                        lane.load(port=server.port, connections=connections, seconds=self._scale.seconds)
                    )
        self.raw |= {f"{contender.name}, {connections}": runs for (contender, connections), runs in seen.items()}
        rate = {each: statistics.median(run["per_second"] for run in runs) for each, runs in seen.items()}
        wide = self._lane_rate = rate[LANE, WIDE]
        yield Figure(f"durable sign-ups, {WIDE} connections", wide, "a second", Side.AT_LEAST, 6_000)
        yield Figure("  slowest round", min(run["per_second"] for run in seen[LANE, WIDE]), "a second")
        yield Figure("  99th percentile", statistics.median(run["p99_ms"] for run in seen[LANE, WIDE]), "ms")
        yield Figure(f"durable sign-ups, {NARROW} connections", rate[LANE, NARROW], "a second")
        for connections, bound in ((WIDE, 0.3), (NARROW, 0.15)):
            yield Figure(f"an empty 204, {connections} connections", rate[EMPTY, connections], "a second")
            ratio = rate[LANE, connections] / rate[EMPTY, connections]
            yield Figure("  the lane to it", ratio, "", Side.AT_LEAST, bound)
        for peer in (FASTAPI, NINJA):
            yield Figure(f"{peer.name}, {WIDE} connections", rate[peer, WIDE], "a second")
            yield Figure("  the lane to it", wide / rate[peer, WIDE], "times", Side.AT_LEAST, 6)

    def copy(self) -> Iterator[Figure]:
        """Copy rows that the lane has written into the emptied table, as fast as the database takes them."""
        with lane.serving(LANE, url=self._url, processors=self._server_on) as server:
            lane.load(port=server.port, connections=WIDE, seconds=self._scale.seconds)
        rates = []
        with psycopg.connect(self._url) as connection:
            with connection.cursor().copy(f"COPY {COLUMNS} TO STDOUT") as copy:
                rows = b"".join(bytes(part) for part in copy)
            for number in self._rounds():
                self._say(number, "COPY of the same rows")
                connection.execute("TRUNCATE volunteering_signup")
                connection.commit()
                started = time.perf_counter()
                with connection.cursor().copy(f"COPY {COLUMNS} FROM STDIN") as copy:
                    copy.write(rows)
                connection.commit()
                rates.append(rows.count(b"\n") / (time.perf_counter() - started))
        self.raw["COPY, rows a second"] = rates
        rate = statistics.median(rates)
        yield Figure("raw COPY of the same rows", rate, "a second")
        yield Figure("  share of it that the lane uses", 100 * self._lane_rate / rate, "%")

    def memory(self) -> Iterator[Figure]:
        """Watch the memory of one process under full load."""
        seconds = self._scale.full_seconds
        lane.say(f"full load for {seconds:g} s, the memory watched")
        with lane.serving(LANE, url=self._url, processors=self._server_on) as server:
            memory = lane.Memory(server)
            with memory.watched():
                seen = lane.load(port=server.port, connections=WIDE, seconds=seconds)
        self.raw["memory under full load, MB"] = memory.seen
        yield Figure("memory of the lane under full load", memory.largest, "MB", Side.AT_MOST, 150)
        yield Figure("  growth once everything was used", memory.growth, "MB", Side.AT_MOST, 10)
        yield Figure("  sign-ups taken meanwhile", seen["accepted"], "sign-ups")

    def steady(self) -> Iterator[Figure]:
        """Take 600 a second, open loop, while uncached pages are read beside it on the same processor."""
        paths = _pages(self._scale.missions)
        taken, read = [], []
        for number in self._rounds():
            self._say(number, f"{STEADY} a second, while {PAGES_A_SECOND} pages a second are read")
            with (
                lane.serving(LANE, url=self._url, processors=self._server_on) as server,
                lane.serving(PAGES, url=self._url, processors=self._server_on) as web,
            ):
                reading = _reading_pages(web.port, paths, self._scale.steady_seconds)
                seen = lane.load(port=server.port, connections=WIDE, seconds=self._scale.steady_seconds, rate=STEADY)
                taken.append(seen)
                read.append(json.loads(reading.communicate()[0]))
        self.raw |= {"steady": taken, "pages beside it": read}
        _draw(taken, DRAWING if self._scale is FULL else FOLDER / DRAWING.name)

        def median(runs: list[dict[str, Any]], name: str) -> float:
            return statistics.median(float(run[name]) for run in runs)

        title = f"99th percentile at {STEADY}/s with {PAGES_A_SECOND} pages/s"
        yield Figure(title, median(taken, "p99_ms"), "ms", Side.AT_MOST, 50)
        yield Figure("  worst round", max(run["p99_ms"] for run in taken), "ms")
        yield Figure("  median", median(taken, "p50_ms"), "ms")
        yield Figure("  sign-ups taken", median(taken, "per_second"), "a second", Side.AT_LEAST, STEADY * 0.99)
        pages = median(read, "per_second")
        yield Figure("  pages read beside it", pages, "a second", Side.AT_LEAST, PAGES_A_SECOND * 0.95)
        wrong = sum(run["not_ok"] + run["broken"] for run in read)
        yield Figure("  of them not answered 200", wrong, "pages", Side.AT_MOST, 0)

    def drain(self) -> Iterator[Figure]:
        """Make people of an inbox that is full, their mail queued; then prove that nobody was lost."""
        rates = []
        for number in self._rounds():
            self._say(number, f"a worker drains {self._scale.drained}")
            with lane.serving(LANE, url=self._url, processors=self._server_on) as server:
                seconds = self._scale.drained / STEADY / 5
                lane.load(port=server.port, connections=NARROW, seconds=seconds, rate=5 * STEADY, receipts=RECEIPTS)
            rates.append(drains.drain(url=self._url, processors=self._server_on))
            acknowledged, proven = drains.reconcile(RECEIPTS)
            self.raw.setdefault("acknowledged, proven", []).append((acknowledged, proven))
        self.raw["drain, sign-ups a second"] = rates
        acknowledged, proven = (sum(each) for each in zip(*self.raw["acknowledged, proven"], strict=True))
        yield Figure("drain, one worker, mail queued", statistics.median(rates), "a second", Side.AT_LEAST, STEADY)
        yield Figure("  of the 3,000 a second that are aimed for", statistics.median(rates) / 30, "%")
        yield Figure("  acknowledged in that part", acknowledged, "sign-ups")
        yield Figure("  of them not exactly one person", acknowledged - proven, "sign-ups", Side.AT_MOST, 0)

    def large(self) -> Iterator[Figure]:
        """Measure lane and drain in turn on an empty database and on one that holds a country."""
        if self._scale is FULL:
            seen = large.compare(empty_url=self._url, scale=large.FULL, processors=self._server_on)
            self.raw |= seen.raw
            yield from seen.figures()

    def _rounds(self) -> range:
        return range(1, self._scale.rounds + 1)

    def _say(self, number: int, what: str) -> None:
        lane.say(f"round {number} of {self._scale.rounds}: {what}")


def _pages(missions: int) -> list[str]:
    """Make missions; return the paths of their list and of some of them."""
    from django.db import connection

    from bench.missions import make
    from entraide.foundation import clock
    from entraide.volunteering.models import Mission

    make(missions=missions, now=clock.now())
    some = list(Mission.objects.order_by("pk").values_list("pk", flat=True)[:50])
    connection.close()
    return [path for pk in some for path in ("/fr/missions/", f"/fr/missions/{pk}/")]


def _reading_pages(port: int, paths: list[str], seconds: float) -> "subprocess.Popen[str]":
    """Start to read pages again and again, at PAGES_A_SECOND."""
    command = [
        sys.executable, "-m", "bench.load", "--port", str(port), "--connections", "8", "--rate", str(PAGES_A_SECOND),
        "--seconds", str(seconds), *(argument for path in paths for argument in ("--path", path)),
    ]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)


def _draw(runs: list[dict[str, Any]], file: Path) -> None:
    """Draw the times of all rounds together."""
    counts: Counter[float] = Counter()
    for run in runs:
        counts.update(dict(run["histogram_ms"]))
    title = f"{STEADY} sign-ups a second: time until durable, in ms"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(drawing.histogram(sorted(counts.items()), title=title), encoding="utf-8")
