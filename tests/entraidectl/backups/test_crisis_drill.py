"""The machine of the database and the servers of the sign-up log are lost: who was acknowledged comes back, once."""

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from entraide.foundation.jetstream import Away, Log, Streams, prepare
from entraide.volunteering.rules.signup_log import NAME
from tests.drills import recoveries
from tests.drills.node import Node, until
from tests.drills.sign_ups import SignUps
from tests.entraidectl.backups.machine import Machine, lacks, machine
from tests.nats_cluster import MOST_BYTES, Cluster, cluster

pytestmark = [pytest.mark.drill, pytest.mark.skipif(bool(lacks()), reason=lacks() or "it runs")]

PEOPLE = 8


@pytest.fixture
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three servers of the replicated log."""
    with cluster(tmp_path_factory.mktemp("nats")) as running:
        yield running


@pytest.fixture
def database() -> Iterator[Machine]:
    """A PostgreSQL 15 with an empty database."""
    with machine() as made:
        made.ask("DROP TABLE accounts_person, volunteering_participation")
        yield made


@pytest.fixture
def node(tmp_path: Path, log: Cluster, database: Machine) -> Iterator[Node]:
    """A portal on that database, whose sign-ups go into the log."""
    (tmp_path / "assets").symlink_to(Path("var/assets").resolve())
    node = Node(tmp_path)
    url = f"postgresql://{database.user}@/entraide?host={database.folder}/socket"
    node.start(INTAKE_LOG=",".join(log.addresses), DATABASE_URL=url)
    database.ask("UPDATE crises_crisis SET level = 'watch'; UPDATE waiting_line SET asks_proof = false")
    yield node
    if node.left_over():
        node.kill_everything()


def test_the_database_and_the_log_are_lost_and_no_acknowledged_sign_up_is(
    node: Node, log: Cluster, database: Machine
) -> None:
    settings = database.folder / "environment"
    settings.write_text(f"INTAKE_LOG={','.join(log.addresses)}\n")
    database.write_site(f'environment = "{settings}"')
    database.archives()
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(100)
        began = time.monotonic()
        database.done("backup")
        copied_in = time.monotonic() - began
        sign_ups.until_more(200)
        # What is carried now is after the copy, and comes back from WAL.
    until("everything is carried", lambda: asyncio.run(_is_empty(log)))
    segment = database.ask("SELECT pg_walfile_name(pg_switch_wal())")
    archived = f"SELECT coalesce(last_archived_wal, '') >= '{segment}' FROM pg_stat_archiver"  # noqa: S608
    until("the WAL is archived", lambda: database.ask(archived) == "t")
    database.stop("immediate")
    with SignUps(node, people=PEOPLE) as later:
        later.until_more(100)
    database.done("backup", "--type", "files")
    node.kill_everything()
    _lose(log, database)
    began = time.monotonic()
    database.done("restore", "--into", str(database.data))
    database.start()
    restored_in = time.monotonic() - began
    asyncio.run(prepare(log.servers, Streams(NAME), most_bytes=MOST_BYTES))
    # Twice: whoever is not sure does it again.
    database.done("restore", "--sign-ups")
    database.done("restore", "--sign-ups")
    node.start(**node._variables)
    until("everything is carried", lambda: asyncio.run(_is_empty(log)))
    until("the inbox is drained", lambda: database.ask("SELECT count(*) FROM volunteering_signup") == "0")
    for name, each in (("before", sign_ups), ("later", later)):
        file = node.var_dir / f"{name}.jsonl"
        each.write(file)
        told = node.run("reconcile-signups", str(file), "--json")
        assert told.returncode == 0, told.stdout + told.stderr
        assert msgspec.json.decode(told.stdout)["verdicts"] == {"one person": len(set(each.receipts))}
    recoveries.note(
        "the database and the sign-up log lost, both restored", seconds=restored_in,
        seen=f"copied in {copied_in:.1f} s; {len(sign_ups.receipts) + len(later.receipts)} sign-ups, each one person",
    )  # fmt: skip


@pytest.fixture
def small() -> Iterator[Path]:
    """A disk of 4 MB."""
    folder = Path(tempfile.mkdtemp(prefix="entraide-small-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


def test_the_disk_of_copies_is_full_and_the_database_runs_on(database: Machine, small: Path) -> None:
    database.ask("CREATE TABLE accounts_person (id bigserial, name text)")
    database.write_site(f'second = "{small}/copies"')
    database.archives()
    assert "keep fewer copies" in database.refused("backup")
    database.add("while the disk is full")
    assert database.ask("SELECT count(*) FROM accounts_person") == "1"


def _lose(log: Cluster, database: Machine) -> None:
    """Have neither a data folder any more nor a server of the log with what it held."""
    shutil.rmtree(database.data)
    shutil.rmtree(database.folder / "state")
    for server in list(log.running):
        log.kill(server)
        shutil.rmtree(log.folder / f"store{server}")
    log.restart_all()


async def _is_empty(log: Cluster) -> bool:
    opened = Log(log.servers, Streams(NAME))
    try:
        return (await opened.state()).is_empty
    except Away:
        return False
    finally:
        await opened.close()
