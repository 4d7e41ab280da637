"""Media servers are killed and frozen while people meet: how long it is until all see each other again."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from entraide.meetings.drivers import janus_server
from tests.drills import recoveries
from tests.drills.media import (
    GAP,
    PLACES,
    WATCH,
    hurt_and_see_all_again,
    left_on,
    place,
    see_all_again,
    three_meet,
    two_media_nodes,
)
from tests.drills.node import Node, until
from tests.journeys.calling import comes_in, newcomer, opens, sees_all, with_cameras
from tests.journeys.media import MediaNode, manage

__all__ = ["newcomer", "with_cameras"]
pytestmark = [
    pytest.mark.drill,
    pytest.mark.browser,
    pytest.mark.skipif(not janus_server.installed(), reason="Janus is not on this machine: apt-get install janus"),
]
# Watches the first of the others alone.
WATCH_ONE = WATCH.replace(".tile:not(.is-me) video", ".tile:nth-child(1 of :not(.is-me)) video")
HAS_ANOTHER_LINE = """(before) => window.sockets.length > before
    && window.sockets.at(-1).readyState === WebSocket.OPEN"""


@pytest.fixture
def nodes(node: Node, tmp_path: Path) -> Iterator[dict[str, MediaNode]]:
    """Two media nodes of a portal, by name."""
    with two_media_nodes(node, tmp_path) as running:
        yield running


def test_a_third_comes_over_a_server_and_leaves_and_the_two_see_each_other_all_the_time(
    node: Node, nodes: dict[str, MediaNode], newcomer: Callable[..., Page]
) -> None:
    people = [newcomer() for _ in range(3)]
    address = opens(people[0])
    for number, page in enumerate(people[:2]):
        comes_in(page, address, f"Personne-{number}")
    for page in people[:2]:
        sees_all(page, 1)
        page.evaluate(WATCH_ONE)
    comes_in(people[2], address, "Personne-2")
    for page in people:
        sees_all(page, 2)
        expect(page.locator("[data-sign]")).not_to_contain_text("Direct")
    # Whoever has just come is not one whose pictures went on.
    gap = max(float(page.evaluate(GAP)) for page in people[:2])
    recoveries.note("over a server, when a third comes", seconds=gap, seen="at most, in both who were there")
    for page in people[:2]:
        page.evaluate(WATCH_ONE)
    people[2].get_by_role("button", name="Quitter").click()
    for page in people[:2]:
        expect(page.locator("[data-sign]")).to_contain_text("Direct", timeout=90_000)
    gap = see_all_again(people[:2], count=1)
    with psycopg.connect(node.cluster.url) as connection:
        assert connection.execute(PLACES).fetchall() == []
    recoveries.note("from browser to browser again, when the third has left", seconds=gap, seen="at most, in both")


def test_a_drained_server_is_left_by_those_who_meet(
    node: Node, nodes: dict[str, MediaNode], newcomer: Callable[..., Page]
) -> None:
    people = three_meet(newcomer)
    name, epoch = place(node)
    manage(node.environment(), "drain", name, "--minutes", "0")
    until("the room is elsewhere", lambda: place(node)[0] != name)
    assert place(node)[1] == epoch + 1
    # Nobody is on the old one any more: what it had of the room is destroyed.
    until("the drained one is empty", lambda: left_on(node, name) == 0)
    gap = see_all_again(people)
    recoveries.note("a media server with a meeting of three is drained", seconds=gap)


def test_the_gateway_dies_and_people_come_back_to_a_meeting_whose_pictures_went_on(
    node: Node, nodes: dict[str, MediaNode], newcomer: Callable[..., Page]
) -> None:
    people = three_meet(newcomer)
    before, lines = place(node), [page.evaluate("() => window.sockets.length") for page in people]
    killed_at = time.time()
    node.kill_and_see_replaced("web")
    until("the portal is ready", node.is_ready)
    for page, line in zip(people, lines, strict=True):
        page.wait_for_function(HAS_ANOTHER_LINE, arg=line, timeout=60_000)
    seconds = time.time() - killed_at
    # What one writes reaches the others through the new gateway alone.
    people[0].get_by_role("button", name="Discussion").click()
    people[0].get_by_label("Écrire à tous").fill("Encore là")
    people[0].keyboard.press("Enter")
    for page in people[1:]:
        expect(page.locator("[data-chat]")).to_contain_text("Encore là")
    gap = see_all_again(people)
    assert place(node) == before
    recoveries.note(
        "`kill -9` of the gateway of a meeting of three", seconds=seconds, seen=f"{gap:.1f} s without a picture"
    )


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_a_media_server_dies_or_freezes_and_all_see_each_other_over_another(
    node: Node, nodes: dict[str, MediaNode], newcomer: Callable[..., Page], fault: signal.Signals
) -> None:
    gap = hurt_and_see_all_again(node, nodes, three_meet(newcomer), fault)
    recoveries.note(f"a media server with a meeting of three: {fault.name}", seconds=gap)
