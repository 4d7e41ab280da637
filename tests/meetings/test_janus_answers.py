"""Whatever answers in the place of Janus, the driver says that the node cannot be reached, or what it refuses."""

import json

import pytest

from entraide.meetings.drivers.base import NodeRefused, NodeUnreachable
from entraide.meetings.drivers.janus import JanusDriver
from entraide.meetings.drivers.janus_admin import LONGEST_ANSWER, JanusAdmin
from entraide.meetings.drivers.janus_rooms import JanusKeys
from tests.meetings.media_servers import answering, free_ports


def driver(port: int, *, timeout: float = 30) -> JanusDriver:
    keys = JanusKeys(admin_secret="a", admin_key="b", token_secret="c", room_key="d")
    return JanusDriver(admin=JanusAdmin(host="127.0.0.1", port=port, secret="a", timeout=timeout), url="", keys=keys)


def http_answer(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def plugin_answer(response: object) -> bytes:
    return http_answer(json.dumps({"janus": "success", "response": response}).encode())


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x16\x03\x01\x02\x00",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        http_answer(b""),
        http_answer(b"<html>"),
        http_answer(b"[]"),
        http_answer(b"null"),
        http_answer(b"[" * 200_000),
        http_answer(b"\xff\xfe"),
        http_answer(b"{}", "500 Internal Server Error"),
        http_answer(b"{}", "302 Found"),
        http_answer(b'{"janus": "success", "transaction": "another"}'),
        http_answer(b" " * (LONGEST_ANSWER + 1)),
        plugin_answer(None),
        plugin_answer([]),
        plugin_answer({"list": None}),
        plugin_answer({"list": [1]}),
        plugin_answer({}),
    ],
    ids=lambda answer: repr(answer[-40:]),
)
def test_what_is_no_answer_is_a_node_that_cannot_be_reached(answer: bytes) -> None:
    with answering(answer) as port, pytest.raises(NodeUnreachable):
        driver(port).stats()


def test_a_node_that_takes_the_question_and_says_nothing_is_given_up() -> None:
    with answering(None) as port, pytest.raises(NodeUnreachable):
        driver(port, timeout=0.3).probe()


def test_nobody_listens() -> None:
    with pytest.raises(NodeUnreachable):
        driver(free_ports(1)[0]).probe()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (http_answer(b'{"janus": "error", "error": {"code": 403, "reason": "Unauthorized"}}'), 403),
        (http_answer(b'{"janus": "error"}'), 0),
        (http_answer(b'{"janus": "error", "error": "no"}'), 0),
        (plugin_answer({"error_code": 433, "error": "Unauthorized"}), 433),
        (plugin_answer({"error_code": "strange"}), 0),
    ],
    ids=lambda answer: repr(answer)[-40:],
)
def test_a_refusal_says_which(answer: bytes, code: int) -> None:
    with answering(answer) as port, pytest.raises(NodeRefused) as refused:
        driver(port).stats()
    assert refused.value.code == code


def test_rooms_that_a_lying_node_lists_strangely_are_not_ours() -> None:
    listed = [{"room": "x"}, {}, {"room": 5, "num_participants": 2}, {"num_participants": "many"}]
    with answering(plugin_answer({"list": listed})) as port:
        stats = driver(port).stats()
    assert stats.rooms == {}
    assert stats.foreign_rooms == 4


def test_keys_are_not_shown_where_they_might_be_logged() -> None:
    assert "secret-word" not in repr(JanusKeys("secret-word", "secret-word", "secret-word", "secret-word"))
