"""Parts of a running node are killed with -9 under load: nothing acknowledged is lost, and the node comes back."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import environment as names
from tests.drills.node import Node, SignUps, until

pytestmark = pytest.mark.drill

PEOPLE = 4
STATES = """
SELECT receipt::text, 'received' FROM volunteering_signup
UNION ALL SELECT receipt::text, state FROM volunteering_settlement
"""


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    """A running portal with a database of its own; whatever the drill leaves is killed."""
    (tmp_path / "assets").symlink_to(names.from_process().value(names.VAR_DIR) / "assets")
    node = Node(tmp_path)
    node.start()
    yield node
    if node.left_over():
        node.kill_everything()


def states(node: Node) -> dict[str, str]:
    with psycopg.connect(node.cluster.url) as connection:
        return dict(connection.execute(STATES).fetchall())


def assert_nothing_is_lost(node: Node, sign_ups: SignUps) -> None:
    """See that every receipt that was given is in the inbox, and that the worker deals with all of them."""
    until("the portal is ready", node.is_ready)
    assert len(sign_ups.receipts) == len(set(sign_ups.receipts))
    assert set(sign_ups.receipts) <= set(states(node))
    until("the inbox is drained", lambda: "received" not in states(node).values())
    assert {states(node)[receipt] for receipt in sign_ups.receipts} == {"done"}


@pytest.mark.parametrize("part", ["worker", "web", "server", "database", "guard"])
def test_a_killed_part_comes_back_and_nothing_acknowledged_is_lost(node: Node, part: str) -> None:
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(20)
        node.kill(part)
        sign_ups.until_more(20)
    assert_nothing_is_lost(node, sign_ups)
    node.stop()


def test_a_killed_supervisor_takes_everything_along_and_the_next_start_recovers(node: Node) -> None:
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(20)
        node.kill("supervisor")
        until("no process is left", lambda: node.left_over() == [])
        node.start()
        sign_ups.until_more(20)
    assert_nothing_is_lost(node, sign_ups)
    node.stop()


def test_everything_killed_at_once_comes_back_with_the_next_start(node: Node) -> None:
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(20)
        node.kill_everything()
        node.start()
        sign_ups.until_more(20)
    assert_nothing_is_lost(node, sign_ups)
    node.stop()


def test_a_start_beside_a_running_portal_is_refused_and_harms_nothing(node: Node) -> None:
    second = Node(node.var_dir)
    with pytest.raises(AssertionError, match="already runs in this folder"):
        second.start()
    assert node.is_ready()
    node.stop()
