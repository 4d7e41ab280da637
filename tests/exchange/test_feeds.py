"""Feeds are read by the libraries that others read them with, and hold what the public may know and nothing else."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import hxl
import pytest
from django.test import Client
from icalendar import Calendar

from entraide.exchange.formats.table import harmless
from entraide.volunteering.models import Mission, MissionPlace
from tests.volunteering.situations import mission_online, organisation_validated, slot_tomorrow

pytestmark = pytest.mark.django_db
ATOM, TABLE = "/en/feeds/missions.atom", "/en/feeds/missions.csv"


@pytest.fixture
def today() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def mission(today: datetime) -> Mission:
    """A mission online, whose texts try what texts can."""
    organisation = organisation_validated(now=today, name='=HYPERLINK("http://evil.example")')
    found = mission_online(
        now=today, organisation=organisation, title="<b>Colis</b> & co\x08", description="</script>]]>",
        contact="06 11 22 33 44",
    )  # fmt: skip
    slot_tomorrow(found, now=today, capacity=3)
    return found


def table(content: bytes) -> Any:
    return hxl.data(hxl.make_input(io.BytesIO(content), hxl.InputOptions(allow_local=True))).cache()


def test_the_atom_feed_is_well_formed_and_names_each_mission_for_good(client: Client, mission: Mission) -> None:
    feed = feedparser.parse(client.get(ATOM).content)
    assert (feed.bozo, feed.version) == (False, "atom10")
    (entry,) = feed.entries
    assert entry.id == f"urn:uuid:{mission.pk}"
    assert entry.link.endswith(f"/en/missions/{mission.pk}/")
    assert entry.title == "<b>Colis</b> & co"
    assert {tag.term for tag in entry.tags} == {mission.kind, mission.domain, "67"}


def test_a_table_passes_the_standard_and_holds_no_formula(client: Client, mission: Mission) -> None:
    answer = client.get(TABLE)
    data = table(answer.content)
    assert data.validate()
    (row,) = data
    assert row.get("#org+name") == '\'=HYPERLINK("http://evil.example")'
    assert (row.get("#adm+code"), row.get("#loc+code"), row.get("#targeted+places")) == ("67", "67482", "3")
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_a_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_a_calendar_gives_slots_their_local_time(client: Client, mission: Mission) -> None:
    slot = mission.slots.get()
    for address in (f"organisations/{mission.organisation_id}", "departements/67", "communes/67482"):
        calendar = Calendar.from_ical(client.get(f"/en/feeds/{address}.ics").content)
        (event,) = calendar.walk("VEVENT")
        assert str(event["uid"]).startswith(str(slot.pk))
        assert event["dtstart"].params["TZID"] == "Europe/Paris"
        assert event.decoded("dtstart") == slot.starts_at
        assert calendar.walk("VTIMEZONE")


@pytest.mark.parametrize("address", [ATOM, TABLE, "/en/feeds/departements/67.ics"])
def test_nothing_leaves_but_what_the_public_may_read(client: Client, mission: Mission, address: str) -> None:
    MissionPlace.objects.filter(mission=mission).update(public_precision="commune")
    content = client.get(address).content.decode()
    assert str(mission.pk) in content
    for hidden in ("06 11 22 33 44", "Frères", "Entrepôt"):
        assert hidden not in content


@pytest.mark.parametrize("address", [ATOM, TABLE, "/en/feeds/departements/67.ics"])
def test_a_feed_is_kept_by_caches_and_not_sent_twice(client: Client, mission: Mission, address: str) -> None:
    first = client.get(address)
    assert "s-maxage" in first["Cache-Control"]
    assert not first.cookies
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_what_is_paused_suspended_or_over_is_in_no_feed(client: Client, mission: Mission, today: datetime) -> None:
    Mission.objects.filter(pk=mission.pk).update(state="paused")
    over = mission_online(now=today, organisation=organisation_validated(now=today))
    Mission.objects.filter(pk=over.pk).update(ends_at=today - timedelta(hours=1))
    barred = mission_online(now=today, organisation=organisation_validated(now=today, state="suspended"))
    slot_tomorrow(barred, now=today)
    assert feedparser.parse(client.get(ATOM).content).entries == []
    assert list(table(client.get(TABLE).content)) == []


@pytest.mark.parametrize("query", ["departement=abc", "kind=nothing", "domain=%00"])
def test_a_word_that_there_is_not_is_refused_with_those_that_there_are(client: Client, query: str) -> None:
    answer = client.get(f"{ATOM}?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.content.decode()


def test_a_feed_may_be_narrowed(client: Client, mission: Mission) -> None:
    assert len(feedparser.parse(client.get(f"{ATOM}?departement=67&kind=food_aid").content).entries) == 1
    assert feedparser.parse(client.get(f"{ATOM}?departement=75").content).entries == []


def test_a_calendar_of_nobody_is_not_found(client: Client) -> None:
    for address in ("organisations/01890000-0000-7000-8000-000000000000", "departements/99", "communes/99999"):
        assert client.get(f"/en/feeds/{address}.ics").status_code == 404
    assert client.get("/en/feeds/").status_code == 200


def test_a_feed_reads_the_database_a_few_times_however_long_it_is(
    client: Client, mission: Mission, today: datetime, django_assert_num_queries: object
) -> None:
    for _ in range(4):
        slot_tomorrow(mission_online(now=today, organisation=mission.organisation), now=today)
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert len(list(table(client.get(TABLE).content))) == 5
