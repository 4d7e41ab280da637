"""People in meetings, in real browsers with cameras and microphones that browsers pretend to have."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browsing import CHROMIUM, FLAGS, PATIENCE_MS
from tests.journeys.node import Node

DEVICES = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
# How many pictures of the other were decoded so far, as their video element counts them.
PICTURES = """() => [...document.querySelectorAll(".tile:not(.is-me) video")]
    .map((video) => video.getVideoPlaybackQuality().totalVideoFrames).reduce((sum, each) => sum + each, 0)"""
# Keeps what the page connects with, for a test to cut it and to look at it.
KEEP = """(() => {
    const [Socket, Peer] = [window.WebSocket, window.RTCPeerConnection];
    window.sockets = []; window.peers = [];
    window.WebSocket = class extends Socket { constructor(...all) { super(...all); window.sockets.push(this); } };
    window.RTCPeerConnection = class extends Peer { constructor(...all) { super(...all); window.peers.push(this); } };
})()"""
CUT = "() => { window.cut = window.sockets.length; window.sockets.at(-1).close(); }"
IS_BACK = "() => window.sockets.length > window.cut && window.sockets.at(-1).readyState === WebSocket.OPEN"
# That the two agree: an offer to which no answer comes keeps a connection from ever finding another way.
AGREES = "() => window.peers.length === 1 && window.peers[0].signalingState === 'stable'"
# Of how many others pictures are decoded.
SEEN = """() => [...document.querySelectorAll(".tile:not(.is-me) video")]
    .filter((video) => video.getVideoPlaybackQuality().totalVideoFrames > 0).length"""
MORE_THAN = f"(before) => ({PICTURES})() > before"


@contextmanager
def cameras(playwright: Playwright) -> Iterator[Browser]:
    """A browser whose machines have a camera and a microphone."""
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *DEVICES])
    try:
        yield launched
    finally:
        launched.close()


@contextmanager
def newcomers(browser: Browser, url: str) -> Iterator[Callable[..., Page]]:
    """Yield what opens a page of a portal as somebody who has a browser of their own."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(*, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(base_url=url, locale="fr-FR", viewport={"width": width, "height": 800}, **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    try:
        yield open_
    finally:
        for context in contexts:
            context.close()
    # Browsers call it an error when a line is cut, as some of the tests do.
    cut = ("Failed to load resource", "WebSocket connection to")
    assert [text for text in complaints if not text.startswith(cut)] == []


@pytest.fixture(scope="module")
def with_cameras(playwright: Playwright) -> Iterator[Browser]:
    """A browser whose machines have a camera and a microphone."""
    with cameras(playwright) as launched:
        yield launched


@pytest.fixture
def newcomer(with_cameras: Browser, node: Node) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody who has a browser of their own."""
    with newcomers(with_cameras, node.url) as open_:
        yield open_


def opens(page: Page, *, lobby: bool = False, encrypted: bool = False) -> str:
    """Open a meeting and return its address."""
    page.goto("/fr/meet/")
    if lobby:
        page.get_by_label("Chacun attend à la porte").check()
    if encrypted:
        page.get_by_label("La chiffrer de bout en bout").check()
    page.get_by_role("button", name="Ouvrir une réunion").click()
    page.wait_for_url(re.compile(r"/fr/meet/[a-z2-7-]{19}/"))
    return page.url


def comes_in(page: Page, address: str, name: str) -> None:
    """Come to the door and through it."""
    if page.url != address:
        page.goto(address)
    page.get_by_label("Votre nom").fill(name)
    page.get_by_role("button", name="Entrer", exact=True).click()


def ends_for_all(people: list[Page]) -> None:
    """Have the first of them, who is the host, end the meeting, and wait until everybody is told."""
    people[0].once("dialog", lambda dialog: dialog.accept())
    people[0].get_by_role("button", name="Terminer pour tous").click()
    for page in people:
        expect(page.locator("[data-over-part]")).to_be_visible()


def sees_the_other(page: Page) -> None:
    """Wait until pictures of the other are decoded, and more of them."""
    page.wait_for_function(f"() => ({PICTURES})() > 0")
    before = page.evaluate(PICTURES)
    page.wait_for_function(MORE_THAN, arg=before)


def sees_all(page: Page, count: int) -> None:
    """Wait until pictures of so many others are decoded, and more of them."""
    page.wait_for_function(f"(count) => ({SEEN})() === count", arg=count)
    sees_the_other(page)
