"""The embedded database: it starts once, stops after its last user, and comes back after anything was killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from entraide.foundation import postgres
from entraide.foundation.postgres import Cluster, Lease, PostgresError, account
from entraide.foundation.postgres import binaries as programs
from entraide.foundation.postgres.cluster import shared_buffers, works_in

ROOT = Path(__file__).resolve().parent.parent.parent
HOLD = "import sys, time; from pathlib import Path; from entraide.foundation import postgres; \
lease = postgres.hold(Path(sys.argv[1]), durable=False); print('held', flush=True); time.sleep(600)"


def until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    """Wait for something to become true; fail when it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def answer(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None


def holder(var_dir: Path) -> subprocess.Popen[str]:
    """Start another process that has a lease, and wait until it has it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(var_dir)], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


@pytest.fixture
def var_dir(tmp_path: Path) -> Iterator[Path]:
    """A folder whose server, if a test leaves one, is stopped."""
    folder = tmp_path / "var"
    yield folder
    pid = Cluster.of(var_dir=folder).server_pid()
    if pid:
        os.kill(pid, signal.SIGQUIT)


@pytest.fixture
def lease(var_dir: Path) -> Iterator[Lease]:
    """A running database."""
    with postgres.hold(var_dir, durable=False) as held:
        yield held


def test_the_address_is_the_same_before_and_after_the_start(var_dir: Path) -> None:
    before = postgres.url(var_dir)
    with postgres.hold(var_dir, durable=False) as lease:
        assert lease.url == before
        assert answer(before, "SELECT current_database()") == "entraide"


def test_no_process_stays_when_the_lease_has_ended(var_dir: Path) -> None:
    lease = postgres.hold(var_dir, durable=False)
    folder = lease.cluster.folder
    lease.release()
    assert lease.cluster.server_pid() is None
    assert not [entry for entry in Path("/proc").glob("[0-9]*") if works_in(pid=int(entry.name), folder=folder)]


def test_a_second_user_shares_the_server_and_the_last_one_stops_it(var_dir: Path) -> None:
    first = postgres.hold(var_dir, durable=False)
    second = postgres.hold(var_dir, durable=False)
    pid = first.cluster.server_pid()
    assert second.cluster.server_pid() == pid
    first.release()
    assert second.cluster.server_pid() == pid
    assert answer(second.url, "SELECT 1") == 1
    second.release()
    assert second.cluster.server_pid() is None


def test_a_user_killed_outright_leaves_no_server_behind(var_dir: Path) -> None:
    process = holder(var_dir)
    cluster = Cluster.of(var_dir=var_dir)
    assert cluster.server_pid()
    process.kill()
    process.communicate()
    until(lambda: cluster.server_pid() is None)


def test_a_user_killed_outright_does_not_stop_the_server_for_others(var_dir: Path, lease: Lease) -> None:
    process = holder(var_dir)
    pid = lease.cluster.server_pid()
    process.kill()
    process.communicate()
    assert answer(lease.url, "SELECT pg_sleep(0.2), 1") is not None
    assert lease.cluster.server_pid() == pid


def test_what_was_committed_survives_a_killed_server(var_dir: Path) -> None:
    with postgres.hold(var_dir) as lease:
        with psycopg.connect(lease.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        pid = lease.cluster.server_pid()
        assert pid
        os.kill(pid, signal.SIGKILL)
        until(lambda: lease.cluster.server_pid() is None)
        lease.ensure()
        assert answer(lease.url, "SELECT answer FROM kept") == 42


def test_the_number_of_a_dead_server_taken_by_another_program_does_not_prevent_the_start(var_dir: Path) -> None:
    with postgres.hold(var_dir, durable=False) as lease:
        folder = lease.cluster.folder
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n1\n5432\n.\n\n1 1\nready\n")
    with postgres.hold(var_dir, durable=False) as lease:
        assert answer(lease.url, "SELECT 1") == 1


def test_an_interrupted_creation_is_begun_anew(var_dir: Path) -> None:
    unfinished = Cluster.of(var_dir=var_dir).folder.with_suffix(".new")
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("17\n")
    with postgres.hold(var_dir, durable=False) as lease:
        assert answer(lease.url, "SELECT 1") == 1
    assert not unfinished.exists()


def test_the_data_of_another_major_version_is_refused_with_the_command_that_moves_it(var_dir: Path) -> None:
    other = var_dir / "pg14"
    other.mkdir(parents=True)
    (other / "PG_VERSION").write_text("14\n")
    with pytest.raises(PostgresError, match=r"PostgreSQL 14.*bin/dump --upgrade"):
        postgres.hold(var_dir)


def test_a_folder_too_deep_for_a_socket_address_works(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("é" * 40)
    with postgres.hold(deep, durable=False) as lease:
        assert lease.cluster.shortcut
        assert answer(lease.url, "SELECT 1") == 1
    lease.cluster.shortcut.unlink()


def test_a_shortcut_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    cluster = Cluster.of(var_dir=tmp_path / ("a" * 120))
    assert cluster.shortcut
    cluster.shortcut.symlink_to(tmp_path)
    try:
        with pytest.raises(PostgresError, match="is not ours"):
            cluster.link()
    finally:
        cluster.shortcut.unlink()


def test_variables_of_the_caller_do_not_lead_the_programs_elsewhere(
    var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOST", "/nowhere")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with postgres.hold(var_dir, durable=False) as lease:
        assert lease.cluster.state() == "ready"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give up its rights")
def test_root_runs_the_server_as_somebody_who_may_not_enter_the_folders_above(tmp_path: Path) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    with postgres.hold(closed / "clone" / "var", durable=False) as lease:
        pid = lease.cluster.server_pid()
        assert Path(f"/proc/{pid}").stat().st_uid != 0
        assert lease.cluster.folder.stat().st_uid == Path(f"/proc/{pid}").stat().st_uid
        # Files are made and read again below a path that the server's account cannot walk.
        assert answer(lease.url, "SELECT count(*) FROM generate_series(1, 200000) AS n") == 200000
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give up its rights")
def test_programs_in_a_closed_folder_are_run_from_a_copy(tmp_path: Path) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    (closed / "pginstall").symlink_to(programs.find().folder.parent)
    found = programs.probe(folder=closed / "pginstall" / "bin")
    assert found
    used = account.reachable(binaries=found, account=account.account_of(folder=tmp_path / "pg"))
    assert used.folder.is_relative_to(account.COPIES)
    assert used.version == found.version


def test_debian_s_programs_serve_where_the_wheel_does_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not list(programs.DEBIAN.glob("*/bin/postgres")):
        pytest.skip("this machine has no PostgreSQL of Debian's")
    monkeypatch.setattr("sys.path", [str(ROOT)])
    monkeypatch.setattr("site.getsitepackages", list)
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    programs.find.cache_clear()
    try:
        assert programs.find().folder.is_relative_to(programs.DEBIAN)
    finally:
        programs.find.cache_clear()


def test_no_postgresql_at_all_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_candidates", lambda: iter(()))
    programs.find.cache_clear()
    try:
        with pytest.raises(PostgresError, match="apt-get install postgresql"):
            programs.find()
    finally:
        programs.find.cache_clear()


@pytest.mark.parametrize(("memory_gib", "kept"), [(1, "128MB"), (4, "256MB"), (24, "1024MB")])
def test_a_server_keeps_pages_as_the_machine_has_memory(memory_gib: int, kept: str) -> None:
    assert shared_buffers(memory_bytes=memory_gib * 2**30) == kept
