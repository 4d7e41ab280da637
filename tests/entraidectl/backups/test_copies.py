"""A real PostgreSQL 15 is copied, written to, put back as of a moment, started and counted."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.entraidectl.backups.machine import Machine, lacks, machine

pytestmark = pytest.mark.skipif(bool(lacks()), reason=lacks() or "it runs")


@pytest.fixture(scope="module")
def copied() -> Iterator[Machine]:
    """A machine with one full copy, of one person."""
    with machine() as made:
        made.archives()
        made.add("before")
        made.done("backup")
        made.let_the_copy_be_past()
        yield made


def test_it_is_restored_to_a_moment_between_two_writes(copied: Machine) -> None:
    copied.add("after the copy")
    moment = copied.moment()
    copied.add("too late")
    put = copied.folder / "put-back"
    found = copied.done("restore", "--to", moment, "--into", str(put))["found"]
    assert found["people"] == int(copied.ask("SELECT count(*) FROM accounts_person WHERE name <> 'too late'"))
    assert (put / "PG_VERSION").read_text().strip() == "15"


def test_the_newest_copy_is_tried_and_the_date_noted(copied: Machine) -> None:
    copied.add("archived after the copy", 50)
    copied.ask("SELECT pg_switch_wal()")
    people = int(copied.ask("SELECT count(*) FROM accounts_person"))
    found = copied.done("verify")["found"]
    assert found["people"] <= people
    assert json.loads((copied.folder / "state/verified.json").read_text())["people"] == found["people"]
    assert (
        "entraide_backup_verified_timestamp_seconds 1" in (copied.folder / "metrics/entraide-backup.prom").read_text()
    )
    assert not list(Path(copied.folder / "state/scratch").iterdir())
