"""A node for each drill, and the table of how long each fault took."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import environment as names
from entraide.crises.rules import Level
from tests.drills import recoveries
from tests.drills.node import Node


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a node that was prepared and stopped; every drill works on a copy."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "assets").symlink_to(names.from_process().value(names.VAR_DIR) / "assets")
    node = Node(folder)
    node.start()
    # At mobilisation everybody is asked for a proof of work, which is slower than what the drills have to fill.
    with psycopg.connect(node.cluster.url) as connection:
        connection.execute("UPDATE crises_crisis SET level = %s", [Level.WATCH.value])
        connection.execute("UPDATE waiting_line SET asks_proof = false")
    node.stop()
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
