"""Media servers are killed and frozen while people meet: how long it is until all see each other again."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from entraide.meetings.drivers import janus_server
from tests.drills import recoveries
from tests.drills.node import Node, until
from tests.journeys.calling import comes_in, newcomer, opens, sees_all, with_cameras
from tests.journeys.media import MediaNode, media_node

__all__ = ["newcomer", "with_cameras"]
pytestmark = [
    pytest.mark.drill,
    pytest.mark.browser,
    pytest.mark.skipif(not janus_server.installed(), reason="Janus is not on this machine: apt-get install janus"),
]
# Counts, from now on, the longest time in which no picture of any of the others was decoded.
WATCH = """() => {
    const videos = () => [...document.querySelectorAll(".tile:not(.is-me) video")];
    const counts = () => videos().map((video) => video.getVideoPlaybackQuality().totalVideoFrames);
    window.gaps = { longest: 0, at: performance.now(), last: Math.min(...counts()) };
    setInterval(() => {
        const now = performance.now(), slowest = Math.min(...counts());
        if (slowest !== window.gaps.last) Object.assign(window.gaps, { at: now, last: slowest });
        window.gaps.longest = Math.max(window.gaps.longest, now - window.gaps.at);
    }, 20);
}"""
# Watches the first of the others alone.
WATCH_ONE = WATCH.replace(".tile:not(.is-me) video", ".tile:nth-child(1 of :not(.is-me)) video")
GAP = "() => window.gaps.longest / 1000"
PLACES = """
SELECT n.name, p.epoch FROM meetings_placement p JOIN meetings_node n ON n.id = p.node_id WHERE p.state = 'live'
"""


@pytest.fixture
def nodes(node: Node, tmp_path: Path) -> Iterator[dict[str, MediaNode]]:
    """Two media nodes of a portal, by name."""
    environment = node.environment()
    with (
        media_node(node.url, environment, "one", tmp_path / "one") as one,
        media_node(node.url, environment, "two", tmp_path / "two") as two,
    ):
        yield {"one": one, "two": two}


def three_meet(newcomer: Callable[..., Page]) -> list[Page]:
    """Let three meet over a server, and watch for gaps from then on."""
    people = [newcomer() for _ in range(3)]
    address = opens(people[0])
    for number, page in enumerate(people):
        comes_in(page, address, f"Personne-{number}")
    for page in people:
        sees_all(page, 2)
        page.evaluate(WATCH)
    return people


def place(node: Node) -> tuple[str, int]:
    """Return on which media node the room is, and in which epoch: there is one."""
    with psycopg.connect(node.cluster.url) as connection:
        (found,) = connection.execute(PLACES).fetchall()
    return found[0], found[1]


def see_all_again(people: list[Page], *, count: int = 2) -> float:
    """Wait until everybody sees everybody, and return the longest time in which somebody did not."""
    for page in people:
        sees_all(page, count)
    return max(float(page.evaluate(GAP)) for page in people)


def test_a_third_comes_over_a_server_and_leaves_and_the_two_see_each_other_all_the_time(
    node: Node, nodes: dict[str, MediaNode], newcomer: Callable[..., Page]
) -> None:
    people = [newcomer() for _ in range(3)]
    address = opens(people[0])
    for number, page in enumerate(people[:2]):
        comes_in(page, address, f"Personne-{number}")
    for page in people[:2]:
        sees_all(page, 1)
        page.evaluate(WATCH)
    comes_in(people[2], address, "Personne-2")
    for page in people:
        sees_all(page, 2)
    for page in people[:2]:
        # Whoever has just come is not one whose pictures went on.
        page.evaluate(WATCH_ONE)
    people[2].get_by_role("button", name="Quitter").click()
    for page in people[:2]:
        expect(page.locator("[data-sign]")).to_contain_text("Direct", timeout=90_000)
    gap = see_all_again(people[:2], count=1)
    with psycopg.connect(node.cluster.url) as connection:
        assert connection.execute(PLACES).fetchall() == []
    recoveries.note("from browser to browser again, when the third has left", seconds=gap, seen="at most, in both")


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_a_media_server_dies_or_freezes_and_all_see_each_other_over_another(
    node: Node, nodes: dict[str, MediaNode], newcomer: Callable[..., Page], fault: signal.Signals
) -> None:
    people = three_meet(newcomer)
    name, epoch = place(node)
    nodes[name].signal_janus(fault)
    until("the room is elsewhere", lambda: place(node)[0] != name)
    assert place(node)[1] == epoch + 1
    gap = see_all_again(people)
    recoveries.note(f"a media server with a meeting of three: {fault.name}", seconds=gap)
    # Whatever the dead one still has of the room is destroyed when it is back.
    nodes[name].signal_janus(signal.SIGCONT)
    until("the dead one is back, and empty", lambda: nodes[name].health() == "fresh")
