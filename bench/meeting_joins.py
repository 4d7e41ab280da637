"""How long it takes to join a meeting in real browsers: from the click at the door to the first picture of another.

The second comes, and the two talk directly; the third comes, for whom the meeting goes over a real Janus; the fourth
comes to a meeting that is there already. Whoever comes is somebody new each time, whose page stands at the door with
its camera on, as people's do who look at themselves before they come in.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, expect, sync_playwright

from bench.lane import say
from bench.report import Figure, Side
from tests.drills.node import Node, prepare
from tests.journeys.calling import cameras, comes_in, ends_for_all, newcomers, opens, sees_all
from tests.journeys.media import media_node

JOINS, QUICK_JOINS = 10, 3
BOUND_MS = 1_200


@dataclass(frozen=True, slots=True)
class Way:
    """How many are there before somebody comes, and whether they meet anew each time."""

    name: str
    there: int
    anew: bool = False


WAYS = (
    Way("a second, directly", 1),
    Way("a third, then over Janus", 2, anew=True),
    Way("a fourth, over Janus", 3),
)
# A browser hands out a picture when it has decoded and is about to show it; the time of the click is that of its event.
STOPWATCH = """(() => {
    let clickedAt = 0;
    document.addEventListener("click", ({ target, timeStamp }) => {
        if (!clickedAt && target.closest("[data-door-form] [type=submit]")) clickedAt = timeStamp;
    }, true);
    const watched = new Set();
    window.firstPicture = new Promise((resolve) => {
        new MutationObserver(() => {
            for (const video of document.querySelectorAll(".tile:not(.is-me) video")) {
                if (watched.has(video)) continue;
                watched.add(video);
                video.requestVideoFrameCallback(() => resolve(performance.now() - clickedAt));
            }
        }).observe(document, { childList: true, subtree: true });
    });
})()"""
# Rejects, so that nobody waits for ever for a picture that does not come.
FIRST_PICTURE = """() => Promise.race([
    window.firstPicture,
    new Promise((_, reject) => setTimeout(() => reject(new Error("no picture came within a minute")), 60_000)),
])"""


def figures(*, quick: bool) -> Iterator[Figure]:
    """Let people join in both ways, and tell the median and the worst of each."""
    joins = QUICK_JOINS if quick else JOINS
    with (
        portal() as node,
        media_node(node.url, node.environment(), "bench", node.var_dir / "media"),
        sync_playwright() as playwright,
        cameras(playwright) as browser,
    ):
        for way in WAYS:
            say(f"{joins} join: {way.name}")
            with newcomers(browser, node.url) as newcomer:
                took = list(joined(newcomer, way, joins=joins))
            name = f"click to the first picture: {way.name}"
            yield Figure(name, median(took), "ms", Side.AT_MOST, BOUND_MS)
            yield Figure("  the worst of them", max(took), "ms")


@contextmanager
def portal() -> Iterator[Node]:
    """Run a portal with a database of its own, as the drills do; nothing of it stays."""
    with tempfile.TemporaryDirectory(prefix="meetings-bench-") as folder:
        prepare(Path(folder))
        node = Node(Path(folder))
        node.start()
        try:
            yield node
        finally:
            node.stop()


def joined(newcomer: Callable[..., Page], way: Way, *, joins: int) -> Iterator[float]:
    """Let some meet, and others join them one after the other; yield how many milliseconds each of these took."""
    people = [newcomer() for _ in range(way.there)]
    address = ""
    for _ in range(joins):
        address = address or meet(people)
        guest = newcomer()
        guest.add_init_script(STOPWATCH)
        guest.goto(address)
        guest.get_by_label("Votre nom").fill("Venue")
        expect(guest.locator("[data-door-cam]")).to_have_attribute("aria-pressed", "true")
        guest.get_by_role("button", name="Entrer", exact=True).click()
        yield float(guest.evaluate(FIRST_PICTURE))
        guest.get_by_role("button", name="Quitter").click()
        for page in people:
            expect(page.locator(".tile")).to_have_count(way.there)
        guest.context.close()
        if way.anew:
            # A server keeps place for as many as it expects, until the meeting has ended.
            ends_for_all(people)
            address = ""


def meet(people: list[Page]) -> str:
    """Let people meet, until all see each other; return the address of their meeting."""
    address = opens(people[0])
    for number, page in enumerate(people):
        comes_in(page, address, f"Personne-{number}")
    for page in people:
        expect(page.locator(".tile")).to_have_count(len(people))
        if len(people) > 1:
            sees_all(page, len(people) - 1)
    return address
