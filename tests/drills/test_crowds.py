"""Connections that do no work beside people who sign up: nobody is kept out by them, and memory stays bounded."""

import resource
import time
from collections.abc import Iterator

import pytest

from tests.drills import recoveries
from tests.drills.crowds import Crowd, crowds
from tests.drills.node import Node, until
from tests.drills.sign_ups import SignUps, assert_nothing_is_lost

pytestmark = pytest.mark.drill

PEOPLE = 8
SILENT, ANSWERED = 8_000, 2_500
SLOW = 1_000
# What most systems give a process until it asks for more.
USUAL_OPEN_FILES = 1_024
# An idle connection costs some kilobytes of the server's memory.
MOST_MORE_MB = 200.0


@pytest.fixture
def node(stopped_node: Node) -> Iterator[Node]:
    """A running portal that was given the usual bound of open files, while this process may have as many as it can."""
    given = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = given[1]
    if most < ANSWERED + SILENT + USUAL_OPEN_FILES:
        pytest.fail(f"this drill opens {ANSWERED + SILENT} connections; the system allows {most}: raise `ulimit -Hn`")
    resource.setrlimit(resource.RLIMIT_NOFILE, (USUAL_OPEN_FILES, most))
    stopped_node.start()
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    yield stopped_node
    resource.setrlimit(resource.RLIMIT_NOFILE, given)


def test_ten_thousand_idle_connections_keep_nobody_out(node: Node) -> None:
    """Most never say anything, others were answered once; all are sent away after ten seconds, and come again."""
    silent = Crowd(node.port, "silent", SILENT, returns=True)
    answered = Crowd(node.port, "answered", ANSWERED, returns=True)
    with SignUps(node, people=PEOPLE, most_more_mb=MOST_MORE_MB) as sign_ups:
        sign_ups.until_more(100)
        web = node.pid_of("web")
        with crowds(silent, answered):
            until("ten thousand are connected", lambda: silent.open + answered.open >= 10_000)
            connected_at = time.time()
            sign_ups.until_more(300)
            until("as many were sent away", lambda: silent.ends.total() > SILENT and answered.ends.total() > ANSWERED)
            sign_ups.until_more(100)
        left_at = time.time()
        seconds = sign_ups.until_answered(since=left_at)
        sign_ups.until_more(100)
    silence = sign_ups.longest_silence(since=connected_at)
    recoveries.note(
        "10,000 idle connections, then none", seconds=seconds,
        more_mb=sign_ups.growth_mb,
        seen=f"{silent.most + answered.most} at once, all ended, {silence:.1f} s of silence at most",
    )  # fmt: skip
    assert silent.ends.keys() == {"closed"}
    # Who asks for a page while too many do is told when to come back.
    assert answered.ends.keys() <= {"200", "503"}
    assert node.pid_of("web") == web
    assert_nothing_is_lost(node, sign_ups)
    node.stop()


def test_slow_clients_and_half_bodies_are_ended_and_keep_nobody_out(node: Node) -> None:
    letters, halves = Crowd(node.port, "letters", SLOW), Crowd(node.port, "half", SLOW)
    with SignUps(node, people=PEOPLE, most_more_mb=MOST_MORE_MB) as sign_ups:
        sign_ups.until_more(100)
        web = node.pid_of("web")
        with crowds(letters, halves):
            until("all of them are connected", lambda: letters.open + halves.open == 2 * SLOW)
            connected_at = time.time()
            until("the server has ended all of them", lambda: letters.open + halves.open == 0)
            ended_at = time.time()
        seconds = sign_ups.until_answered(since=ended_at)
        sign_ups.until_more(100)
    meanwhile = sum(line.at < ended_at for line in sign_ups.acknowledged(since=connected_at))
    silence = sign_ups.longest_silence(since=connected_at)
    recoveries.note(
        "1,000 slow heads and 1,000 half bodies", seconds=seconds,
        more_mb=sign_ups.growth_mb,
        seen=f"all ended after {ended_at - connected_at:.0f} s, {meanwhile} taken meanwhile, "
        f"{silence:.1f} s of silence at most",
    )  # fmt: skip
    assert meanwhile > 100
    # Who stopped in the middle of a body is told so; who never finished a head has asked for nothing yet.
    assert halves.ends == {"408": SLOW}
    assert letters.ends.keys() <= {"408", "closed"}
    assert node.pid_of("web") == web
    assert_nothing_is_lost(node, sign_ups)
    node.stop()
