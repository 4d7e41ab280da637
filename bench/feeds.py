"""`bin/bench feeds`: runs of a partner's feed of 50,000 missions, over HTTP from loopback, while others go on working.

Bounds: under 2 minutes for a first run, 10 s for one without a change and 15 s with 1 % changed; no batch over 2 s;
under 500 MB for the process. Meanwhile people read pages and apply for slots, none waiting longer than 2 s, and what an
organisation changes is found by the search within 2 s, as ever. A slow machine, or one that others use at the same
time, is slower: the report says on what it was measured, and what each run took of the processors.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from bench import lane, node
from bench.feeds_made import Served, feed, serving
from bench.load import percentile
from bench.report import ROOT, Figure, finish
from entraide.foundation import postgres

USUAL_SECONDS = 10.0
# People to apply, and slots, enough for the longest run.
PEOPLE, SLOTS = 2_000, 500
PATHS = ("/fr/missions/", "/fr/missions/?q=repas", "/fr/missions/?q=distribution+lyon", "/en/missions/?domain=health")
LOOK_SECONDS, PAUSE_SECONDS, PATIENCE_SECONDS = 0.02, 0.5, 60.0
_numbers = count()


@dataclass(frozen=True, slots=True)
class Scale:
    """How many missions the feed has, and how long each of its runs may take."""

    missions: int
    first: float
    unchanged: float
    changed: float


FULL = Scale(missions=50_000, first=120.0, unchanged=10.0, changed=15.0)
QUICK = Scale(missions=2_000, first=20.0, unchanged=5.0, changed=5.0)


def main(*, quick: bool) -> int:
    """Make a feed, run it three times, report; return 1 when a bound does not hold."""
    lane.settle_environment()
    with (
        postgres.hold(node.VAR_DIR) as lease,
        lane.own_database(lease.url, name="bench_feeds") as url,
        TemporaryDirectory(dir=node.VAR_DIR, prefix="feeds-") as folder,
    ):
        os.environ["DATABASE_URL"] = url
        lane.prepare()
        return finish(benchmark="feeds", figures=_measure(QUICK if quick else FULL, Path(folder)), quick=quick)


def _measure(scale: Scale, folder: Path) -> list[Figure]:
    from django.conf import settings

    from bench.slots import Offer

    settings.FEED_NETWORKS = (ip_network("127.0.0.0/8"),)
    places, sizes = _places(), list[float]()
    offer = Offer(people=PEOPLE)
    wishes = offer.wishes(offer.slots(count=SLOTS, capacity=PEOPLE), twice_each=PEOPLE)
    with (
        serving() as served,
        node.indexer(folder=folder),
        node.server(
            target="config.web:application", interface="wsgi", threads=4, SEARCH_DIR=str(folder)
        ) as web,
    ):  # fmt: skip
        beside = Beside(port=web.port, folder=folder, wishes=wishes)
        with beside.going("usually"):
            time.sleep(USUAL_SECONDS)
        partner_id = _partner(served)
        served.content = feed(places, scale.missions)
        figures = [Figure("feed", len(served.content) / 1e6, "MB")]
        figures += _run(partner_id, "first run", scale.first, beside, sizes)
        figures += _run(partner_id, "run without a change", scale.unchanged, beside, sizes)
        served.content = feed(places, scale.missions, changed=scale.missions // 100)
        figures += _run(partner_id, "run with 1 % changed", scale.changed, beside, sizes)
    figures += [*beside.figures(), _noted()]
    figures.append(Figure("largest size of a run's process", max(sizes), "MB", bound=500))
    return figures


def _places() -> list[tuple[str, str]]:
    from entraide.territories.models import Commune

    rows = Commune.objects.current().order_by("-population").prefetch_related("postcodes")[:5_000]
    return [(row.name, row.postcodes.all()[0].postcode) for row in rows if row.postcodes.all()]


def _partner(served: Served) -> Any:
    """Return the id of a partner whose feed this is."""
    from entraide.accounts.api import Deed
    from entraide.exchange.actions.partners import PartnerDetails, add_partner
    from entraide.exchange.rules.words import FeedKind, Moderation
    from entraide.foundation import clock

    details = PartnerDetails(
        name="Banc", website="", moderation=Moderation.TRUSTED, sends_missions=True, sends_alerts=False,
        feed_url=served.url, feed_kind=FeedKind.MISSIONS, is_active=True,
    )  # fmt: skip
    return add_partner(details=details, deed=Deed(actor=None, role="operator", now=clock.now()))[0].pk


def _run(partner_id: Any, name: str, most_seconds: float, beside: "Beside", sizes: list[float]) -> Iterator[Figure]:
    """Run the feed once in a process of its own and tell how long it and its batches took."""
    with beside.going(name):
        command = [sys.executable, "-m", "bench.feeds_run", str(partner_id)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    run = json.loads(done.stdout)
    sys.stderr.write(f"{name}: {run['created']} new, {run['changed']} changed, {run['unchanged']} as before\n")
    sizes.append(run["largest_mb"])
    yield Figure(f"{name}: {run['seen']} missions", run["seconds"], "s", bound=most_seconds)
    yield Figure("  processor time of the process", run["process"], "s")
    yield Figure("  processor time of its connection to the database", run["database"], "s")
    yield Figure("  longest batch", run["longest_batch"], "s", bound=2)


@dataclass
class Beside:
    """What goes on beside the feed: people who read and apply, and changes that are to be found."""

    port: int
    folder: Path
    wishes: Iterator[dict[str, str]]
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    found: dict[str, list[float]] = field(default_factory=dict)
    woken: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def going(self, name: str) -> Iterator[None]:
        """Let them go on until the end of the block."""
        wishes = [next(self.wishes) for _ in range(PEOPLE // 4)]
        command = [sys.executable, "-m", "bench.feeds_beside", "--port", str(self.port)]
        with _listening() as woken, subprocess.Popen(
            command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as people:  # fmt: skip
            try:
                assert people.stdin  # noqa: S101 (it was asked for)
                people.stdin.write("\n".join(map(json.dumps, [PATHS, *wishes])))
                people.stdin.close()
                people.stdin = None
                with finding(self.folder) as self.found[name]:
                    yield
                people.send_signal(signal.SIGINT)
                self.seen[name] = json.loads(people.communicate()[0])
            finally:
                if people.poll() is None:
                    people.kill()
            self.woken[name] = woken()

    def figures(self) -> Iterator[Figure]:
        """Return what they saw, run by run."""
        for name, kinds in self.seen.items():
            yield Figure(f"{name}: indexers woken", self.woken[name], "times")
            for kind, seen in kinds.items():
                strange = [status for status in seen["statuses"] if status not in ("200", "201")]
                if strange:
                    raise SystemExit(f"{name}, {kind}: {seen['statuses']}")
                yield Figure(f"  {kind}, median", seen["p50_ms"], "ms")
                yield Figure(f"  {kind}, p99", seen["p99_ms"], "ms")
                yield Figure(f"  {kind}, longest", seen["longest_ms"] / 1000, "s", bound=2)
            yield Figure("  a change of a mission found, median", percentile(self.found[name], 0.5), "s")
            yield Figure("  a change of a mission found, slowest", max(self.found[name]), "s", bound=2)


@contextmanager
def _listening() -> Iterator[Callable[[], int]]:
    """Listen as an indexer does; what is yielded tells how often it would have been woken so far."""
    from entraide.search.feed import CHANNEL

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as ears:
        ears.execute(f"LISTEN {CHANNEL}")
        yield lambda: sum(1 for _ in ears.notifies(timeout=0.2))


@contextmanager
def finding(folder: Path) -> Iterator[list[float]]:
    """Give a mission another title again and again, and collect how long it takes until each is found."""
    from django.db import connection

    from entraide.search.index.reading import Reader

    reader = Reader(folder)
    seconds: list[float] = []
    stopped = threading.Event()

    def change_and_find() -> None:
        try:
            while not stopped.is_set():
                seconds.append(_found_after(reader, f"nouveaute{_letters(next(_numbers))}"))
                stopped.wait(PAUSE_SECONDS)
        finally:
            connection.close()

    thread = threading.Thread(target=change_and_find)
    thread.start()
    try:
        yield seconds
    finally:
        stopped.set()
        thread.join()


def _found_after(reader: Any, word: str) -> float:
    """Name a mission so, and return how long it takes until a search finds it."""
    from entraide.search.rules.question import read_question
    from entraide.search.wanted import Wanted
    from entraide.volunteering.models import Mission

    # In quotes, since a word that nobody wrote yet finds those that look alike.
    asked = Wanted(question=read_question(f'"{word}"', language="fr"))
    key = Mission.objects.filter(partner="", state="online").order_by("pk").values_list("pk", flat=True)[0]
    Mission.objects.filter(pk=key).update(title=f"Une {word}")
    started = time.perf_counter()
    while not reader.state().count(asked):
        if time.perf_counter() - started > PATIENCE_SECONDS:
            raise SystemExit(f"a change was not found within {PATIENCE_SECONDS:g} s")
        time.sleep(LOOK_SECONDS)
    return time.perf_counter() - started


def _letters(number: int) -> str:
    """Return a number as a word of letters."""
    return "".join(chr(ord("a") + int(figure)) for figure in str(number))


def _noted() -> Figure:
    from entraide.exchange.actions.noting import note_changes
    from entraide.foundation import clock

    note_changes(now=clock.now())
    started = time.perf_counter()
    note_changes(now=clock.now())
    return Figure("a round of the feed of changes, nothing new", time.perf_counter() - started, "s", bound=10)
