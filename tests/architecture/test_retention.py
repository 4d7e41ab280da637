"""Every table says what ends its rows, and the jobs that it names are there."""

import re
from pathlib import Path

import pytest
from django.db import connection

from entraide.foundation.jobs import PERIODIC

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "retention.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE.read_text(encoding="utf-8"))


@pytest.mark.django_db
def test_every_table_is_told_of_once() -> None:
    assert [name for name, _ in ROWS] == sorted(connection.introspection.table_names())


def test_the_jobs_are_there_and_none_that_forgets_is_left_out() -> None:
    named = {job for _, end in ROWS for job in re.findall(r"`(\w+\.\w+)`", end)}
    known = {periodic.name for periodic in PERIODIC}
    assert named <= known
    assert {name for name in known if re.search(r"forget|prune", name)} <= named
