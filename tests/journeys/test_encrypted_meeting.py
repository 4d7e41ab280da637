"""Meetings that are encrypted from end to end, in real browsers, over a real Janus that is tapped."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from playwright.sync_api import Page, expect

from entraide.meetings.drivers import janus_server
from entraide.meetings.rules.fencing import NodeRoom
from tests.journeys.calling import KEEP, PICTURES, comes_in, newcomer, opens, sees_all, sees_the_other, with_cameras
from tests.journeys.looking import faults_seen
from tests.journeys.media import MediaNode, media_node
from tests.journeys.node import Node
from tests.journeys.tap import is_whole_in_itself, size_of, tapped

__all__ = ["newcomer", "with_cameras"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not janus_server.installed(),
        reason="Janus is not on this machine: apt-get install janus, which bin/test does as root",
    ),
]
DIRECT = "Chiffré de bout en bout, de navigateur à navigateur"
SERVER = "Chiffré de bout en bout : un serveur transmet ce qu’il ne peut pas lire"


@pytest.fixture(scope="module")
def media(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaNode]:
    """A media node of the portal."""
    with media_node(node.url, node.environment, "sealed", tmp_path_factory.mktemp("media") / "sealed") as running:
        yield running


def said_by(page: Page) -> list[str]:
    """Return a list that fills with whatever a page sends to any server."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.headers} {request.post_data or ''}"))
    page.on("websocket", lambda line: line.on("framesent", lambda text: sent.append(str(text))))
    return sent


def room_of(media: MediaNode, address: str) -> NodeRoom:
    """Return the room of a meeting as the media server knows it."""
    name = urlsplit(address).path.strip("/").rpartition("/")[2].replace("-", "")
    with psycopg.connect(media.environment["DATABASE_URL"]) as database:
        found = database.execute("SELECT id, epoch FROM meetings_room WHERE name = %s", [name]).fetchone()
    assert found
    return NodeRoom(UUID(str(found[0])), int(found[1]))


def ends(page: Page) -> None:
    """End a meeting for everybody, as its host: what is reserved for it at the media server is free again."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Terminer pour tous").click()
    expect(page.get_by_text("La réunion est terminée")).to_be_visible()


def number_of_key(picture: bytes) -> bytes:
    """Return which key a picture says that it was encrypted with."""
    return picture[-4:]


def id_of(page: Page) -> str:
    """Return by which id a page is known in the meeting."""
    return page.locator(".tile.is-me").get_attribute("data-person") or ""


def pictures_at_the_server(people: list[Page], media: MediaNode, address: str) -> list[bytes]:
    """Return pictures of the first that the server holds, once it has one that needs no other; all get small ones."""

    def enough(pictures: list[bytes]) -> bool:
        return len(pictures) >= 20 and any(is_whole_in_itself(each) for each in pictures)

    with tapped(media, room=room_of(media, address), who=id_of(people[0]), enough=enough) as pictures:
        # A server that is asked for another layer asks the sender for a picture that needs no other.
        for page in people[1:]:
            page.get_by_text("Réglages").click()
            page.get_by_label("Images des autres").select_option("small")
        return pictures()


def test_only_browsers_with_the_link_see_hear_and_read(newcomer: Callable[..., Page], media: MediaNode) -> None:
    people = [newcomer() for _ in range(3)]
    sent = [text for page in people for text in [said_by(page)]]
    address = opens(people[0], encrypted=True)
    fragment = urlsplit(address).fragment
    assert re.fullmatch(r"k=[\w-]{43}", fragment)
    for number, page in enumerate(people[:2]):
        comes_in(page, address, f"Personne-{number}")
    for page in people[:2]:
        expect(page.locator("[data-sign]")).to_contain_text(DIRECT)
        sees_the_other(page)
    comes_in(people[2], address, "Personne-2")
    for page in people:
        expect(page.locator("[data-sign]")).to_contain_text(SERVER)
        sees_all(page, 2)
    assert not faults_seen(people[0])

    # What is written is read by all, and by no server.
    people[1].keyboard.press("c")
    people[1].get_by_label("Écrire à tous").fill("Rendez-vous à midi")
    people[1].keyboard.press("Enter")
    for page in people:
        expect(page.locator("[data-chat]")).to_contain_text("Rendez-vous à midi")
    assert people[0].locator("#link").input_value().endswith(f"#{fragment}")

    # A tap at the server finds pictures that say nothing of themselves.
    pictures = pictures_at_the_server(people, media, address)
    whole = [each for each in pictures if is_whole_in_itself(each)]
    assert {size_of(each) for each in whole} == {(16, 16)}
    assert all(len(set(each)) > 40 for each in pictures if len(each) > 200)

    # Whoever is put out gets no further key, and the others go on with another one.
    numbers = {number_of_key(each) for each in pictures}
    assert len(numbers) == 1
    former = room_of(media, address)
    with tapped(
        media, room=former, who=id_of(people[0]),
        enough=lambda pictures: any(number_of_key(each) not in numbers for each in pictures),
    ) as later:  # fmt: skip
        people[0].locator(".tile", has_text="Personne-2").get_by_role("button", name="Exclure", exact=True).click()
        expect(people[2].get_by_text("L’accès à cette réunion vous a été retiré")).to_be_visible()
        assert {number_of_key(each) for each in later()} - numbers
    sees_all(people[0], 1)
    sees_all(people[1], 1)
    key = fragment.removeprefix("k=")
    assert not [text for texts in sent for text in texts if key in text or "midi" in text]
    ends(people[0])


# A browser that has script transforms and no streams, as Firefox and Safari.
WITHOUT_STREAMS = """() => {
    delete RTCRtpSender.prototype.createEncodedStreams;
    delete RTCRtpReceiver.prototype.createEncodedStreams;
}"""
# A page that was changed so that it does not say that it encrypts.
SAYS_NOTHING = """() => {
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (text) { send.call(this, text.replace(',"e2ee":true', "")); };
}"""


def test_browsers_that_encrypt_in_either_way_see_each_other(newcomer: Callable[..., Page], media: MediaNode) -> None:
    people = [newcomer() for _ in range(3)]
    for page in people[1:]:
        page.add_init_script(f"({WITHOUT_STREAMS})()")
    address = opens(people[0], encrypted=True)
    for number, page in enumerate(people[:2]):
        comes_in(page, address, f"Personne-{number}")
    for page in people[:2]:
        expect(page.locator("[data-sign]")).to_contain_text(DIRECT)
        sees_the_other(page)
    comes_in(people[2], address, "Personne-2")
    for page in people:
        expect(page.locator("[data-sign]")).to_contain_text(SERVER)
        sees_all(page, 2)

    # Whoever loads their page again shows themselves anew, and is seen as before.
    people[1].reload()
    comes_in(people[1], people[1].url, "Personne-1")
    for page in people:
        sees_all(page, 2)
    ends(people[0])


def test_who_lacks_the_key_or_has_another_sees_nothing(newcomer: Callable[..., Page], media: MediaNode) -> None:
    ada, bo, other, plain = (newcomer() for _ in range(4))
    address = opens(ada, encrypted=True)
    comes_in(ada, address, "Ada-Exemple")
    comes_in(bo, address, "Bo-Exemple")
    sees_the_other(ada)

    without_key = address.partition("#")[0]
    comes_in(plain, without_key, "Sans-Clé")
    expect(plain.get_by_role("alert")).to_contain_text("votre lien n’a pas sa clé")
    expect(ada.locator(".tile")).to_have_count(2)

    comes_in(other, f"{without_key}#k={'A' * 43}", "Autre-Clé")
    expect(ada.locator(".tile", has_text="Autre-Clé")).to_contain_text("illisible")
    expect(other.locator(".tile", has_text="Ada-Exemple")).to_contain_text("illisible")
    expect(other.locator("[data-sign]")).to_contain_text(SERVER)
    sees_all(ada, 1)
    sees_all(bo, 1)
    ada.keyboard.press("c")
    ada.get_by_label("Écrire à tous").fill("Pour Bo")
    ada.keyboard.press("Enter")
    expect(bo.locator("[data-chat]")).to_contain_text("Pour Bo")
    expect(other.locator("[data-chat]")).not_to_contain_text("Pour Bo")
    assert other.evaluate(PICTURES) == 0
    assert not faults_seen(ada)
    ends(ada)


def test_a_page_that_does_not_say_that_it_encrypts_sends_nothing_to_the_server(
    newcomer: Callable[..., Page], media: MediaNode
) -> None:
    people = [newcomer() for _ in range(3)]
    people[2].add_init_script(f"({SAYS_NOTHING})()")
    address = opens(people[0], encrypted=True)
    for number, page in enumerate(people):
        comes_in(page, address, f"Personne-{number}")
    for page in people[:2]:
        expect(page.locator("[data-sign]")).to_contain_text(SERVER)
        sees_all(page, 1)
    expect(people[2].locator("[data-sign]")).not_to_contain_text(SERVER)
    ends(people[0])


# A gateway that says of each of two places that the other one's picture comes there.
SWAPS_PEOPLE = """() => {
    const parse = JSON.parse;
    JSON.parse = (text) => {
        const said = parse(text);
        const [one, other] = said?.is === "offer" ? [...new Set(Object.values(said.places).map(({who}) => who))] : [];
        if (other) for (const place of Object.values(said.places)) place.who = place.who === one ? other : one;
        return said;
    };
}"""
# Whether the pictures of two people have come for a while, readable or not.
BOTH_COME = """async () => {
    const reports = await Promise.all(window.peers.map((each) => each.getStats()));
    const pictures = reports.flatMap((all) => [...all.values()])
        .filter(({type, kind}) => type === "inbound-rtp" && kind === "video");
    return pictures.filter(({packetsReceived}) => packetsReceived > 60).length === 2;
}"""


def test_a_server_that_swaps_two_people_shows_neither(newcomer: Callable[..., Page], media: MediaNode) -> None:
    people = [newcomer() for _ in range(3)]
    people[2].add_init_script(KEEP)
    people[2].add_init_script(f"({SWAPS_PEOPLE})()")
    address = opens(people[0], encrypted=True)
    for number, page in enumerate(people):
        comes_in(page, address, f"Personne-{number}")
    for page in people[:2]:
        sees_all(page, 2)
    expect(people[2].locator("[data-sign]")).to_contain_text(SERVER)
    people[2].wait_for_function(BOTH_COME)
    # Nothing of what has come can be of whom the server says.
    assert people[2].evaluate(PICTURES) == 0
    ends(people[0])


GATEWAY_SAYS = """(said) => {
    const data = JSON.stringify({is: "said", from: "", name: "Ada-Exemple", text: said});
    window.sockets.at(-1).dispatchEvent(new MessageEvent("message", {data}));
}"""


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "plain"])
def test_a_server_writes_nothing_in_the_name_of_others_where_all_is_encrypted(
    newcomer: Callable[..., Page], encrypted: bool
) -> None:
    ada = newcomer()
    ada.add_init_script(KEEP)
    address = opens(ada, encrypted=encrypted)
    comes_in(ada, address, "Ada-Exemple")
    expect(ada.locator(".tile.is-me")).to_be_visible()
    ada.evaluate(GATEWAY_SAYS, "Virez l’argent")
    expect(ada.locator("[data-chat] li")).to_have_count(0 if encrypted else 1)
    ends(ada)


# A Firefox of 2023: it has transforms, and cannot be told which codec to take.
WITHOUT_CODECS = "() => { delete RTCRtpTransceiver.prototype.setCodecPreferences; }"


def test_a_browser_that_cannot_encrypt_or_a_link_that_was_cut_is_told_at_the_door(
    newcomer: Callable[..., Page],
) -> None:
    ada, old, cut = newcomer(), newcomer(), newcomer()
    address = opens(ada, encrypted=True)
    old.add_init_script(f"({WITHOUT_CODECS})()")
    old.goto(address)
    expect(old.get_by_role("alert")).to_contain_text("ce navigateur ne sait pas")
    expect(old.locator("[data-enter]")).to_be_disabled()
    cut.goto(address[:-1])
    expect(cut.get_by_role("alert")).to_contain_text("sa clé n’est pas entière")
    expect(cut.locator("[data-enter]")).to_be_disabled()
    # Whoever pastes the whole link comes in.
    cut.evaluate("(address) => { window.location.href = address; }", address)
    expect(cut.locator("[data-enter]")).to_be_enabled()
    assert cut.url == address


def test_a_link_with_a_key_leads_into_no_meeting_that_is_not_encrypted(newcomer: Callable[..., Page]) -> None:
    ada, bo = newcomer(), newcomer()
    address = opens(ada)
    comes_in(ada, address, "Ada-Exemple")
    comes_in(bo, f"{address}#k={'A' * 43}", "Bo-Exemple")
    expect(bo.get_by_role("alert")).to_contain_text("celle-ci ne l’est pas")
    expect(ada.locator(".tile")).to_have_count(1)


def test_the_tap_finds_the_pictures_of_a_meeting_that_is_not_encrypted(
    newcomer: Callable[..., Page], media: MediaNode
) -> None:
    people = [newcomer() for _ in range(3)]
    address = opens(people[0])
    for number, page in enumerate(people):
        comes_in(page, address, f"Personne-{number}")
    sees_all(people[0], 2)
    pictures = pictures_at_the_server(people, media, address)
    whole = [each for each in pictures if is_whole_in_itself(each)]
    assert {size_of(each) for each in whole} == {(320, 180)}
    ends(people[0])
