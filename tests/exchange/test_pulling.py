"""Feeds that are pulled: only changes are written, and what broke never takes offline what was there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from entraide.accounts.api import Deed
from entraide.exchange.actions.partners import allow_shrink, rotate_key
from entraide.exchange.actions.pulling import pull
from entraide.exchange.fetching import Bounds
from entraide.exchange.models import External, Line, Partner, Run
from entraide.exchange.rules.words import Moderation
from entraide.volunteering.models import Mission
from tests.exchange.feed_server import FeedServer, feed, feed_server, mission_xml
from tests.exchange.situations import mission_given, partner_of, strasbourg_with_postcodes

pytestmark = pytest.mark.django_db
NAMES = [f"m-{number}" for number in range(20)]


@pytest.fixture
def server(settings: Any) -> Iterator[FeedServer]:
    settings.FEED_NETWORKS = (ip_network("127.0.0.0/8"),)
    with feed_server() as running:
        running.holds(*map(mission_xml, NAMES))
        yield running


@pytest.fixture
def partner(server: FeedServer) -> Partner:
    strasbourg_with_postcodes()
    return partner_of(datetime.now(UTC), moderation=Moderation.TRUSTED, feed_url=server.url)[0]


def run(partner: Partner, **bounds: Any) -> Run:
    found = pull(partner_id=partner.pk, bounds=Bounds(**bounds) if bounds else None)
    assert found
    return found


def online() -> int:
    return Mission.objects.filter(state="online").count()


def test_a_feed_is_taken_in_as_partners_misspell_it(partner: Partner) -> None:
    found = run(partner)
    assert (found.state, found.seen, found.created, found.refused) == ("done", 20, 20, 0)
    mission = Mission.objects.get(title="Distribution de repas m-7")
    assert (mission.commune_name, mission.places_left, mission.activity) == ("Strasbourg", 4, "distribution")
    assert (mission.latitude, mission.longitude) == (48.583, 7.745)
    assert External.objects.get(client_id="m-7").content["organizationRNA"]


def test_only_what_changed_is_written(partner: Partner, server: FeedServer) -> None:
    run(partner)
    versions = dict(Mission.objects.values_list("pk", "version"))
    server.holds(*map(mission_xml, NAMES[:-1]), mission_xml(NAMES[-1], places="9"))
    found = run(partner)
    assert (found.created, found.changed, found.unchanged, found.withdrawn) == (0, 1, 19, 0)
    now = dict(Mission.objects.values_list("pk", "version"))
    assert len([key for key in now if now[key] != versions[key]]) == 1
    assert [(line.client_id, line.outcome) for line in found.lines.all()] == [(NAMES[-1], "changed")]


def test_what_is_absent_is_withdrawn_and_may_come_back(partner: Partner, server: FeedServer) -> None:
    run(partner)
    server.holds(*map(mission_xml, NAMES[:-2]))
    found = run(partner)
    assert (found.state, found.withdrawn, online()) == ("done", 2, 18)
    server.holds(*map(mission_xml, NAMES))
    found = run(partner)
    assert (found.changed, online()) == (2, 20)


BROKEN = {
    "half a document": (feed(*map(mission_xml, NAMES))[:-400], "BROKEN_XML"),
    "bad encoding": (feed(mission_xml("m-1")).replace("é".encode(), b"\xe9"), "BROKEN_XML"),
    "an encoding that there is not": (b'<?xml version="1.0" encoding="klingon"?><source/>', "BAD_ENCODING"),
    "entities that multiply": (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><source>&b;</source>',
        "FORBIDDEN_XML",
    ),
    "a file of ours": (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><source>&a;</source>', "FORBIDDEN_XML"),
    "a page": (b"<html><body>503</body></html>", "NOT_A_FEED"),
    "nothing": (b"", "BROKEN_XML"),
    "NULs": (b"<source><mission>\0</mission></source>", "BROKEN_XML"),
}


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_feed_changes_nothing(partner: Partner, server: FeedServer, content: bytes, reason: str) -> None:
    run(partner)
    server.content = content
    found = run(partner)
    assert (found.state, found.reason, online()) == ("failed", reason, 20)
    assert Mission.objects.exclude(version=1).count() == 0


@pytest.mark.parametrize(("left", "reason"), [(0, "EMPTY"), (10, "SHRUNK")])
def test_a_feed_that_lost_much_withdraws_nothing_until_an_operator_says_so(
    partner: Partner, server: FeedServer, left: int, reason: str
) -> None:
    run(partner)
    server.holds(*map(mission_xml, NAMES[:left]))
    found = run(partner)
    assert (found.state, found.reason, found.absent, online()) == ("held", reason, 20 - left, 20)
    assert found.lines.filter(outcome="kept").count() == 20 - left
    allow_shrink(partner_id=partner.pk, deed=Deed(actor=None, role="operator", now=datetime.now(UTC)))
    assert (run(partner).withdrawn, online()) == (20 - left, left)
    server.content = feed()
    run(partner)
    assert online() == (0 if left == 0 else left), "the word of an operator is for one run"


def test_each_refusal_has_its_line(partner: Partner, server: FeedServer) -> None:
    server.holds(
        mission_xml("a-1", title="Seul"),
        mission_xml("a-2", endAt="9999-12-31"),
        mission_xml("a-3"),
        mission_xml("a-3", title="Une autre du même nom"),
        mission_xml("", title="Sans aucun nom"),
        mission_xml("a-4", places="beaucoup"),
        mission_xml("a-5", applicationUrl="javascript:alert(1)"),
    )
    found = run(partner)
    lines = {(line.number, line.client_id): line.code for line in found.lines.filter(outcome="refused")}
    assert lines == {
        (1, "a-1"): "SHORT_TITLE", (2, "a-2"): "BAD_DATE", (4, "a-3"): "DUPLICATE_CLIENT_ID",
        (5, ""): "MISSING_CLIENT_ID", (6, "a-4"): "BAD_FIELD", (7, "a-5"): "BAD_APPLICATION_URL",
    }  # fmt: skip
    assert (found.seen, found.created, found.refused, online()) == (7, 1, 6, 1)


def test_html_that_runs_is_neither_shown_nor_handed_on(client: Client, partner: Partner, server: FeedServer) -> None:
    html = (
        '<p onclick="x()">Aider <b>vite</b></p><img src=x onerror=alert(1)><script>alert(2)</script>'
        '<a href="javascript:x">y</a>'
    )
    server.holds(mission_xml("h-1", description=html))
    run(partner)
    mission = Mission.objects.get()
    assert mission.description == "Aider vite\ny"
    kept = External.objects.get().content["description"]
    for bad in ("script", "onclick", "onerror", "javascript", "img"):
        assert bad not in kept
    assert "<b>vite</b>" in kept


def test_what_was_pushed_is_not_withdrawn_by_a_feed(client: Client, partner: Partner, server: FeedServer) -> None:
    key = rotate_key(
        partner_id=partner.pk, seen_version=1, deed=Deed(actor=None, role="operator", now=datetime.now(UTC))
    )
    client.post("/api/v2/mission", mission_given("p-1"), content_type="application/json", headers={"x-api-key": key})
    run(partner)
    assert run(partner).absent == 0
    assert online() == 21


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"<source>" + b" " * 65_536)
    except OSError:
        return


def short(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"<source></source>")


def to(location: str) -> Any:
    def redirect(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", location)
        handler.end_headers()

    return redirect


def failing(handler: BaseHTTPRequestHandler) -> None:
    handler.send_error(503)


def zipped(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (endless, "TOO_LARGE"),
        (short, "CUT_SHORT"),
        (to("/feed.xml/again"), "BAD_STATUS"),
        (to("/feed.xml"), "TOO_MANY_REDIRECTS"),
        (to("http://10.0.0.1/"), "PRIVATE_ADDRESS"),
        (to("http://169.254.169.254/latest/meta-data"), "PRIVATE_ADDRESS"),
        (to("http://[::1]/"), "PRIVATE_ADDRESS"),
        (to("http://[::ffff:10.0.0.1]/"), "PRIVATE_ADDRESS"),
        (to("file:///etc/passwd"), "BAD_ADDRESS"),
        (to("http://user:secret@127.0.0.1/"), "BAD_ADDRESS"),
        (failing, "BAD_STATUS"),
        (zipped, "COMPRESSED"),
    ],
)
def test_a_server_that_misbehaves_is_told_of_and_changes_nothing(
    partner: Partner, server: FeedServer, answer: Any, reason: str
) -> None:
    run(partner)
    server.answers = {"/feed.xml": answer, "/feed.xml/again": failing}
    found = run(partner, most_bytes=1_000_000)
    assert (found.state, found.reason, online()) == ("failed", reason, 20)


def announced(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "200000000")
    handler.end_headers()


@pytest.mark.parametrize("answer", [announced, endless])
def test_a_feed_of_200_mb_is_given_up_at_the_usual_bound(partner: Partner, server: FeedServer, answer: Any) -> None:
    run(partner)
    server.answers = {"/feed.xml": answer}
    found = run(partner)
    assert (found.state, found.reason, online()) == ("failed", "TOO_LARGE", 20)


def test_without_leave_loopback_is_as_private_as_any_other(partner: Partner, settings: Any) -> None:
    settings.FEED_NETWORKS = ()
    assert run(partner).reason == "PRIVATE_ADDRESS"


def trickling(handler: BaseHTTPRequestHandler) -> None:
    """Begin an answer whose first line never ends."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        # Until the other side has gone, which ends the connection.
        while handler.connection.recv(1):
            handler.wfile.write(b"x")
    except OSError:
        return


@pytest.mark.parametrize("answer", [endless, trickling])
def test_a_feed_that_takes_too_long_is_given_up(partner: Partner, server: FeedServer, answer: Any) -> None:
    server.answers = {"/feed.xml": answer}
    assert run(partner, most_bytes=10**12, most_seconds=0.2).reason == "TOO_SLOW"


def test_a_partner_reads_its_reports_and_no_other_s(client: Client, partner: Partner, server: FeedServer) -> None:
    now = datetime.now(UTC)
    key = rotate_key(partner_id=partner.pk, seen_version=1, deed=Deed(actor=None, role="operator", now=now))
    _, stranger = partner_of(now, name="Autre")
    server.holds(mission_xml("a-1", title="Seul"), mission_xml("a-2"))
    found = run(partner)
    (told,) = client.get("/api/v0/myimport", headers={"x-api-key": key}).json()["data"]
    assert (told["state"], told["seen"], told["created"], told["refused"]) == ("done", 2, 1, 1)
    lines = client.get(f"/api/v0/myimport/{found.pk}", headers={"x-api-key": key}).json()["data"]["lines"]
    assert {line["clientId"]: (line["outcome"], line["code"]) for line in lines} == {
        "a-1": ("refused", "SHORT_TITLE"), "a-2": ("created", None),
    }  # fmt: skip
    assert client.get(f"/api/v0/myimport/{found.pk}", headers={"x-api-key": stranger}).status_code == 404
    assert Line.objects.count() == 2
