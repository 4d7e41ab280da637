"""`bin/bench pages`: how fast one web process answers the mission list and mission pages on a country's data.

Nothing is cached. Bounds: at least 300 requests/s and a 95th percentile under 60 ms for each, at most 12 queries a
page, under 220 MB for the process, ready within 3 s.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass

from bench import node
from bench.report import ROOT, Figure, Side, finish
from entraide.foundation import postgres

ROUNDS = 3
CONNECTIONS = 8
THREADS = 4
WORDS = (
    "colis+strasbourg", "masques", "aide+aux+devoirs", "livrais", "maqsues", "personnes+isolees+lyon", "tri",
    "t%C3%A9l", "garde+enfants+nantes", "69003+courses", "food+bank", "cuisine",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """How much data, and how long each round loads the server."""

    missions: int
    seconds: float


FULL = Scale(missions=20_000, seconds=8)
QUICK = Scale(missions=1_000, seconds=2)


def main(*, quick: bool) -> int:
    """Make the data, measure, report; return 1 when a bound does not hold."""
    node.settle_environment()
    scale = QUICK if quick else FULL
    with postgres.hold(node.VAR_DIR):
        paths = _prepare(scale)
        figures = [*_queries(paths), *_load(paths, scale)]
    return finish(benchmark="pages", figures=figures, quick=quick)


def _prepare(scale: Scale) -> dict[str, list[str]]:
    """Migrate, load, make the missions; return the addresses to ask for, by the name of what they measure."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench import missions
    from entraide.foundation import clock
    from entraide.volunteering.models import Mission

    for command in ("migrate", "load_territories", "load_templates"):
        sys.stderr.write(f"{command}\n")
        call_command(command, verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    now = clock.now()
    missions.make(missions=scale.missions, now=now)
    with connection.cursor() as cursor:
        # No worker runs here: a job that an earlier run left would by now be so old that the node calls itself unready.
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("ANALYZE")
    some = list(Mission.objects.order_by("?").values_list("id", flat=True)[:500])
    codes = list(Mission.objects.values_list("departement_code", flat=True).distinct()[:40])
    return {
        "mission list": ["/fr/missions/"],
        "mission list, filtered": [f"/fr/missions/?departement={code}&kind=food_aid" for code in codes]
        + [f"/fr/missions/?where={name}&radius=30" for name in ("Strasbourg", "69003", "Brest", "Nantes", "Lille")],
        "mission list, words": [f"/fr/missions/?q={words}" for words in WORDS],
        "mission page": [f"/fr/missions/{mission}/" for mission in some],
    }


def _queries(paths: dict[str, list[str]]) -> list[Figure]:
    """Count the queries of one page of each kind."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    figures = []
    for name, addresses in paths.items():
        with CaptureQueriesContext(connection) as captured:
            answer = Client().get(addresses[0], headers={"host": "localhost"})
        if answer.status_code != 200:
            raise SystemExit(f"{addresses[0]} answered {answer.status_code}")
        figures.append(Figure(f"{name}: queries", len(captured), "queries", Side.AT_MOST, 12))
    connection.close()
    return figures


def _load(paths: dict[str, list[str]], scale: Scale) -> list[Figure]:
    """Load one web process with each kind of page in turn, several rounds, and take medians."""
    figures = []
    folder = node.VAR_DIR / "search"
    shutil.rmtree(folder, ignore_errors=True)
    with (
        node.indexer(folder=folder),
        node.server(target="config.web:application", interface="wsgi", threads=THREADS) as web,
    ):
        figures.append(Figure("start to ready", web.ready_seconds, "s", Side.AT_MOST, 3))
        rounds: dict[str, list[dict[str, float]]] = {name: [] for name in paths}
        for number in range(ROUNDS):
            for name, addresses in paths.items():
                sys.stderr.write(f"\rround {number + 1} of {ROUNDS}: {name:<30}")
                rounds[name].append(_ask(web.port, addresses, scale.seconds))
        sys.stderr.write("\n")
        for name, seen in rounds.items():
            figures += _medians(name, seen)
        figures.append(Figure("memory of the process", web.resident_mb(), "MB", Side.AT_MOST, 220))
    return figures


def _ask(port: int, addresses: list[str], seconds: float) -> dict[str, float]:
    command = [
        sys.executable, "-m", "bench.load", "--port", str(port), "--connections", str(CONNECTIONS),
        "--seconds", str(seconds),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, input="\n".join(addresses), capture_output=True, text=True, check=True)
    outcome: dict[str, float] = json.loads(done.stdout)
    if outcome["not_ok"] or outcome["broken"]:
        raise SystemExit(f"{addresses[0]}: {outcome['not_ok']} answers were not 200, {outcome['broken']} broke off")
    return outcome


def _medians(name: str, rounds: list[dict[str, float]]) -> list[Figure]:
    def median(key: str) -> float:
        return sorted(seen[key] for seen in rounds)[len(rounds) // 2]

    return [
        Figure(f"{name}: rate", median("per_second"), "requests/s", Side.AT_LEAST, 300),
        Figure(f"{name}: 95th percentile", median("p95_ms"), "ms", Side.AT_MOST, 60),
        Figure(f"{name}: median", median("p50_ms"), "ms"),
    ]
