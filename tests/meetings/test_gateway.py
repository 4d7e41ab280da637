"""The gateway over real WebSockets, with the real pages behind it: who comes in, what each hears, what is refused."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from websocket import WebSocketBadStatusException, create_connection

from entraide.meetings.actions import moderating
from entraide.meetings.models import Participant, Placement, Room
from entraide.meetings.rules import calls
from tests.meetings.callers import Answer, Browser
from tests.server import address_of, folder_of_pages, let_servers_give_way, portal_server


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a node with the static files of the pages in it."""
    return folder_of_pages(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def portal(django_db_setup: None, files: Path) -> Iterator[str]:
    """A portal for all of these tests: each of them empties the tables, and nobody stays in a room."""
    with portal_server(database_url=address_of(connection.settings_dict), VAR_DIR=str(files)) as address:
        yield address


@pytest.fixture
def site(portal: str, transactional_db: None) -> str:
    # Whoever leaves when a test ends is noted by the gateway while the tables are emptied.
    let_servers_give_way()
    return portal


@pytest.fixture
def host(site: str) -> Iterator[Browser]:
    with closing(Browser(site, "Host")) as browser:
        yield browser


@pytest.fixture
def guest(site: str) -> Iterator[Browser]:
    with closing(Browser(site, "Guest")) as browser:
        yield browser


def test_two_form_a_pair_and_signals_go_between_them_alone(host: Browser, guest: Browser, site: str) -> None:
    path = host.opens()
    host.comes_in(path)
    guest.comes_in(path)
    assert [person["name"] for person in guest.joined["people"]] == ["Host"]
    assert guest.joined["pair"] == [host.me["id"], guest.me["id"]]
    assert host.hears_is("person")["person"]["name"] == "Guest"
    assert host.hears_is("pair")["ids"] == guest.joined["pair"]

    host.says({"do": "signal", "to": guest.me["id"], "data": {"description": {"type": "offer", "sdp": "v=0"}}})

    assert guest.hears_is("signal") == {
        "is": "signal", "from": host.me["id"], "data": {"description": {"type": "offer", "sdp": "v=0"}},
    }  # fmt: skip
    assert not Placement.objects.exists()


def test_a_third_waits_in_line_with_the_room_and_is_no_part_of_the_pair(
    host: Browser, guest: Browser, site: str
) -> None:
    path = host.opens()
    host.comes_in(path)
    guest.comes_in(path)
    third = Browser(site, "Third").comes_in(path)
    assert third.joined["room"]["line"] == 1
    assert third.joined["pair"] == [host.me["id"], guest.me["id"]]
    assert guest.hears_is("room")["room"]["line"] == 1
    third.says({"do": "signal", "to": host.me["id"], "data": {}})
    assert third.hears_is("refused")["why"] == "no-pair"
    # When one of the two leaves, the one who waited takes their place.
    guest.says({"do": "leave"})
    told = third.hears(lambda answer: answer["is"] == "pair" and answer["ids"])
    assert told["ids"] == [host.me["id"], third.me["id"]]
    third.close()


def test_when_the_third_leaves_the_room_waits_for_no_server_any_more(host: Browser, guest: Browser, site: str) -> None:
    path = host.opens()
    host.comes_in(path)
    guest.comes_in(path)
    with closing(Browser(site, "Third")) as third:
        third.comes_in(path)
        assert host.hears_is("room")["room"]["line"] == 1
        third.says({"do": "leave"})
        assert host.hears_is("room")["room"]["line"] == 0
    assert Room.objects.get().queued_at is None


def test_whoever_is_gone_without_a_word_is_cut_off(host: Browser, guest: Browser) -> None:
    path = host.opens()
    host.comes_in(path)
    guest.comes_in(path)
    # The guest reads nothing and answers no ping, as a telephone without a network; the host does.
    away = host.hears(lambda answer: answer["is"] == "person" and answer["person"]["away"])
    assert away["person"]["id"] == guest.me["id"]
    assert guest.comes_back()["is"] == "joined"


def test_a_page_may_ask_whether_its_line_carries(host: Browser) -> None:
    host.comes_in(host.opens())
    host.says({"do": "ping"})
    assert host.hears_is("pong") == {"is": "pong"}


def test_what_happens_while_the_database_is_not_heard_is_heard_after(host: Browser, guest: Browser) -> None:
    path = host.opens()
    host.comes_in(path)
    guest.comes_in(path)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'entraide signalling' AND datname = current_database()"
        )
        assert cursor.rowcount == 1
    moderating.kick(by_id=UUID(host.me["id"]), target_id=UUID(guest.me["id"]))
    assert guest.hears_is("over")["why"] == "kicked"


def test_what_one_says_and_shows_reaches_the_others(host: Browser, guest: Browser) -> None:
    path = host.opens()
    host.comes_in(path)
    guest.comes_in(path)
    guest.says({"do": "say", "text": "Bonjour\u202e\x07 à tous\n— ça va ?"})
    assert host.hears_is("said") == {
        "is": "said", "from": guest.me["id"], "name": "Guest", "text": "Bonjour à tous\n— ça va ?", "where": "chat",
    }  # fmt: skip
    guest.says({"do": "show", "audio": True, "hand": True})
    shown = host.hears(lambda answer: answer["is"] == "person" and answer["person"]["hand"])["person"]
    assert (shown["audio"], shown["video"]) == (True, False)


def test_what_is_sealed_reaches_only_those_it_is_for(host: Browser, guest: Browser, site: str) -> None:
    path = host.opens(is_e2ee="on")
    assert host.knocks(path).json()["encrypted"]
    host.comes_in(path)
    guest.comes_in(path)
    with closing(Browser(site, "Other")) as other:
        other.comes_in(path)
        # Who is not there, and oneself, are left out.
        gone = "0" * 36
        sealed = {"hello": "…"}
        to = dict.fromkeys((host.me["id"], guest.me["id"], gone), sealed)
        guest.says({"do": "sealed", "what": "keys", "to": to})
        guest.says({"do": "show", "hand": True})
        assert host.hears_is("sealed") == {"is": "sealed", "what": "keys", "from": guest.me["id"], "data": sealed}
        first = other.hears(lambda answer: answer["is"] == "sealed" or answer.get("person", {}).get("hand", False))
        assert first["is"] == "person"
        # What is written in clear is passed on to nobody, whatever page wrote it.
        guest.says({"do": "say", "text": "in clear"})
        refused = guest.hears(lambda answer: answer["is"] in ("refused", "sealed", "said"))
        assert refused == {"is": "refused", "why": "encrypted", "verb": "say"}


def test_in_a_meeting_that_is_not_encrypted_nothing_is_sealed(host: Browser, guest: Browser) -> None:
    path = host.opens()
    assert not host.knocks(path).json()["encrypted"]
    host.comes_in(path)
    guest.comes_in(path)
    guest.says({"do": "sealed", "what": "said", "to": {host.me["id"]: {}}})
    assert guest.hears_is("refused") == {"is": "refused", "why": "not-encrypted", "verb": "sealed"}


def test_in_a_room_with_a_lobby_nobody_comes_in_before_the_host_lets_them(host: Browser, guest: Browser) -> None:
    path = host.opens(has_lobby="on")
    assert guest.knocks(path).json()["state"] == "waiting"
    host.comes_in(path)
    (knocking,) = host.hears(lambda answer: answer["is"] == "knocking" and answer["people"])["people"]
    assert knocking["name"] == "Guest"
    host.says({"do": "admit", "who": knocking["participant"]})
    assert host.hears(lambda answer: answer["is"] == "knocking" and not answer["people"])
    assert guest.comes_in(path).me["role"] == "speaker"


def test_whoever_is_put_out_hears_nothing_more_and_does_not_come_back(host: Browser, guest: Browser) -> None:
    path = host.opens()
    host.comes_in(path)
    guest.comes_in(path)
    host.says({"do": "kick", "who": guest.me["id"]})
    assert guest.hears_is("over")["why"] == "kicked"
    assert guest.line.recv() == ""
    assert host.hears_is("gone")["id"] == guest.me["id"]
    assert guest.comes_back()["is"] == "over"
    refused = guest.knocks(path)
    assert refused.status_code == 404
    # As if there were no such meeting.
    assert refused.json() == guest.knocks("/en/meet/aaaa-bbbb-cccc-dddd/").json()


@pytest.mark.parametrize(
    "message",
    [{"do": "kick"}, {"do": "ban"}, {"do": "mute"}, {"do": "admit_all"}, {"do": "lock", "locked": True}, {"do": "end"}],
)
def test_a_guest_moderates_nobody(host: Browser, guest: Browser, message: Answer) -> None:
    path = host.opens()
    host.comes_in(path)
    guest.comes_in(path)
    if message["do"] in ("kick", "ban", "mute"):
        message = {**message, "who": host.me["id"]}
    guest.says(message)
    assert guest.hears_is("refused")["why"] == "not-allowed"
    assert Room.objects.get().ended_at is None


def test_a_locked_room_takes_nobody_new_and_an_ended_one_nobody(host: Browser, guest: Browser) -> None:
    path = host.opens()
    host.comes_in(path)
    host.says({"do": "lock", "locked": True})
    assert host.hears_is("room")["room"]["locked"]
    assert guest.knocks(path).status_code == 403
    host.says({"do": "lock", "locked": False})
    host.hears(lambda answer: answer["is"] == "room" and not answer["room"]["locked"])
    guest.comes_in(path)
    host.says({"do": "end"})
    assert guest.hears_is("over")["why"] == "ended"
    assert Room.objects.get().ended_at is not None
    assert guest.knocks(path).status_code == 404


def test_whoever_is_cut_off_keeps_their_seat_and_comes_back_to_it(host: Browser, guest: Browser) -> None:
    path = host.opens()
    host.comes_in(path)
    guest.comes_in(path)
    guest.says({"do": "show", "audio": True, "video": True})
    host.hears(lambda answer: answer["is"] == "person" and answer["person"]["video"])
    guest.line.shutdown()  # type: ignore[no-untyped-call]
    assert host.hears(lambda answer: answer["is"] == "person" and answer["person"]["away"])
    back = guest.comes_back()
    assert back["me"]["id"] == guest.me["id"]
    assert back["me"]["video"]
    assert back["pair"] == [host.me["id"], guest.me["id"]]
    assert Room.objects.get().heads == 2


def test_the_same_visitor_from_another_window_is_there_once(host: Browser, guest: Browser) -> None:
    path = host.opens()
    host.comes_in(path)
    guest.comes_in(path)
    first = guest.line
    guest.comes_in(path)
    told = [json.loads(text) for text in iter(first.recv, "")]
    assert told[-1] == {"is": "over", "why": "elsewhere"}
    assert Room.objects.get().heads == 2
    assert len(guest.joined["people"]) == 1


@pytest.mark.parametrize("trouble", ["garbage", "tampered", "used", "other-room", "silence", "session"])
def test_who_has_no_good_token_gets_no_seat(host: Browser, guest: Browser, trouble: str) -> None:
    path = host.opens()
    told = host.knocks(path).json()
    where, entrance = told["path"], {"do": "join", "token": told["token"]}
    match trouble:
        case "garbage":
            entrance["token"] = "x" * 1_500
        case "tampered":
            head, body, mark = told["token"].split(".")
            entrance["token"] = f"{head}.{body[:-2]}AA.{mark}"
        case "used":
            host.comes_in(path)
            entrance = {"do": "join", "token": told["token"]}
        case "other-room":
            other = guest.knocks(guest.opens()).json()
            where = other["path"]
        case "silence":
            entrance = {"do": "say", "text": "let me in"}
        case "session":
            entrance = {"do": "come_back", "session": "entraide_meeting_" + "x" * 43}
    guest.goes(where, entrance)
    assert guest.hears_is("over")["why"] in ("bad-token", "ticket-used", "other-room", "unreadable")
    assert guest.line.recv() == ""
    assert Participant.objects.present().count() == (1 if trouble == "used" else 0)


@pytest.mark.parametrize(
    "sent",
    [
        "", "null", "[]", "{", '{"do":"fly"}', '{"do":"say"}', '{"do":"say","text":""}',
        '{"do":"say","text":"x","more":1}', '{"do":"say","text":"x","where":"wall"}',
        json.dumps({"do": "say", "text": "x" * 2_001}), "[" * 5_000, json.dumps({"do": "say", "text": "x" * 70_000}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_ends_the_line_and_no_one_elses(host: Browser, guest: Browser, sent: str) -> None:
    path = host.opens()
    host.comes_in(path)
    guest.comes_in(path)
    guest.line.send(sent)
    told = guest.hears(lambda answer: answer["is"] in ("refused", "over"))
    assert told["why"] == "unreadable"
    host.says({"do": "say", "text": "still here"})
    assert host.hears_is("said")["text"] == "still here"


def test_a_flood_from_one_browser_is_slowed_and_disturbs_nobody(host: Browser, guest: Browser) -> None:
    path = host.opens()
    host.comes_in(path)
    guest.comes_in(path)
    for _ in range(400):
        guest.says({"do": "show", "hand": True})
    assert guest.hears_is("refused")["why"] == "too-fast"
    host.says({"do": "say", "text": "still here"})
    assert host.hears_is("said")["text"] == "still here"


def test_a_page_of_another_site_gets_no_seat(host: Browser) -> None:
    told = host.knocks(host.opens()).json()
    host.goes(told["path"], {"do": "join", "token": told["token"]}, origin="https://elsewhere.example")
    assert host.hears_is("over")["why"] == "too-many"


def test_a_websocket_to_a_page_is_refused(site: str) -> None:
    with pytest.raises(WebSocketBadStatusException):
        create_connection(site.replace("http", "ws") + "/en/meet/", timeout=60)


@pytest.mark.parametrize("trouble", ["unsigned", "old", "another path", "another body", "another key"])
def test_the_private_endpoint_answers_nobody_else(site: str, host: Browser, trouble: str) -> None:
    path, body = "/private/meetings/waiting", b'{"room":"00000000-0000-0000-0000-000000000000"}'
    now = int(time.time())
    key = calls.call_key("another secret, long enough for anybody") if trouble == "another key" else b"unknown"
    signed = calls.signed(
        path="/private/meetings/act" if trouble == "another path" else path,
        body=b"{}" if trouble == "another body" else body, key=key, at=now - 60 if trouble == "old" else now,
    )  # fmt: skip
    headers = {} if trouble == "unsigned" else {calls.HEADER: signed}
    answer = host.http.post(path, content=body, headers={**headers, "Content-Type": "application/json"})
    assert answer.status_code == 404
