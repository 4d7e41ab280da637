"""The drain as a benchmark runs it: the worker's own listener, called as the worker calls it, until nothing waits."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.report import ROOT


def drain(*, url: str, processors: set[int], most: int = 0) -> float:
    """Drain the inbox of a database, at most so many sign-ups (0: all), in a process on these processors.

    Returns sign-ups a second.
    """
    command = [sys.executable, "-m", "bench.drains", str(most)]
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "DATABASE_URL": url},
        preexec_fn=lambda: os.sched_setaffinity(0, processors),
    )  # fmt: skip
    return float(done.stdout)


def reconcile(receipts: Path) -> tuple[int, int]:
    """Return how many sign-ups a receipts file calls acknowledged, and how many of them are one person each."""
    from django.db import connection

    from entraide.volunteering.api import reconcile as judged

    with receipts.open("rb") as opened:
        found = judged(opened)
    connection.close()
    return sum(found.verdicts.values()), found.proven


def main() -> None:
    """Drain the database that DATABASE_URL names; print sign-ups a second."""
    import django

    django.setup()
    from entraide.foundation.listeners import LISTENERS
    from entraide.volunteering.actions.drain_signups import BATCH
    from entraide.volunteering.models import SignUp

    (listener,) = [each for each in LISTENERS if each.channel == "entraide_signup"]
    # A large inbox is not counted: its oldest are there.
    most = int(sys.argv[1]) or SignUp.objects.count()
    batches = iter(range(0, most, BATCH))
    started = time.perf_counter()
    with ThreadPoolExecutor(listener.at_once) as calls:
        done = sum(calls.map(lambda _: _work(listener.work, batches), range(listener.at_once)))
    if done < most / BATCH:
        raise SystemExit("the inbox held fewer than were to be drained")
    print(most / (time.perf_counter() - started))


def _work(work: Callable[[], object], batches: Iterator[int]) -> int:
    """Call the listener's function for as many batches as are left; return how many it settled."""
    from django.db import close_old_connections, connection

    done = 0
    for _ in batches:
        done += bool(work())
        close_old_connections()
    connection.close()
    return done


if __name__ == "__main__":
    main()
