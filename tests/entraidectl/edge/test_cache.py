"""What is kept and shown by the edge, and what never is: a real nginx in front of a real backend."""

import gzip
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.entraidectl.edge.backend import PRIVATE, PUBLIC, Asked, Backend, Reply
from tests.entraidectl.edge.edges import Edge
from tests.journeys.node import wait_for

HOME = "/fr/"


def test_a_public_page_is_shown_while_all_behind_is_stopped(edge: Edge, backend: Backend) -> None:
    backend.reply = lambda asked: Reply(b"the home page", headers=PUBLIC)
    assert edge.ask(HOME).body == b"the home page"
    backend.stop()
    # First within its time, then past it for as long as nobody can renew it.
    wait_for("the page to be past its time", lambda: edge.ask(HOME).headers["X-Cache"] in ("STALE", "UPDATING"))
    shown = edge.ask(HOME)
    assert (shown.status, shown.body) == (200, b"the home page")
    never_seen = edge.ask("/en/help/", headers={"Accept": "text/html"})
    assert never_seen.status == 502
    assert b"We are back soon" in never_seen.body
    assert never_seen.headers["Cache-Control"] == "no-store"
    backend.reply = lambda asked: Reply(b"the home page anew", headers=PUBLIC)
    backend.start()
    wait_for("the page to be renewed", lambda: edge.ask(HOME).body == b"the home page anew")


def test_a_crowd_for_a_page_that_is_not_kept_asks_the_backend_once(edge: Edge, backend: Backend) -> None:
    crowd_has_come = threading.Event()

    def slow(asked: Asked) -> Reply:
        assert crowd_has_come.wait(20)
        return Reply(b"slow", headers=PUBLIC)

    backend.reply = slow
    with ThreadPoolExecutor(60) as pool:
        answers = [pool.submit(edge.ask, HOME) for _ in range(60)]
        wait_for("all to wait at the edge", lambda: _waiting(edge) >= 60)
        crowd_has_come.set()
        assert {answer.result().body for answer in answers} == {b"slow"}
    assert backend.targets() == [HOME]


def _waiting(edge: Edge) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{edge.ports['metrics']}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    # The watcher's own connection and those of the edge to itself are counted too.
    return int(next(line.split()[1] for line in lines if 'state="writing"' in line)) - 1


@pytest.mark.parametrize("path", ["/fr/me/", "/", "/api/v1/missions", "/v1/queue", "/fr/account/login/"])
def test_a_private_page_is_never_kept(edge: Edge, backend: Backend, path: str) -> None:
    # Even where the backend forgets to say so, or says the contrary.
    count = iter(range(100))
    backend.reply = lambda asked: Reply(f"number {next(count)}".encode(), headers=PUBLIC)
    assert edge.ask(path, headers={"Cookie": "sessionid=mine"}).body == b"number 0"
    assert edge.ask(path).body == b"number 1"


def test_what_says_that_it_is_private_is_not_kept_on_a_public_route(edge: Edge, backend: Backend) -> None:
    count = iter(range(100))
    for headers in (PRIVATE, {**PUBLIC, "Set-Cookie": "a=b"}):
        backend.reply = lambda asked, headers=headers: Reply(f"number {next(count)}".encode(), headers=headers)  # type: ignore[misc]
        assert edge.ask(HOME).body != edge.ask(HOME).body


def test_nothing_of_a_reader_reaches_who_writes_a_public_page(edge: Edge, backend: Backend) -> None:
    backend.reply = lambda asked: Reply(headers=PUBLIC)
    told = {
        "Cookie": "sessionid=mine", "Authorization": "Bearer mine", "Accept-Language": "xx", "X-Forwarded-Host": "evil",
        "X-Forwarded-For": "1.2.3.4", "X-Original-URL": "/fr/me/", "X-HTTP-Method-Override": "POST", "Origin": "evil",
        "HX-Request": "true", "X-Any": "evil", "Range": "bytes=0-1", "User-Agent": "evil", "Forwarded": "for=evil",
    }  # fmt: skip
    assert edge.ask(HOME, headers=told).status == 200
    arrived = backend.asked[0].headers
    assert {name.lower() for name in arrived} == {"host", "x-forwarded-for", "x-forwarded-proto", "x-request-id"}
    assert arrived["Host"] == f"aide.edge.test:{edge.ports['https']}"
    assert arrived["X-Forwarded-For"] == "127.0.0.1"


def test_a_number_is_told_of_what_was_asked_behind_and_of_nothing_else(edge: Edge, backend: Backend) -> None:
    backend.reply = lambda asked: Reply(headers=PUBLIC if asked.target == HOME else PRIVATE)
    answers = [edge.ask(path) for path in (HOME, HOME, "/fr/me/", "/fr/me/")]
    assert [answer.headers["X-Cache"] for answer in answers] == ["MISS", "HIT", None, None]
    assert answers[0].headers["X-Request-ID"] == backend.asked[0].headers["X-Request-ID"]
    assert answers[1].headers["X-Request-ID"] is None
    numbers = [asked.headers["X-Request-ID"] for asked in backend.asked]
    assert len(set(numbers)) == len(numbers) == 3


def test_a_part_of_a_page_is_not_kept_as_the_page(edge: Edge, backend: Backend) -> None:
    backend.reply = lambda asked: Reply(b"0123456789", headers=PUBLIC)
    for wanted in ("bytes=0-1", "bytes=0-0,2-2,4-4,6-6", "bytes=-1", "lines=1"):
        answer = edge.ask(HOME, headers={"Range": wanted})
        assert (answer.status, answer.body) == (200, b"0123456789")
    assert len(backend.asked) == 1


def test_a_public_page_is_packed_once_and_a_private_one_never(edge: Edge, backend: Backend) -> None:
    page = b"<p>words</p>" * 200
    backend.reply = lambda asked: Reply(
        page, headers={**(PUBLIC if asked.target == HOME else PRIVATE), "Content-Type": "text/html; charset=utf-8"}
    )
    packed = edge.ask(HOME, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.body) == page
    assert edge.ask(HOME, headers={"Accept-Encoding": "gzip, zstd"}).headers["X-Cache"] == "HIT"
    assert edge.ask(HOME).body == page
    private = edge.ask("/fr/me/", headers={"Accept-Encoding": "gzip"})
    assert private.body == page
    assert "Content-Encoding" not in private.headers


def test_a_public_page_is_only_read(edge: Edge, backend: Backend) -> None:
    backend.reply = lambda asked: Reply(headers=PUBLIC)
    assert edge.ask(HOME, method="POST", body=b"a=b").status == 405
    assert edge.ask(HOME, method="HEAD").status == 200
    assert backend.asked[0].method == "GET"
    assert edge.ask(HOME).body == b"a page"
    assert len(backend.asked) == 1


@pytest.mark.parametrize(
    "target",
    [
        "/fr/me/..%2fmissions/",
        "/fr/me/%2e%2e/missions/",
        "/fr//missions/",
        "/fr/me/..;/missions/",
        "/fr/me\\x",
        "/a/../fr/",
    ],
)
def test_an_address_that_reads_in_two_ways_is_refused_or_private(edge: Edge, backend: Backend, target: str) -> None:
    backend.reply = lambda asked: Reply(b"mine", headers=PUBLIC)
    answer = edge.ask(target, headers={"Cookie": "sessionid=mine"})
    assert answer.status == 400 or "X-Cache" not in answer.headers
    assert edge.ask("/fr/missions/").headers["X-Cache"] == "MISS"
