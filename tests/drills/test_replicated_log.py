"""Sign-ups into the replicated log while its servers, or PostgreSQL, are killed with -9: each 202 is one person."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from entraide.foundation.jetstream import Away, Log, Streams
from entraide.foundation.postgres import Cluster as Database
from entraide.volunteering.rules.signup_log import NAME
from tests.drills import recoveries
from tests.drills.node import Node, until
from tests.drills.sign_ups import SignUps, assert_nothing_is_lost
from tests.nats_cluster import SIZE, Cluster, cluster

pytestmark = pytest.mark.drill

PEOPLE = 8
# More refusals than people: everybody has been told once at least to come back.
REFUSALS = 3 * PEOPLE
DOWN_SECONDS = 6.0
# The least that can be asked for: some thousand sign-ups.
SMALL_BYTES = 3_000_000


class Held:
    """The node's PostgreSQL, started by the drill, so that nothing starts it again before the drill does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return self._database.url

    def start(self) -> None:
        """Start it; return when it is ready."""
        self._database.clear_remains()
        self._database.link()
        self._process = self._database.spawn(durable=True)
        until("PostgreSQL is ready", lambda: self._database.state() == "ready")

    def kill(self) -> None:
        """End it without a word."""
        if self._process:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three servers of the replicated log."""
    with cluster(tmp_path_factory.mktemp("nats")) as running:
        yield running


@pytest.fixture
def database(stopped_node: Node) -> Iterator[Held]:
    """PostgreSQL in the hands of the drill."""
    held = Held(stopped_node.cluster)
    held.start()
    yield held
    held.kill()


@pytest.fixture
def node(stopped_node: Node, log: Cluster, database: Held) -> Node:
    """A portal whose sign-ups go into the replicated log."""
    stopped_node.start(INTAKE_LOG=",".join(log.addresses), DATABASE_URL=database.url)
    return stopped_node


def writes_to(log: Cluster) -> int:
    """Return the server that leads the stream which the intake writes to, as long as nothing has happened."""
    return log.leader_of(f"{NAME}-1")


def assert_each_is_one_person(node: Node, log: Cluster, sign_ups: SignUps) -> None:
    """See that the log is empty in the end, and each receipt one person."""
    until("everything is carried", lambda: asyncio.run(_is_empty(log)))
    assert_nothing_is_lost(node, sign_ups)


async def _is_empty(log: Cluster) -> bool:
    opened = Log(log.servers, Streams(NAME))
    try:
        return (await opened.state()).is_empty
    except Away:
        return False
    finally:
        await opened.close()


@pytest.mark.parametrize("which", ["the one written to", "another"])
def test_one_server_of_the_log_is_killed_and_sign_ups_go_on(node: Node, log: Cluster, which: str) -> None:
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(100)
        web = node.pid_of("web")
        leader = writes_to(log)
        killed_at = time.time()
        log.kill(leader if which == "the one written to" else (leader + 1) % SIZE)
        sign_ups.until_answered(since=killed_at)
        sign_ups.until_more(300)
        silence = sign_ups.longest_silence(since=killed_at)
        log.restart_all()
        sign_ups.until_more(100)
    refused = len(sign_ups.refused(since=killed_at))
    recoveries.note(
        f"`kill -9` of a server of the log, {which}", seconds=silence,
        more_mb=sign_ups.growth_mb, seen=f"{refused} told to come back",
    )  # fmt: skip
    assert node.pid_of("web") == web
    assert_each_is_one_person(node, log, sign_ups)


def test_a_server_of_the_log_falls_silent_and_sign_ups_go_on(node: Node, log: Cluster) -> None:
    """Its connections stay open, as when a machine loses its power: nobody is told that it is gone."""
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(100)
        silent = writes_to(log)
        silent_at = time.time()
        log.freeze(silent)
        sign_ups.until_answered(since=silent_at)
        sign_ups.until_more(100)
        silence = sign_ups.longest_silence(since=silent_at)
        log.kill(silent)
        log.restart_all()
        sign_ups.until_more(50)
    refused = len(sign_ups.refused(since=silent_at))
    recoveries.note(
        "A server of the log falls silent (SIGSTOP)",
        seconds=silence,
        more_mb=sign_ups.growth_mb,
        seen=f"{refused} told to come back",
    )
    assert_each_is_one_person(node, log, sign_ups)


def test_each_server_of_the_log_is_killed_in_turn(node: Node, log: Cluster) -> None:
    with SignUps(node, people=PEOPLE) as sign_ups:
        for victim in range(SIZE):
            sign_ups.until_more(50)
            log.kill(victim)
            sign_ups.until_more(50)
            log.restart_all()
        sign_ups.until_more(50)
    assert_each_is_one_person(node, log, sign_ups)


@pytest.mark.parametrize("part", ["web", "worker"])
def test_a_part_of_the_node_is_killed_and_what_the_log_holds_is_carried(node: Node, log: Cluster, part: str) -> None:
    """Killed between a message's append and its answer, or between a message's rows and its settlement."""
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(50)
        for _ in range(2):
            killed_at = time.time()
            node.kill_and_see_replaced(part)
            seconds = sign_ups.until_answered(since=killed_at)
            sign_ups.until_more(50)
    recoveries.note(f"`kill -9` of the {part}, with the log", seconds=seconds, more_mb=sign_ups.growth_mb)
    assert_each_is_one_person(node, log, sign_ups)


def test_without_a_majority_nobody_is_acknowledged_and_with_one_it_goes_on(node: Node, log: Cluster) -> None:
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(100)
        web = node.pid_of("web")
        leader = writes_to(log)
        log.kill(leader)
        log.kill((leader + 1) % SIZE)
        killed_at = time.time()
        until("people are told to come back", lambda: len(sign_ups.refused(since=killed_at)) >= REFUSALS)
        assert sign_ups.acknowledged(since=killed_at) == []
        log.start(leader)
        log.wait_until_healthy(leader)
        healthy_at = time.time()
        seconds = sign_ups.until_answered(since=healthy_at)
        sign_ups.until_more(100)
        log.restart_all()
    recoveries.note(
        "`kill -9` of two servers of the log, then one is started",
        seconds=seconds,
        more_mb=sign_ups.growth_mb,
    )
    assert node.pid_of("web") == web
    assert_each_is_one_person(node, log, sign_ups)


def test_all_servers_of_the_log_are_killed_at_once(node: Node, log: Cluster) -> None:
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(100)
        for server in range(SIZE):
            log.kill(server)
        killed_at = time.time()
        until("people are told to come back", lambda: len(sign_ups.refused(since=killed_at)) >= REFUSALS)
        assert sign_ups.acknowledged(since=killed_at) == []
        log.restart_all()
        healthy_at = time.time()
        seconds = sign_ups.until_answered(since=healthy_at)
        sign_ups.until_more(100)
    recoveries.note("`kill -9` of all servers of the log, then a start", seconds=seconds, more_mb=sign_ups.growth_mb)
    assert_each_is_one_person(node, log, sign_ups)


def test_sign_ups_go_on_while_postgresql_is_killed_and_held_down(node: Node, log: Cluster, database: Held) -> None:
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(100)
        killed_at = time.time()
        database.kill()
        sign_ups.until_answered(since=killed_at)
        until("PostgreSQL was down for a while", lambda: time.time() > killed_at + DOWN_SECONDS)
        sign_ups.until_more(100)
        # Asked while there is no database: the receipt itself says that it is one of ours.
        receipt = sign_ups.acknowledged(since=killed_at)[-1].receipt
        told = httpx.get(f"{node.url}/v1/signups/{receipt}", timeout=10)
        assert (told.status_code, told.json()["state"]) == (200, "received")
        down = len(sign_ups.acknowledged(since=killed_at))
        database.start()
        sign_ups.until_more(100)
    silence = sign_ups.longest_silence(since=killed_at)
    recoveries.note(
        f"PostgreSQL killed, down for {DOWN_SECONDS:g} s",
        seconds=silence,
        more_mb=sign_ups.growth_mb,
        seen=f"{down} taken meanwhile",
    )
    assert_each_is_one_person(node, log, sign_ups)


def test_a_full_log_acknowledges_nothing_it_cannot_keep_and_takes_again_when_it_was_carried(
    stopped_node: Node, log: Cluster, database: Held
) -> None:
    stopped_node.start(INTAKE_LOG=",".join(log.addresses), INTAKE_LOG_BYTES=str(SMALL_BYTES), DATABASE_URL=database.url)
    with SignUps(stopped_node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(50)
        database.kill()
        killed_at = time.time()
        until("the log is full", lambda: len(sign_ups.refused(since=killed_at)) >= REFUSALS)
        taken = len(sign_ups.acknowledged(since=killed_at))
        started_at = time.time()
        database.start()
        seconds = sign_ups.until_answered(since=started_at)
    recoveries.note(
        "The log full, then PostgreSQL started",
        seconds=seconds,
        more_mb=sign_ups.growth_mb,
        seen=f"{taken} taken before it was full",
    )
    assert_each_is_one_person(stopped_node, log, sign_ups)


def test_everything_is_killed_at_once_and_what_the_log_holds_becomes_people(
    node: Node, log: Cluster, database: Held, tmp_path: Path
) -> None:
    """What was acknowledged while the database was away survives the end of the whole node and of every server."""
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(50)
        database.kill()
        sign_ups.until_more(200)
    for server in range(SIZE):
        log.kill(server)
    node.kill_everything()
    log.restart_all()
    database.start()
    node.start(INTAKE_LOG=",".join(log.addresses), DATABASE_URL=database.url)
    assert_each_is_one_person(node, log, sign_ups)
