"""Why a job failed is kept; a failed job goes back into the queue once, however many ask."""

from datetime import datetime
from types import SimpleNamespace

import pytest
from django.db import connection

from entraide.foundation import job_failures, jobs
from entraide.foundation.job_failures import failed_jobs, reason_of, remember_failure, retry_jobs
from entraide.foundation.trouble import Trouble, trouble

pytestmark = pytest.mark.django_db


@jobs.task(name="tests.never_works")
def never_works(*, note: str) -> None:
    """Fail, as a job whose provider is away does."""
    raise ConnectionError(f"the provider is away\n{note}")


def failed_job(*, queueing_lock: str | None = None) -> int:
    """Return a job that was tried and given up."""
    job_id: int = never_works.configure(queueing_lock=queueing_lock).defer(note="private")
    with pytest.raises(ConnectionError):
        remember_failure(lambda: never_works(note="private"), SimpleNamespace(job=SimpleNamespace(id=job_id)), None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job_id])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job_id])
    return job_id


def test_a_failure_is_kept_with_its_first_line_alone(now: datetime) -> None:
    job_id = failed_job()
    (job,) = failed_jobs().rows
    assert (job.id, job.task) == (job_id, "tests.never_works")
    assert job.reason == "ConnectionError: the provider is away"
    assert job.failed_at is not None
    assert trouble(now=now) == Trouble(failed=1, to_retry=0)


def test_a_failed_job_is_put_back_once(now: datetime) -> None:
    job_id = failed_job()
    assert retry_jobs(ids=[job_id, 987654321], now=now) == (job_id,)
    assert retry_jobs(ids=[job_id], now=now) == ()
    assert [job.id for job in job_failures.jobs_to_retry()] == [job_id]


def test_a_job_whose_twin_waits_stays_failed(now: datetime) -> None:
    job_id = failed_job(queueing_lock="one at a time")
    never_works.configure(queueing_lock="one at a time").defer(note="later")
    assert retry_jobs(ids=[job_id], now=now) == ()
    assert trouble(now=now).failed == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("bad\x00 byte\nsecond line"), "ValueError: bad byte"),
        (KeyError(), "KeyError"),
        (RuntimeError("x" * 9000), f"RuntimeError: {'x' * 9000}"[:500]),
    ],
)
def test_reasons_fit_a_list(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason
