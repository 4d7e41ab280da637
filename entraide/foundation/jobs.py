"""Jobs: what the worker does after the commit that asked for it.

A job is deferred inside the transaction of the change that needs it, so that both happen or neither. A job that fails
is tried again with growing pauses, then stays visible as failed on the operator's page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import procrastinate
from django.db import connection, transaction
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from entraide.foundation import metrics
from entraide.foundation.job_failures import remember_failure

Task = TypeVar("Task", bound=Callable[..., Any])
MAX_ATTEMPTS = 9
FIRST_PAUSE_SECONDS = 4
LONGEST_PAUSE_SECONDS = 3600
LAST_RUNS_SQL = "SELECT task_name, to_timestamp(max(defer_timestamp)) FROM procrastinate_periodic_defers GROUP BY 1"


class BackOff(BaseRetryStrategy):
    """Try again after 4 s, 16 s, 64 s … at most an hour apart, nine times in all: about four hours."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, or None to give up."""
        seconds = pause_seconds(attempts=job.attempts)
        outcome = "given up" if seconds is None else "retried"
        metrics.jobs_done.labels(job.task_name, outcome).inc()
        return None if seconds is None else RetryDecision(retry_in={"seconds": seconds})


def pause_seconds(*, attempts: int) -> int | None:
    """Return the pause in seconds after `attempts` earlier attempts, or None when there is to be no other."""
    if attempts + 1 >= MAX_ATTEMPTS:
        return None
    return int(min(FIRST_PAUSE_SECONDS ** (attempts + 1), LONGEST_PAUSE_SECONDS))


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that comes back by itself: its task, when (cron, UTC) and what it is for."""

    name: str
    cron: str
    help: str


PERIODIC: list[Periodic] = []


def task(*, name: str, queue: str = "default", queueing_lock: str | None = None) -> Callable[[Task], Any]:
    """Register a function as a job named `app.verb`, retried with back-off."""

    def register(function: Task) -> Any:
        return app.task(
            name=name,
            queue=queue,
            queueing_lock=queueing_lock,
            retry=BackOff(),
            task_middleware=[remember_failure],
        )(function)

    return register


def periodic(*, cron: str, name: str, help: str) -> Callable[[Callable[[int], None]], Any]:
    """Register a function of the due time (seconds since 1970) as a periodic job, and list it in PERIODIC."""

    def register(function: Callable[[int], None]) -> Any:
        PERIODIC.append(Periodic(name=name, cron=cron, help=help))
        return app.periodic(cron=cron, periodic_id=name)(
            app.task(name=name, queueing_lock=name, retry=BackOff(), task_middleware=[remember_failure])(function)
        )

    return register


def last_runs() -> dict[str, datetime]:
    """Return when each periodic job was last asked for, by its name; one that never was is missing."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_RUNS_SQL)
        return dict(cursor.fetchall())


def defer(
    name: str, *, queueing_lock: str | None = None, lock: str | None = None, in_seconds: int = 0, **arguments: Any
) -> None:
    """Defer a job by name in the current transaction: how an app asks one above it.

    With a queueing lock, a second job like it that still waits is enough.
    """
    later = {"schedule_in": {"seconds": in_seconds}} if in_seconds else {}
    try:
        # A refused second job must not spoil the transaction of the change that asked for it.
        with transaction.atomic():
            app.configure_task(name, queueing_lock=queueing_lock, lock=lock, allow_unknown=False, **later).defer(
                **arguments
            )
    except procrastinate.exceptions.AlreadyEnqueued:
        return
