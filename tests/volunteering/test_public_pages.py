"""The pages that everybody reads: few queries, no cookie, kept by shared caches, and no fault on any address."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import DjangoAssertNumQueries

from entraide.foundation.pagination import encode
from entraide.volunteering.models import Mission, Slot
from entraide.volunteering.queries.search import PAGE_ROWS
from entraide.volunteering.rules.states import MissionState, SlotState
from entraide.volunteering.rules.words import Admission, Kind
from tests.strict_client import StrictClient
from tests.volunteering.situations import (
    joined,
    mission_online,
    organisation_validated,
    slot_tomorrow,
    strasbourg,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """The present: pages read the clock themselves."""
    from entraide.foundation import clock

    return clock.now()


def page(client: StrictClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def mission_with_slot(now: datetime, **changes: Any) -> Mission:
    mission = mission_online(now=now, **changes)
    slot_tomorrow(mission, now=now)
    return mission


def is_public(response: Any) -> bool:
    kept = response.headers["Cache-Control"]
    return kept.startswith("public, ") and "s-maxage=" in kept and not response.cookies and "Vary" not in response


def test_public_pages_are_the_same_for_everyone(client: StrictClient, now: datetime) -> None:
    mission = mission_with_slot(now)
    for path in ("/en/", "/en/missions/", "/en/missions/?part=results", f"/en/missions/{mission.pk}/", "/en/erased/"):
        assert is_public(client.get(path)), path


def test_a_missing_mission_may_be_kept_too(client: StrictClient) -> None:
    response = client.get(f"/en/missions/{uuid4()}/")
    assert response.status_code == 404
    assert not response.cookies


def test_the_list_takes_three_queries_at_most(
    client: StrictClient, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    organisation = organisation_validated(now=now)
    for _ in range(PAGE_ROWS + 2):
        mission_with_slot(now, organisation=organisation)
    with django_assert_max_num_queries(3):
        found = page(client, "/en/missions/")
    assert "22 missions" in found
    assert found.count('class="card__title"') == PAGE_ROWS


def test_a_search_by_place_takes_nine_queries_at_first_and_two_then(
    client: StrictClient, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    strasbourg()
    mission_with_slot(now)
    with django_assert_max_num_queries(9):
        client.get("/en/missions/?departement=67&when=week")
    with django_assert_max_num_queries(2):
        client.get("/en/missions/?departement=67&when=week")


def test_a_mission_takes_two_round_trips_at_most(
    client: StrictClient, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    mission = mission_online(now=now)
    for hours in range(24, 24 + 20):
        slot_tomorrow(mission, now=now, hours=hours)
    with django_assert_max_num_queries(2):
        found = page(client, f"/en/missions/{mission.pk}/")
    assert found.count("Take part") == 20


def test_home_takes_five_queries_at_most(client: StrictClient, now: datetime) -> None:
    mission_with_slot(now)
    with CaptureQueriesContext(connection) as captured:
        found = page(client, "/en/")
    assert len(captured) <= 5
    assert "Préparer des colis" in found


def test_filters_narrow_the_list(client: StrictClient, now: datetime) -> None:
    for changes in (
        {"title": "Colis", "kind": Kind.FOOD_AID, "publics": ["seniors"], "domain": "solidarity"},
        {"title": "Devoirs", "kind": Kind.HOMEWORK_HELP, "mode": "remote", "latitude": None, "longitude": None},
        {"title": "Nuit", "kind": Kind.EMERGENCY_AID, "age_min": 18, "departement_code": "75", "domain": "crisis"},
    ):
        mission_with_slot(now, **changes)
    strasbourg()

    def titles(query: str) -> set[str]:
        found = page(client, f"/en/missions/?{query}")
        return {title for title in ("Colis", "Devoirs", "Nuit") if f">{title}</a>" in found}

    assert titles("") == {"Colis", "Devoirs", "Nuit"}
    assert titles("kind=food_aid&kind=homework_help") == {"Colis", "Devoirs"}
    assert titles("domain=crisis") == {"Nuit"}
    assert titles("mode=remote") == {"Devoirs"}
    assert titles("mode=on_site") == {"Colis", "Nuit"}
    assert titles("public=seniors") == {"Colis"}
    assert titles("minors=1") == {"Colis", "Devoirs"}
    assert titles("departement=67") == {"Colis", "Devoirs"}
    assert titles("where=67") == {"Colis", "Devoirs"}
    assert titles("when=week") == {"Colis", "Devoirs", "Nuit"}
    day = (now + timedelta(days=40)).date()
    assert titles(f"from={day}") == set()


def test_what_nobody_can_join_is_not_listed(client: StrictClient, now: datetime) -> None:
    mission_with_slot(now, title="Ouverte")
    mission_with_slot(now, title="Brouillon", state=MissionState.DRAFT.value)
    mission_with_slot(now, title="En pause", state=MissionState.PAUSED.value)
    barred = organisation_validated(now=now, state="suspended", name="Suspendue")
    mission_with_slot(now, title="Interdite", organisation=barred)
    found = page(client, "/en/missions/")
    assert "Ouverte" in found
    assert not any(title in found for title in ("Brouillon", "En pause", "Interdite"))


@pytest.mark.parametrize("order", ["soon", "new"])
def test_pages_follow_each_other_though_rows_come_in_between(client: StrictClient, now: datetime, order: str) -> None:
    organisation = organisation_validated(now=now)
    for number in range(PAGE_ROWS * 2 + 3):
        mission = mission_online(now=now, organisation=organisation, title=f"Mission {number:02}.")
        slot_tomorrow(mission, now=now, hours=24 + number // 4)

    def titles(found: str) -> Iterator[str]:
        return (part.split(".", 1)[0] for part in found.split("Mission ")[1:])

    seen: list[str] = []
    path = f"/en/missions/?sort={order}"
    for _ in range(3):
        found = page(client, path)
        seen += titles(found)
        mission_with_slot(now, organisation=organisation, title="Venue entretemps")
        _, found_next, rest = found.partition('rel="next" href="')
        path = rest.split('"', 1)[0].replace("&amp;", "&") if found_next else path
    assert len(set(seen)) == PAGE_ROWS * 2 + 3
    assert len(seen) == len(set(seen))


GARBAGE = [
    "where=%00",
    "where=%ff%fe%00",
    "where=" + quote("é" * 300),
    "where=" + quote("'; DROP TABLE volunteering_mission; --"),
    "where=%25s%25(now)s",
    "radius=-1",
    "radius=1e309",
    "radius=" + "9" * 400,
    "departement=%00",
    "departement=../../etc",
    "from=0000-00-00&to=9999-12-31",
    "from=2100-12-31&to=2100-12-31",
    "when=%F0%9F%8E%89",
    "kind=" + "&kind=".join("x" * 10 for _ in range(200)),
    "public=%00",
    "sort=%00&after=%00",
    "after=" + "A" * 10_000,
    "after=kpo",
    "after=" + encode(["text", 1]),
    "after=" + encode([10**18, UUID(int=7)]),
    "after=" + encode([1e300, UUID(int=7)]),
    "part=%00",
    "part=results&after=-&radius=x&kind=y",
    "=&=&&;",
]


@pytest.mark.parametrize("query", GARBAGE)
def test_garbage_in_the_address_gets_a_list_and_help(client: StrictClient, now: datetime, query: str) -> None:
    mission_with_slot(now)
    response = client.get(f"/en/missions/?{query}")
    assert response.status_code == 200
    assert is_public(response)


def test_a_cursor_of_another_order_leads_to_the_beginning(client: StrictClient, now: datetime) -> None:
    mission_with_slot(now)
    found = page(client, f"/en/missions/?after={encode([3.5, uuid4()])}")
    assert "here is its beginning" in found
    assert "Préparer des colis" in found


def test_nothing_found_says_what_to_try(client: StrictClient, now: datetime) -> None:
    strasbourg()
    mission_with_slot(now)
    found = page(client, "/en/missions/?departement=67&kind=childcare&when=today")
    for hint in ("No mission", "Search at any time", "Missions from home", "All missions", "/en/signup/"):
        assert hint in found


def test_an_unknown_place_is_told(client: StrictClient, now: datetime) -> None:
    mission_with_slot(now)
    found = page(client, "/en/missions/?where=Nulle-Part-sur-Rien")
    assert "is called “Nulle-Part-sur-Rien”" in found
    assert "Préparer des colis" in found


def test_each_filter_can_be_taken_away(client: StrictClient, now: datetime) -> None:
    found = page(client, "/en/missions/?kind=food_aid&minors=1&sort=new")
    assert 'href="/en/missions/?minors=1&amp;sort=new"' in found
    assert 'href="/en/missions/?kind=food_aid&amp;sort=new"' in found


def test_the_part_that_is_swapped_tells_its_own_address(client: StrictClient, now: datetime) -> None:
    mission_with_slot(now)
    response = client.get("/en/missions/?part=results&where=&radius=25&kind=food_aid&sort=")
    assert response.headers["HX-Push-Url"] == "/en/missions/?kind=food_aid"
    text = response.content.decode()
    assert text.strip().startswith("<section")
    assert "<html" not in text


def test_a_mission_hides_its_house_number_and_shows_its_places(client: StrictClient, now: datetime) -> None:
    mission = mission_online(now=now, admission=Admission.REVIEW.value)
    slot = slot_tomorrow(mission, now=now, capacity=3)
    joined(slot, now=now)
    found = page(client, f"/en/missions/{mission.pk}/")
    assert "rue des Frères" in found and "12 rue" not in found and "Entrepôt" not in found
    assert "2 of 3 places left" in found
    assert f"/en/slots/{slot.pk}/join/" in found


def test_an_ended_hold_hides_no_place(client: StrictClient, now: datetime) -> None:
    mission = mission_online(now=now, admission=Admission.REVIEW.value)
    slot = slot_tomorrow(mission, now=now, capacity=1)
    participation = joined(slot, now=now)
    assert "Full" in page(client, f"/en/missions/{mission.pk}/")
    type(participation).objects.update(hold_until=now - timedelta(seconds=1))
    assert "Last place" in page(client, f"/en/missions/{mission.pk}/")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (MissionState.PAUSED, "takes nobody at the moment"),
        (MissionState.CANCELLED, "is cancelled"),
        (MissionState.DONE, "is over"),
    ],
)
def test_what_was_public_says_why_it_is_closed(
    client: StrictClient, now: datetime, state: MissionState, said: str
) -> None:
    mission = mission_with_slot(now, state=state.value)
    found = page(client, f"/en/missions/{mission.pk}/")
    assert said in found and "/join/" not in found and "See missions near it" in found


@pytest.mark.parametrize("state", [MissionState.DRAFT, MissionState.SUBMITTED, MissionState.FLAGGED])
def test_what_is_not_public_is_not_there(client: StrictClient, now: datetime, state: MissionState) -> None:
    mission = mission_with_slot(now, state=state.value)
    assert client.get(f"/en/missions/{mission.pk}/").status_code == 404


def test_full_and_cancelled_slots_lead_nowhere(client: StrictClient, now: datetime) -> None:
    mission = mission_online(now=now)
    full = slot_tomorrow(mission, now=now, capacity=1)
    joined(full, now=now)
    cancelled = slot_tomorrow(mission, now=now, hours=48, state=SlotState.CANCELLED.value)
    found = page(client, f"/en/missions/{mission.pk}/")
    assert str(full.pk) not in found and str(cancelled.pk) not in found
    assert Slot.objects.get(pk=full.pk).state == SlotState.FULL


def test_public_pages_only_read(client: StrictClient) -> None:
    for path in ("/en/", "/en/missions/", "/"):
        assert client.post(path, {"where": "x"}).status_code == 405


@pytest.mark.parametrize(
    ("asked", "given"), [("en-GB,en;q=0.9", "/en/"), ("fr-CH", "/fr/"), ("de", "/fr/"), ("\x00,,;q", "/fr/")]
)
def test_the_root_leads_to_the_readers_language(client: StrictClient, asked: str, given: str) -> None:
    response = client.get("/", headers={"accept-language": asked})
    assert response.status_code == 302
    assert response.headers["Location"] == given
    assert response.headers["Cache-Control"] == "private, no-store, no-transform"
