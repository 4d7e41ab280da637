"""Parts of a running node are killed with -9 while people apply for slots: no place is lost and none given twice."""

import pytest

from tests.drills.applications import applicants, assert_books_are_right
from tests.drills.node import Node, until

pytestmark = pytest.mark.drill

PEOPLE = 12


def kill_and_await(node: Node, part: str) -> None:
    """Kill a part and wait until another has taken its place."""
    killed = node.pid_of(part)
    node.kill(part)
    until(f"there is a {part} again", lambda: node.pid_of(part) not in (0, killed))


def test_each_part_is_killed_in_turn_then_everything_and_the_books_stay_right(stopped_node: Node) -> None:
    # The provider's pace is not what is tried here.
    quick = {"MAIL_PER_SECOND": "10000"}
    stopped_node.start(**quick)
    people = applicants(stopped_node, people=PEOPLE)
    with people:
        for part in ("worker", "web", "database", "server"):
            people.until_more(30)
            kill_and_await(stopped_node, part)
        people.until_more(30)
        stopped_node.kill_everything()
        stopped_node.start(**quick)
        people.until_more(30)
    assert_books_are_right(stopped_node, people)
    stopped_node.stop()
