"""Meetings of three and more in real browsers, over a real Janus with its agent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import Page, expect

from entraide.accounts.api import Role
from entraide.meetings.drivers import janus_server
from tests.journeys.calling import KEEP, PICTURES, comes_in, newcomer, opens, sees_all, sees_the_other, with_cameras
from tests.journeys.conftest import SignedIn
from tests.journeys.looking import faults_seen
from tests.journeys.media import MediaNode, manage, media_node
from tests.journeys.node import Node

__all__ = ["newcomer", "with_cameras"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not janus_server.installed(),
        reason="Janus is not on this machine: apt-get install janus, which bin/test does as root",
    ),
]


# That no picture has come for a second, as the browser counts them.
STOPPED = """() => new Promise((resolve) => {
    const count = () => [...document.querySelectorAll(".tile:not(.is-me) video")]
        .reduce((sum, video) => sum + video.getVideoPlaybackQuality().totalVideoFrames, 0);
    const before = count();
    setTimeout(() => resolve(count() === before), 1000);
})"""


# A page that was changed, so that it sends its picture whatever it is asked.
SEND_ALL_THE_SAME = """async () => {
    const [track] = (await navigator.mediaDevices.getUserMedia({ video: true })).getVideoTracks();
    for (const peer of window.peers)
        for (const transceiver of peer.getTransceivers())
            if (transceiver.direction === "sendonly" && transceiver.receiver.track.kind === "video") {
                await transceiver.sender.replaceTrack(track);
            }
}"""
# How many pictures left a page so far.
SENT = """async () => {
    let sent = 0;
    for (const peer of window.peers)
        for (const each of (await peer.getStats()).values())
            if (each.type === "outbound-rtp" && each.kind === "video") sent += each.framesSent ?? 0;
    return sent;
}"""
IS_SENT = f"async (before) => await ({SENT})() > before + 20"
# That the picture of a tile has not changed for a second.
STANDS_STILL = """(tile) => new Promise((resolve) => {
    const count = () => tile.querySelector("video").getVideoPlaybackQuality().totalVideoFrames;
    const before = count();
    setTimeout(() => resolve(count() === before), 1000);
})"""


# The half of 640 pixels is what a browser sends in its second layer.
AT_MOST_SMALL = """() => [...document.querySelectorAll(".tile.has-picture:not(.is-me) video")]
    .every((video) => video.videoWidth <= 320)"""
LARGE = """() => [...document.querySelectorAll(".tile.has-picture:not(.is-me) video")]
    .every((video) => video.videoWidth > 320)"""


@contextmanager
def overloaded(media: MediaNode) -> Iterator[None]:
    """Have the platform believe that a node bears nearly nothing."""
    with psycopg.connect(media.environment["DATABASE_URL"], autocommit=True) as database:
        before = database.execute("SELECT capacity_pps FROM meetings_node WHERE id = %s", [media.id]).fetchone()
        assert before
        database.execute("UPDATE meetings_node SET capacity_pps = 10 WHERE id = %s", [media.id])
        try:
            yield
        finally:
            database.execute("UPDATE meetings_node SET capacity_pps = %s WHERE id = %s", [before[0], media.id])


@pytest.fixture(scope="module")
def media(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaNode]:
    """A media node of the portal."""
    with media_node(node.url, node.environment, "journey", tmp_path_factory.mktemp("media") / "journey") as running:
        yield running


def test_a_third_brings_all_over_a_server(newcomer: Callable[..., Page], media: MediaNode) -> None:
    people = [newcomer() for _ in range(3)]
    people[2].add_init_script(KEEP)
    address = opens(people[0])
    for number, page in enumerate(people[:2]):
        comes_in(page, address, f"Personne-{number}")
    sees_the_other(people[0])
    comes_in(people[2], address, "Personne-2")
    for page in people:
        sees_all(page, 2)
        expect(page.locator("[data-sign]")).to_contain_text("Par un serveur")
    assert people[0].evaluate(PICTURES) > 0

    # Whoever saves data gets small pictures, or none, and goes on hearing.
    saver = people[1]
    saver.get_by_text("Réglages").click()
    saver.get_by_label("Images des autres").select_option("none")
    saver.wait_for_function(STOPPED)
    saver.get_by_label("Images des autres").select_option("small")
    sees_all(saver, 2)
    assert not faults_seen(saver)

    # The camera that the host asks to be off is off for all, and its picture comes again when it is on.
    people[0].locator(".tile", has_text="Personne-2").get_by_role("button", name="Couper la caméra").click()
    expect(people[2].get_by_text("vous demande de couper votre caméra")).to_be_visible()
    expect(people[1].locator(".tile.has-picture", has_text="Personne-2")).to_have_count(0)
    people[2].get_by_role("button", name="Caméra").click()
    expect(people[1].locator(".tile.has-picture", has_text="Personne-2")).to_have_count(1)
    sees_all(people[0], 2)

    # A page that goes on sending what it was asked to stop reaches nobody: the server passes on what is shown.
    people[0].locator(".tile", has_text="Personne-2").get_by_role("button", name="Couper la caméra").click()
    expect(people[1].locator(".tile.has-picture", has_text="Personne-2")).to_have_count(0)
    people[2].evaluate(SEND_ALL_THE_SAME)
    people[2].wait_for_function(IS_SENT, arg=people[2].evaluate(SENT))
    assert people[1].locator(".tile", has_text="Personne-2").evaluate(STANDS_STILL)
    people[2].get_by_role("button", name="Caméra").click()
    sees_all(people[1], 2)

    # A server that has much to do sends smaller pictures of fewer people, and says so; then as before.
    sign = people[0].locator("[data-sign]")
    with overloaded(media):
        expect(sign).to_contain_text("a beaucoup à faire", timeout=60_000)
        people[0].wait_for_function(AT_MOST_SMALL)
    expect(sign).not_to_contain_text("a beaucoup à faire", timeout=60_000)
    sees_all(people[0], 2)
    people[0].wait_for_function(LARGE)

    # Whoever is put out gets nothing more, and the others go on.
    people[0].locator(".tile", has_text="Personne-2").get_by_role("button", name="Exclure", exact=True).click()
    expect(people[2].get_by_text("L’accès à cette réunion vous a été retiré")).to_be_visible()
    expect(people[1].locator(".tile")).to_have_count(2)
    sees_all(people[1], 1)


def test_an_operator_sees_the_fleet_and_drains_a_server(
    open_page: Callable[..., Page], signed_in: SignedIn, media: MediaNode
) -> None:
    page = open_page(state=signed_in(Role.OPERATOR), locale="en-GB")
    page.goto("/en/operator/meetings/")
    row = page.get_by_role("row", name="journey")
    expect(row).to_contain_text("well")
    # The page follows by itself what happens meanwhile.
    manage(media.environment, "drain", media.name)
    expect(row).to_contain_text("gets no more meetings")
    assert not faults_seen(page)
    row.get_by_role("link", name="journey").click()
    page.get_by_label("Minutes until what is left moves").fill("20")
    page.get_by_role("button", name="Change the time").click()
    expect(page.get_by_text("what is left moves at")).to_be_visible()
    assert not faults_seen(page)
    page.get_by_role("button", name="Put it back into service").click()
    expect(page.get_by_text("The server gets meetings again.")).to_be_visible()
