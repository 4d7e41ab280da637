"""Every periodic job can be called as the worker calls it, and says in a list what it is for."""

import inspect

import pytest
from procrastinate.contrib.django import app

from entraide.foundation.jobs import PERIODIC


@pytest.mark.parametrize("name", [periodic.name for periodic in PERIODIC])
def test_a_periodic_job_takes_the_due_time_by_its_name(name: str) -> None:
    inspect.signature(app.tasks[name].func).bind(timestamp=0)


def test_every_periodic_job_is_listed_once() -> None:
    registered = [task.task.name for task in app.periodic_registry.periodic_tasks.values()]
    assert sorted(registered) == sorted(periodic.name for periodic in PERIODIC)
