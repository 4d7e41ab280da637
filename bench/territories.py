"""`bin/bench territories`: loading every commune into an empty database, and completing what is typed."""

import os
import statistics
import time
from collections.abc import Callable, Iterator

from bench import node
from bench.lane import own_database, say
from bench.report import Figure, Side, finish
from entraide.foundation import postgres

ROUNDS, QUICK_ROUNDS = 5, 1
# What people type letter by letter: names with hyphens, accents and ligatures, postcodes, homonyms.
TYPED = (
    "saint-denis", "67000", "œuilly", "l'haÿ-les-roses", "sainte-marie", "strasbourg", "le mans", "97400",
    "st etienne",
)  # fmt: skip


def main(*, quick: bool) -> int:
    """Measure and report; return 1 when a bound does not hold."""
    node.settle_environment()
    figures: list[Figure] = []
    with postgres.hold(node.VAR_DIR) as lease, own_database(lease.url, name="bench_territories") as url:
        os.environ["DATABASE_URL"] = url
        figures += _measured(rounds=QUICK_ROUNDS if quick else ROUNDS)
    return finish(benchmark="territories", figures=figures, quick=quick)


def _measured(*, rounds: int) -> Iterator[Figure]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from entraide.foundation import clock
    from entraide.territories import api, loading
    from entraide.territories.models import Commune, LoadedEdition

    say("migrate")
    call_command("migrate", verbosity=0)
    taken = []
    for number in range(rounds):
        say(f"loading, round {number + 1} of {rounds}")
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE territories_region CASCADE")
        LoadedEdition.objects.all().delete()
        began = time.perf_counter()
        loading.load(now=clock.now())
        taken.append(time.perf_counter() - began)
    yield Figure("communes", Commune.objects.count(), "communes")
    yield Figure("load into an empty database, median", statistics.median(taken), "s", Side.AT_MOST, 5)
    yield Figure("  slowest", max(taken), "s")
    began = time.perf_counter()
    loading.load(now=clock.now())
    yield Figure("  when it is loaded already", time.perf_counter() - began, "s")
    say("completing")
    letters = [text[: end + 1] for text in TYPED for end in range(1, len(text))]
    seconds = sorted(_seconds_of(api.find_communes, text) for _ in range(rounds) for text in letters)
    yield Figure("a completion, median", 1e3 * statistics.median(seconds), "ms")
    yield Figure("  99 in 100 within", 1e3 * seconds[int(0.99 * len(seconds))], "ms")
    connection.close()


def _seconds_of(find: Callable[..., object], text: str) -> float:
    began = time.perf_counter()
    find(text=text)
    return time.perf_counter() - began
