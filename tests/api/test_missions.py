"""Missions over the HTTP API: what is shown, to whom, and pages that stay right while missions are added."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from entraide.accounts.api import ApiScope
from entraide.foundation import clock
from tests.api.conftest import Caller
from tests.volunteering.situations import mission_online, organisation_validated, slot_tomorrow

pytestmark = pytest.mark.django_db


def test_without_a_token_nothing_is_told(client: Client) -> None:
    answer = client.get("/api/v1/missions")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 500, "Bearer", "a b"])
def test_a_token_that_opens_nothing_is_refused(client: Client, token: str) -> None:
    assert client.get("/api/v1/missions", headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_without_the_scope_is_refused(calling: Callable[..., Caller]) -> None:
    assert calling(ApiScope.PARTICIPATIONS_READ).get("/missions").status_code == 403


@pytest.mark.parametrize("ended", ["revoked_at", "expires_at"])
def test_a_revoked_or_expired_token_is_refused_at_once(ended: str, caller: Caller) -> None:
    from entraide.accounts.models import ApiToken

    assert caller.get("/missions").status_code == 200
    ApiToken.objects.update(**{ended: clock.now()})
    assert caller.get("/missions").status_code == 401


def test_a_mission_is_read_with_its_slots_at_public_precision(caller: Caller) -> None:
    now = clock.now()
    mission = mission_online(now=now)
    slot = slot_tomorrow(mission, now=now, capacity=4)
    document = caller.get(f"/missions/{mission.pk}").json()
    assert document["title"] == "Préparer des colis"
    assert document["slots"][0]["id"] == str(slot.pk)
    assert document["slots"][0]["places_left"] == 4
    assert document["slots"][0]["address"] == ["rue des Frères", "67000 Strasbourg"]


def test_a_mission_that_is_not_public_is_not_there(caller: Caller) -> None:
    mission = mission_online(now=clock.now(), state="submitted")
    assert caller.get(f"/missions/{mission.pk}").status_code == 404


def test_pages_stay_right_while_missions_are_added(caller: Caller) -> None:
    now = clock.now()
    organisation = organisation_validated(now=now)
    for hours in range(30, 75):
        slot_tomorrow(mission_online(now=now, organisation=organisation), now=now, hours=hours)
    first = caller.get("/missions").json()
    earlier = mission_online(now=now, organisation=organisation)
    slot_tomorrow(earlier, now=now, hours=2)
    seen = [line["id"] for line in first["items"]]
    page = first
    while page["next"]:
        page = caller.get("/missions", after=page["next"]).json()
        seen += [line["id"] for line in page["items"]]
    assert len(seen) == len(set(seen)) == 45
    assert str(earlier.pk) not in seen


def test_the_nearest_come_first(caller: Caller) -> None:
    now = clock.now()
    near = mission_online(now=now)
    far = mission_online(now=now, latitude=48.9, longitude=7.9)
    for mission in (far, near):
        slot_tomorrow(mission, now=now)
    found = caller.get("/missions", latitude=48.57, longitude=7.75, km=100, order="near").json()["items"]
    assert [line["id"] for line in found] == [str(near.pk), str(far.pk)]
    assert found[0]["distance_km"] < 1 < found[1]["distance_km"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"kind": "nonsense"}, "kind.0"),
        ({"latitude": "91", "longitude": "0"}, "latitude"),
        ({"latitude": "nan", "longitude": "0"}, "latitude"),
        ({"latitude": "48"}, "longitude"),
        ({"km": "0"}, "km"),
        ({"km": "9" * 400}, "km"),
        ({"order": "near"}, "order"),
        ({"after": "nonsense"}, "after"),
        ({"after": "a\x00b"}, "after"),
        ({"departement": "67; DROP"}, "departement"),
        ({"q": "x" * 201}, "q"),
        ({"q": "a\x00b"}, "q"),
        ({"q": "masques", "language": "de"}, "language"),
        ({"q": "masques", "after": "nonsense"}, "after"),
    ],
)
def test_bad_queries_name_their_field(caller: Caller, query: dict[str, str], field: str) -> None:
    answer = caller.get("/missions", **query)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["errors"]] == [field]


def test_words_are_looked_for(caller: Caller) -> None:
    now = clock.now()
    for title, key in (("Coudre des masques", "coudre des masques"), ("Porter des repas", "porter des repas")):
        slot_tomorrow(mission_online(now=now, title=title, search_key=key), now=now)
    found = caller.get("/missions", q="Masques").json()["items"]
    assert [item["title"] for item in found] == ["Coudre des masques"]


def test_a_list_takes_few_queries(caller: Caller, django_assert_max_num_queries: Callable[[int], object]) -> None:
    now = clock.now()
    for hours in range(24, 44):
        slot_tomorrow(mission_online(now=now), now=now, hours=hours)
    with django_assert_max_num_queries(4):  # type: ignore[attr-defined]
        assert len(caller.get("/missions").json()["items"]) == 20


def test_slots_that_are_over_are_not_shown(caller: Caller) -> None:
    now = clock.now()
    mission = mission_online(now=now)
    slot_tomorrow(mission, now=now)
    slot_tomorrow(mission, now=now - timedelta(days=5))
    assert len(caller.get(f"/missions/{mission.pk}").json()["slots"]) == 1
