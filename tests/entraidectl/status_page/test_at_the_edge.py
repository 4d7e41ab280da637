"""The edge shows the page while everything behind it is stopped: a real nginx with dead backends."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from entraidectl.status.page.publishing import Failures, PublishToFolder
from entraidectl.status.page.render import render
from tests.entraidectl.edge import backend as backends
from tests.entraidectl.edge import edges
from tests.entraidectl.edge.edges import Edge
from tests.entraidectl.status_page.situations import NOW, SLOW_SIGNUP, SUBJECT, after

COMPONENT = '[[status.components]]\nid = "signup"\nfrench = "Inscriptions"\nenglish = "Sign-ups"'


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """Where the edge looks for pages."""
    return tmp_path / "served"


@pytest.fixture
def edge(tmp_path: Path, served: Path) -> Iterator[Edge]:
    """An edge that serves the page, behind which nobody listens any more."""
    if not edges.NGINX:
        pytest.skip(edges.MISSING)
    with backends.running() as backend:
        edge = edges.make(tmp_path, backend)
        edge.write(status=f'[status]\nserved = "{served}"\n{COMPONENT}')
        with edges.running(edge):
            backend.stop()
            yield edge


def publish(served: Path) -> dict[str, str]:
    files = render(after(SLOW_SIGNUP), SUBJECT, NOW)
    failures = Failures()
    PublishToFolder(served, files, failures).run()
    assert failures.told == []
    return files


def test_the_page_is_read_while_all_behind_is_stopped(edge: Edge, served: Path) -> None:
    files = publish(served)
    away = edge.ask("/en/missions/", headers={"Accept": "text/html"})
    assert (away.status, b'<a href="/status/en/">Service status</a>' in away.body) == (502, True)
    for path, asked in (
        ("index.html", "/status/"),
        ("en/index.html", "/status/en/"),
        ("fr/atom.xml", "/status/fr/atom.xml"),
    ):
        answer = edge.ask(asked)
        assert (answer.status, answer.body.decode()) == (200, files[path])
        assert answer.headers["Cache-Control"] == "public, max-age=15"
        assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert edge.ask("/status/").headers["Content-Type"] == "text/html; charset=utf-8"
    assert edge.ask("/status/fr/atom.xml").headers["Content-Type"].startswith("application/atom+xml")
    moved = edge.ask("/status")
    assert (moved.status, moved.headers["Location"].endswith("/status/")) == (308, True)


def test_every_link_of_the_page_is_answered(edge: Edge, served: Path) -> None:
    publish(served)
    text = edge.ask("/status/").body.decode()
    links = [link for link in re.findall(r'href="([^"#]+)"', text) if not link.startswith(("data:", "http"))]
    assert len(links) > 4
    assert {edge.ask(f"/status/{link}").status for link in links} == {200}


def test_a_change_is_seen_at_once_and_readers_never_meet_half_a_page(edge: Edge, served: Path) -> None:
    publish(served)
    files = render(after(), SUBJECT, NOW)
    PublishToFolder(served, files, Failures()).run()
    assert edge.ask("/status/").body.decode() == files["index.html"]


def test_pages_travel_packed_and_are_for_reading_alone(edge: Edge, served: Path) -> None:
    files = publish(served)
    packed = edge.ask("/status/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body).decode() == files["index.html"]
    assert len(packed.body) < 8_000
    assert edge.ask("/status/", method="POST", body=b"a=b").status == 405
    assert edge.ask("/status/../site.toml").status == 400
    assert edge.ask("/status/nothing.html").status == 404


def test_before_anything_was_published_there_is_no_page_and_the_edge_runs(edge: Edge) -> None:
    assert edge.ask("/status/").status == 404
    assert edge.ask("/healthz").status == 200


def test_an_edge_without_a_status_page_passes_the_address_on(tmp_path: Path) -> None:
    if not edges.NGINX:
        pytest.skip(edges.MISSING)
    with backends.running() as backend, edges.running(edges.make(tmp_path, backend)) as edge:
        edge.ask("/status/")
        assert backend.targets() == ["/status/"]
