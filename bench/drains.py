"""The drain as a benchmark runs it: the worker's own listener, called as the worker calls it, until nothing waits."""

import os
import subprocess
import sys
import time
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
    from django.db import close_old_connections

    from entraide.volunteering.actions.drain_signups import BATCH
    from entraide.volunteering.models import SignUp
    from entraide.volunteering.signup_tasks import drain as one_batch

    # A large inbox is not counted: its oldest are there.
    most = int(sys.argv[1]) or SignUp.objects.count()
    started = time.perf_counter()
    for _ in range(0, most, BATCH):
        if not one_batch():
            raise SystemExit("the inbox held fewer than were to be drained")
        close_old_connections()
    print(most / (time.perf_counter() - started))


if __name__ == "__main__":
    main()
