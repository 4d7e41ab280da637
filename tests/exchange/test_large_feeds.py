"""Feeds of many missions: a few statements for many of them, nothing for those as before, and nobody kept waiting."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from ipaddress import ip_network
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from entraide.exchange.actions.pulling import pull
from entraide.exchange.actions.receiving import receive
from entraide.exchange.actions.weighing import Item
from entraide.exchange.models import External, Partner, Run
from entraide.exchange.parsing.mission_feed import missions
from entraide.exchange.places import Finder
from entraide.exchange.rules.document import read
from entraide.exchange.rules.plain_text import from_html
from entraide.exchange.rules.words import Moderation
from entraide.journal.models import Entry
from entraide.volunteering.actions.joining import Wish, join_slot
from entraide.volunteering.models import Mission
from tests.exchange.feed_server import FeedServer, feed, feed_server, mission_xml
from tests.exchange.situations import mission_given, partner_of, strasbourg_with_postcodes
from tests.volunteering.situations import acting, mission_online, organisation_validated, slot_tomorrow, volunteer_adult


@pytest.fixture
def server(settings: Any) -> Iterator[FeedServer]:
    settings.FEED_NETWORKS = (ip_network("127.0.0.0/8"),)
    with feed_server() as running:
        yield running


@pytest.fixture
def partner(server: FeedServer) -> Partner:
    strasbourg_with_postcodes()
    return partner_of(datetime.now(UTC), moderation=Moderation.TRUSTED, feed_url=server.url)[0]


def run(partner: Partner) -> Run:
    found = pull(partner_id=partner.pk)
    assert found
    return found


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def items(count: int, *, first: int = 0, **changes: Any) -> list[Item]:
    """Return missions, each of an organisation of its own."""
    return [
        Item(
            0, f"m-{number}",
            read(mission_given(f"m-{number}", organizationSiren="", organizationRNA=f"W{number:09}", **changes)),
        )
        for number in range(first, first + count)
    ]  # fmt: skip


@pytest.mark.django_db
def test_many_missions_are_written_by_as_many_statements_as_few(partner: Partner) -> None:
    now = datetime.now(UTC)

    def taken(several: list[Item]) -> int:
        return statements(lambda: receive(partner=partner, items=several, finder=Finder(), now=now))

    taken(items(1, first=900))
    assert taken(items(120)) == taken(items(2, first=500))
    assert Mission.objects.filter(state="online").count() == 123
    assert taken(items(120, places=9)) == taken(items(2, first=500, places=9))
    assert Mission.objects.filter(places_left=9).count() == 122


@pytest.mark.django_db
def test_a_feed_without_a_change_asks_as_little_for_many_as_for_few(partner: Partner, server: FeedServer) -> None:
    server.holds(mission_xml("m-0"))
    run(partner)
    few = statements(lambda: run(partner))
    server.holds(*(mission_xml(f"m-{number}") for number in range(60)))
    run(partner)
    entries = Entry.objects.count()
    many = statements(lambda: run(partner))
    assert many == few
    assert Run.objects.latest("started_at").unchanged == 60
    assert Entry.objects.count() == entries, "what is as before is no deed"


@pytest.mark.django_db
def test_what_is_written_otherwise_and_says_the_same_changes_nothing(partner: Partner, server: FeedServer) -> None:
    server.holds(mission_xml("m-1"), mission_xml("m-2"))
    run(partner)
    digests = dict(External.objects.values_list("client_id", "digest"))
    server.content = server.content.replace(b"<remote>no</remote>", b"").replace(
        b"<mission>", b"<mission> <remote> no </remote>"
    )
    assert (run(partner).unchanged, Mission.objects.exclude(version=1).count()) == (2, 0)
    now = dict(External.objects.values_list("client_id", "digest"))
    assert all(now[name] != digests[name] for name in now), "the next run need not read it"


@pytest.mark.django_db
def test_what_was_refused_is_judged_anew_though_its_feed_says_the_same(partner: Partner, server: FeedServer) -> None:
    barred = organisation_validated(now=datetime.now(UTC), state="flagged")
    type(barred).objects.filter(pk=barred.pk).update(rna="W000000007")
    server.holds(mission_xml("m-1", organizationRna="W000000007"), mission_xml("m-2"))
    assert (run(partner).refused, run(partner).refused) == (1, 1)
    type(barred).objects.filter(pk=barred.pk).update(state="validated")
    found = run(partner)
    assert (found.changed, found.unchanged, found.refused) == (1, 1, 0)


@pytest.mark.django_db
def test_what_was_withdrawn_comes_back_though_its_feed_says_the_same(partner: Partner, server: FeedServer) -> None:
    both = [mission_xml("m-1"), mission_xml("m-2")]
    server.holds(*both)
    run(partner)
    server.holds(both[0])
    run(partner)
    server.holds(*both)
    assert (run(partner).changed, Mission.objects.filter(state="online").count()) == (1, 2)


@pytest.mark.django_db
def test_all_that_two_partners_have_is_shown_once_with_both_named(partner: Partner, server: FeedServer) -> None:
    server.holds(*(mission_xml(f"m-{number}", title=f"Distribution du {number}") for number in range(130)))
    run(partner)
    other = partner_of(datetime.now(UTC), name="Autre", moderation=Moderation.TRUSTED, feed_url=server.url)[0]
    asked = statements(lambda: run(other))
    assert Mission.objects.count() == 130
    assert {tuple(each["name"] for each in mission.also_at) for mission in Mission.objects.all()} == {("Autre",)}
    assert asked < 60
    versions = set(Mission.objects.values_list("version", flat=True))
    run(other)
    assert set(Mission.objects.values_list("version", flat=True)) == versions


@pytest.mark.django_db(transaction=True)
def test_a_batch_under_way_keeps_nobody_waiting(client: Client, now: datetime) -> None:
    strasbourg_with_postcodes()
    partner = partner_of(now, moderation=Moderation.TRUSTED)[0]
    ours = mission_online(now=now)
    slot = slot_tomorrow(ours, now=now)
    who = acting(volunteer_adult())
    receive(partner=partner, items=items(20), finder=Finder(), now=now)

    def meanwhile() -> tuple[str, int, int, int]:
        try:
            with connection.cursor() as cursor:
                # Whoever has to wait for the batch gets an error instead.
                cursor.execute("SET lock_timeout = '2s'")
            joined = join_slot(acting=who, wish=Wish(slot.pk, uuid4()), now=now).state
            changed = Mission.objects.filter(pk=ours.pk).update(title="Autre chose")
            posted = mission_online(now=now, organisation=ours.organisation)
            page = Client().get("/fr/missions/").status_code
            return joined, changed, Mission.objects.filter(pk=posted.pk).count(), page
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        # Twenty are changed and twenty new, and nothing is committed yet.
        receive(partner=partner, items=items(40, places=9), finder=Finder(), now=now)
        assert pool.submit(meanwhile).result() == ("confirmed", 1, 1, 200)
    assert Mission.objects.filter(partner=partner.name).count() == 40


XML = """<?xml version="1.0" encoding="UTF-8"?><!-- a feed --><x:source xmlns:x="urn:x"><other><mission/></other>
<x:Mission><clientId>a</clientId><title>Un <![CDATA[& deux]]> &#233;t&#xe9;s</title><!-- said -->
<x:domain>sante</x:domain>
<tags><value>un</value><value> deux </value></tags><activity>sport, jeux</activity>
<addresses><address><city>Lyon</city><location><lat>45.7</lat><lon>4.8</lon></location></address></addresses></x:Mission>
<mission><clientId>b</clientId><lonlat>nan,48</lonlat></mission></x:source>"""


def test_a_feed_is_read_with_its_prefixes_comments_and_sections() -> None:
    first, second = missions(BytesIO(XML.encode()))
    assert first == {
        "clientId": "a", "title": "Un & deux étés", "domain": "sante", "tags": ["un", "deux"],
        "activities": ["sport", "jeux"], "addresses": [{"city": "Lyon", "location": {"lat": 45.7, "lon": 4.8}}],
    }  # fmt: skip
    assert second == {"clientId": "b"}


@pytest.mark.parametrize("length", [1, 65_500, 65_536, 200_000])
def test_a_text_is_whole_wherever_the_parts_of_a_feed_end(length: int) -> None:
    text = "é" * length
    (found,) = missions(BytesIO(feed(mission_xml("a", description=text))))
    assert found["description"] == text


@given(st.text(st.characters(exclude_characters="<&\0", exclude_categories=["Cs"]), max_size=80))
def test_a_text_without_markup_reads_as_it_does_among_markup(text: str) -> None:
    assert from_html(text) == from_html(f"<i></i>{text}")
