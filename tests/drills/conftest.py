"""A node for each drill, and the table of how long each fault took."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills import recoveries
from tests.drills.node import Node, prepare


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a node that was prepared and stopped; every drill works on a copy."""
    folder = tmp_path_factory.mktemp("template")
    prepare(folder)
    return folder


@pytest.fixture
def stopped_node(template: Path, tmp_path: Path) -> Iterator[Node]:
    """A portal with a database of its own, to be started; whatever the drill leaves is killed."""
    node = Node.copied(template, tmp_path)
    yield node
    if node.left_over():
        node.kill_everything()


@pytest.fixture
def node(stopped_node: Node) -> Node:
    """A running portal with a database of its own."""
    stopped_node.start()
    return stopped_node


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what was measured."""
    if recoveries.measured:
        terminalreporter.section("recoveries")
        for line in recoveries.table():
            terminalreporter.line(line)
