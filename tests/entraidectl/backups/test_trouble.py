"""What is in the way of a copy is told with a remedy, and the database runs on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.entraidectl.backups.machine import PASSPHRASE, Machine, lacks, machine
from tests.journeys.node import wait_for

pytestmark = pytest.mark.skipif(bool(lacks()), reason=lacks() or "it runs")


@pytest.fixture(scope="module")
def copied() -> Iterator[Machine]:
    """A machine with one full copy, and its settings copied with it."""
    with machine() as made:
        (made.folder / "settings").write_text("SECRET_KEY=only-in-tests\n")
        made.more = f'files = ["{made.folder}/settings"]'
        made.write_site()
        made.archives()
        made.add("one")
        made.done("backup")
        yield made


def test_a_second_setting_up_changes_nothing(copied: Machine) -> None:
    assert copied.ctl("backup", "--type", "none").stdout == "Nothing to do.\n"


def test_a_rehearsal_copies_nothing(copied: Machine) -> None:
    before = sorted(copied.copies.rglob("*"))
    assert "would copy what changed" in copied.ctl("backup", "--dry-run").stdout
    assert sorted(copied.copies.rglob("*")) == before


def test_nothing_is_restored_over_a_server_that_runs(copied: Machine) -> None:
    name = f"{os.uname().nodename.partition('.')[0]}:{copied.data}"
    assert "runs in" in copied.refused("restore", "--into", str(copied.data), "--destroy", name)
    assert copied.ask("SELECT 1") == "1"


def test_what_is_in_a_folder_is_destroyed_for_its_typed_name_alone(copied: Machine) -> None:
    full = copied.folder / "full"
    full.mkdir()
    (full / "something").touch()
    told = copied.refused("restore", "--into", str(full), "--destroy", str(full))
    assert (full / "something").exists()
    name = told.split("--destroy ")[1].strip()
    assert copied.done("restore", "--into", str(full), "--destroy", name)["found"]["people"] >= 1
    assert not (full / "something").exists()


@pytest.mark.parametrize(
    ("moment", "words"),
    [("yesterday", "is no moment"), ("2026-04-15T08:30", "any zone"), ("2001-01-01T00:00Z", "the first copy is of"),
     ("2999-01-01T00:00Z", "yet to come")],
)  # fmt: skip
def test_a_moment_that_cannot_be_is_refused(copied: Machine, moment: str, words: str) -> None:
    assert words in copied.refused("restore", "--to", moment, "--into", str(copied.folder / "none"))
    assert not (copied.folder / "none").exists()


def test_a_damaged_copy_is_found(copied: Machine) -> None:
    copied.done("backup", "--type", "full")
    newest = (copied.copies / "postgresql/backup/entraide/latest").resolve()
    largest = max(newest.rglob("*.zst"), key=lambda path: path.stat().st_size)
    with damaged(largest):
        assert "restore failed" in copied.refused("verify")


def test_damaged_wal_is_found(copied: Machine) -> None:
    copied.add("in the archive")
    with damaged(newest_segment(copied)):
        told = copied.refused("verify")
    assert "was not reached" in told


def test_damaged_files_are_found(copied: Machine) -> None:
    with damaged(max((copied.copies / "files").glob("*.enc"))):
        assert "its sum is another" in copied.refused("verify")


def test_a_secret_in_the_copies_cannot_be_read_without_the_passphrase(copied: Machine, tmp_path: Path) -> None:
    copied.done("backup", "--type", "files")
    assert all(b"only-in-tests" not in path.read_bytes() for path in copied.copies.rglob("*") if path.is_file())
    copied.done("restore", "--files-into", str(tmp_path / "files"))
    put = tmp_path / "files" / str(copied.folder / "settings").lstrip("/")
    assert put.read_text() == "SECRET_KEY=only-in-tests\n"
    (copied.folder / "passphrase").write_text("x" * 40)
    try:
        assert "passphrase" in copied.refused("restore", "--files-into", str(tmp_path / "again"))
    finally:
        (copied.folder / "passphrase").write_text(PASSPHRASE + "\n")


def test_keys_of_seals_are_never_copied(copied: Machine, tmp_path: Path) -> None:
    seals = copied.folder / "var/seals"
    seals.mkdir(parents=True)
    (seals / "destroyed-through").touch()
    (seals / "2026-04-15.key").write_text("a key")
    (copied.folder / "var/kept").touch()
    copied.write_site()
    copied.site.write_text(copied.site.read_text().replace("/settings", "/var"))
    try:
        assert "never copied" in copied.ctl("backup", "--type", "files").stderr
        copied.done("restore", "--files-into", str(tmp_path))
    finally:
        copied.write_site()
        copied.done("backup", "--type", "files")
    names = {path.name for path in tmp_path.rglob("*")}
    assert "kept" in names
    assert "2026-04-15.key" not in names


def test_copies_that_cannot_be_written_are_told_and_the_database_runs_on(copied: Machine) -> None:
    aside = copied.copies.rename(copied.folder / "aside")
    copied.copies.touch()
    try:
        assert "Error: " in copied.refused("backup")
        copied.add("while the copies are away")
        assert copied.ask("SELECT count(*) FROM accounts_person WHERE name = 'while the copies are away'") == "1"
    finally:
        copied.copies.unlink()
        aside.rename(copied.copies)
    copied.done("backup")
    assert copied.done("verify")["found"]["people"] == int(copied.ask("SELECT count(*) FROM accounts_person"))


def test_a_copy_that_is_killed_halfway_is_made_by_the_next_run(copied: Machine) -> None:
    command = [sys.executable, "-m", "entraidectl", "backup", "--site", str(copied.site), "--type", "full"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stderr is not None
        assert "backup: " in process.stderr.readline()
        os.killpg(process.pid, signal.SIGKILL)
    copied.done("backup", "--type", "full")
    assert copied.done("verify")["found"]["people"] == int(copied.ask("SELECT count(*) FROM accounts_person"))


@contextmanager
def damaged(path: Path) -> Iterator[None]:
    """Have some bytes in the middle of a file be others for a while."""
    flip(path)
    yield
    flip(path)


def flip(path: Path) -> None:
    """Turn the bits of some bytes; once more, and they are as before."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    for place in range(middle, middle + 16):
        content[place] ^= 0xFF
    path.write_bytes(content)


def newest_segment(machine: Machine) -> Path:
    """Return what the server wrote just now, once it is archived."""
    name = machine.ask("SELECT pg_walfile_name(pg_switch_wal())")
    until_archived = "SELECT coalesce(last_archived_wal, '') >= '{}' FROM pg_stat_archiver"
    wait_for(f"{name} is archived", lambda: machine.ask(until_archived.format(name)) == "t")
    return next(path for path in (machine.copies / "postgresql/archive").rglob(f"{name}-*") if path.is_file())
