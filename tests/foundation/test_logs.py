"""What log lines must not say."""

import io
import json
import logging

import pytest
from procrastinate.jobs import Job

from entraide.foundation import logs


def test_a_job_that_fails_is_logged_without_its_arguments() -> None:
    job = Job(
        id=12, queue="mail", lock=None, queueing_lock=None, task_name="foundation.send_mail",
        task_kwargs={"letter": {"to": "ada@example.org", "text": "1234-5678"}},
    )  # fmt: skip
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    handler.addFilter(logs.WithoutJobArguments())
    logger = logging.Logger("procrastinate.worker")
    logger.addHandler(handler)
    logger.error(f"Job {job.call_string} ended with status: Error", extra={"job": job.log_context()})
    line = json.loads(stream.getvalue())
    assert line["message"] == "Job foundation.send_mail[12] ended with status: Error"
    assert line["job"]["id"] == 12
    assert "ada@" not in stream.getvalue()
    assert "1234" not in stream.getvalue()


@pytest.mark.parametrize("name", ["django.template", "django.db.backends", "procrastinate.worker"])
def test_loggers_that_write_out_values_stay_quiet_at_any_level(name: str) -> None:
    """They are set when the settings are read, whatever LOG_LEVEL says."""
    assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)
