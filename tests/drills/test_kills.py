"""Parts of a running node are killed with -9 under load: nothing acknowledged is lost, and the node comes back."""

import time

import pytest

from tests.drills import recoveries
from tests.drills.node import Node, until
from tests.drills.sign_ups import RECOVERY_PATIENCE_SECONDS, SignUps, assert_nothing_is_lost

pytestmark = pytest.mark.drill

PEOPLE = 4
# Whoever of these is killed, the process that takes sign-ups is not.
BESIDE = ("worker", "indexer", "database")


@pytest.mark.parametrize("part", ["worker", "indexer", "web", "server", "database", "guard"])
def test_a_killed_part_comes_back_and_nothing_acknowledged_is_lost(node: Node, part: str) -> None:
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(20)
        web = node.pid_of("web")
        killed_at = time.time()
        node.kill_and_see_replaced(part)
        until("the portal is ready", node.is_ready)
        sign_ups.until_more(20)
    silence = sign_ups.longest_silence(since=killed_at)
    assert silence < RECOVERY_PATIENCE_SECONDS
    recoveries.note(f"`kill -9` of the {part}", seconds=silence, more_mb=sign_ups.growth_mb)
    assert part not in BESIDE or node.pid_of("web") == web
    assert_nothing_is_lost(node, sign_ups)
    node.stop()


def test_a_killed_supervisor_takes_everything_along_and_the_next_start_recovers(node: Node) -> None:
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(20)
        node.kill("supervisor")
        until("no process is left", lambda: node.left_over() == [])
        started_at = time.time()
        node.start()
        seconds = sign_ups.until_answered(since=started_at)
        sign_ups.until_more(20)
    recoveries.note("`kill -9` of the supervisor, then a start", seconds=seconds)
    assert_nothing_is_lost(node, sign_ups)
    node.stop()


def test_everything_killed_at_once_comes_back_with_the_next_start(node: Node) -> None:
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(20)
        node.kill_everything()
        started_at = time.time()
        node.start()
        seconds = sign_ups.until_answered(since=started_at)
        sign_ups.until_more(20)
    recoveries.note("`kill -9` of every process, then a start", seconds=seconds)
    assert_nothing_is_lost(node, sign_ups)
    node.stop()


def test_a_start_beside_a_running_portal_is_refused_and_harms_nothing(node: Node) -> None:
    second = Node(node.var_dir)
    with pytest.raises(AssertionError, match="already runs in this folder"):
        second.start()
    assert node.is_ready()
    node.stop()
