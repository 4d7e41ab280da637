"""How large and how slow a request may be, and that it is one request for everybody on the way."""

import json

import pytest

from tests.entraidectl.edge.backend import Backend
from tests.entraidectl.edge.edges import PORTAL, Edge


class TestSizes:
    """Heads and bodies have bounds, by route."""

    def test_a_head_that_is_too_long_is_refused(self, edge: Edge, backend: Backend) -> None:
        assert edge.ask("/fr/me/", headers={"X-Long": "x" * 9_000}).status == 400
        assert edge.ask("/fr/me/?" + "x" * 9_000).status == 414
        many = {f"X-{number}": "x" * 4_000 for number in range(20)}
        assert edge.ask("/fr/me/", headers=many).status == 400
        assert backend.asked == []
        # The cookies and tokens that people have fit.
        assert edge.ask("/fr/me/", headers={"Cookie": "a=" + "x" * 6_000}).status == 200

    @pytest.mark.parametrize(
        ("path", "limit"),
        [("/v1/signups", 65_536), ("/fr/me/profile/", 1_000_000), ("/api/v1/participations", 1_000_000)],
    )
    def test_a_body_is_as_long_as_the_manifest_lets_it_be(
        self, edge: Edge, backend: Backend, path: str, limit: int
    ) -> None:
        assert edge.ask(path, method="POST", body=b"x" * limit).status == 200
        assert len(backend.asked[0].body) == limit
        # Refused by its announced length, before the first byte of it.
        head = f"POST {path} HTTP/1.1\r\nHost: {PORTAL}\r\nContent-Length: {limit + 1}\r\n\r\n"
        assert edge.answer_to(head.encode()).status == 413
        in_pieces = f"POST {path} HTTP/1.1\r\nHost: {PORTAL}\r\nTransfer-Encoding: chunked\r\n\r\n{limit + 1:x}\r\n"
        assert edge.answer_to(in_pieces.encode() + b"x" * (limit + 1) + b"\r\n0\r\n\r\n").status == 413
        assert len(backend.asked) == 1

    def test_who_sends_too_much_is_told_in_words_or_in_json(self, edge: Edge) -> None:
        head = f"POST /v1/signups HTTP/1.1\r\nHost: {PORTAL}\r\nContent-Length: 99999999\r\n"
        told = edge.answer_to(f"{head}Accept: text/html\r\n\r\n".encode())
        assert "votre texte est encore là".encode() in told.body
        assert json.loads(edge.answer_to(f"{head}\r\n".encode()).body)["status"] == 413


class TestTime:
    """Whoever is slow on purpose holds a connection of nginx and nothing else."""

    def test_half_a_body_never_reaches_who_stands_behind(self, edge: Edge, backend: Backend) -> None:
        with edge.connect() as slow:
            slow.sendall(f"POST /v1/signups HTTP/1.1\r\nHost: {PORTAL}\r\nContent-Length: 100\r\n\r\nhalf".encode())
            assert edge.ask("/fr/me/").status == 200
            assert backend.targets() == ["/fr/me/"]

    def test_half_a_head_is_sent_away(self, edge: Edge) -> None:
        with edge.connect(timeout=60) as slow:
            slow.sendall(b"GET /fr/ HTTP/1.1\r\nHo")
            assert slow.recv(1) == b""


class TestSmuggling:
    """One request is one request for everybody on the way."""

    @pytest.mark.parametrize(
        "head",
        [
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: 5, 6",
            "Content-Length: +5",
            "Content-Length: -1",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunked, identity",
        ],
    )
    def test_lengths_that_contradict_are_refused(self, edge: Edge, backend: Backend, head: str) -> None:
        smuggled = b"0\r\n\r\nGET /fr/hidden/ HTTP/1.1\r\nHost: " + PORTAL.encode() + b"\r\n\r\n"
        raw = edge.send(f"POST /fr/me/ HTTP/1.1\r\nHost: {PORTAL}\r\n{head}\r\n\r\n".encode() + smuggled)
        assert raw.split()[1] in (b"400", b"501")
        assert backend.asked == []

    def test_a_body_in_pieces_arrives_as_one_of_known_length(self, edge: Edge, backend: Backend) -> None:
        edge.send(
            f"POST /fr/me/ HTTP/1.1\r\nHost: {PORTAL}\r\n".encode()
            + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            + b"3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: evil\r\n\r\n"
        )
        assert [(asked.body, asked.headers["Content-Length"]) for asked in backend.asked] == [(b"abcde", "5")]
        assert backend.asked[0].headers["Transfer-Encoding"] is None
        assert backend.asked[0].headers["X-Trailer"] is None

    @pytest.mark.parametrize("line", [b"X-A: b\r\n X-Folded: c", b"X-A : b", b"X\x00A: b", b"Content_Length: 0"])
    def test_lines_that_some_would_read_otherwise_do_not_arrive(
        self, edge: Edge, backend: Backend, line: bytes
    ) -> None:
        edge.send(
            b"GET /fr/me/ HTTP/1.1\r\nHost: " + PORTAL.encode() + b"\r\n" + line + b"\r\nConnection: close\r\n\r\n"
        )
        for asked in backend.asked:
            assert {name.lower() for name in asked.headers} <= {
                "host", "connection", "x-forwarded-for", "x-forwarded-proto", "x-request-id", "x-a",
            }  # fmt: skip
