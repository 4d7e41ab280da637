"""Media servers of a portal that is to be hurt, and three who meet over them and watch for gaps."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from playwright.sync_api import Page

from tests.drills.node import Node, until
from tests.journeys.calling import KEEP, comes_in, opens, sees_all
from tests.journeys.media import MediaNode, media_node

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
GAP = "() => window.gaps.longest / 1000"
PLACES = """
SELECT n.name, p.epoch FROM meetings_placement p JOIN meetings_node n ON n.id = p.node_id WHERE p.state = 'live'
"""
LEFT_ON = """
SELECT count(*) FROM meetings_placement p JOIN meetings_node n ON n.id = p.node_id
WHERE n.name = %s AND p.state <> 'ended'
"""


@contextmanager
def two_media_nodes(node: Node, folder: Path) -> Iterator[dict[str, MediaNode]]:
    """Run two media nodes of a portal; yield them by name."""
    environment = node.environment()
    with (
        media_node(node.url, environment, "one", folder / "one") as one,
        media_node(node.url, environment, "two", folder / "two") as two,
    ):
        yield {"one": one, "two": two}


def three_meet(newcomer: Callable[..., Page]) -> list[Page]:
    """Let three meet over a server, and watch for gaps from then on."""
    people = [newcomer() for _ in range(3)]
    for page in people:
        page.add_init_script(KEEP)
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


def left_on(node: Node, name: str) -> int:
    """Return how many rooms a media node has that did not end, those that are being left included."""
    with psycopg.connect(node.cluster.url) as connection:
        row = connection.execute(LEFT_ON, [name]).fetchone()
    assert row
    return int(row[0])


def see_all_again(people: list[Page], *, count: int = 2) -> float:
    """Wait until everybody sees everybody, and return the longest time in which somebody did not."""
    for page in people:
        sees_all(page, count)
    return max(float(page.evaluate(GAP)) for page in people)


def hurt_and_see_all_again(node: Node, nodes: dict[str, MediaNode], people: list[Page], fault: signal.Signals) -> float:
    """Kill or freeze the media server of those who meet, until all see each other over another and the first is back.

    Return the longest time in which somebody saw nothing of another, in seconds.
    """
    name, epoch = place(node)
    nodes[name].signal_janus(fault)
    until("the room is elsewhere", lambda: place(node)[0] != name)
    assert place(node)[1] == epoch + 1
    gap = see_all_again(people)
    # Whatever the dead one still has of the room is destroyed when it is back.
    nodes[name].signal_janus(signal.SIGCONT)
    until("the dead one is back, and empty", lambda: nodes[name].health() == "fresh")
    return gap
