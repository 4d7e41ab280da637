"""Missions that partners push: shapes, codes and keys of API Engagement, and what the public then sees."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from entraide.accounts.api import Deed
from entraide.exchange.actions.partners import rotate_key
from entraide.exchange.models import External, Partner
from entraide.exchange.rules.words import Moderation
from entraide.volunteering.models import Mission
from tests.exchange.situations import mission_given, partner_of, strasbourg_with_postcodes

pytestmark = pytest.mark.django_db
MISSIONS = "/api/v2/mission"


@pytest.fixture
def today() -> datetime:
    strasbourg_with_postcodes()
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def key(today: datetime) -> str:
    return partner_of(today, moderation=Moderation.TRUSTED)[1]


def send(client: Client, key: str, body: Any, *, path: str = MISSIONS, method: str = "post") -> Any:
    return getattr(client, method)(path, data=body, content_type="application/json", headers={"x-api-key": key})


def test_a_trusted_mission_is_online_at_once_with_its_source_named(client: Client, key: str) -> None:
    answer = send(client, key, mission_given())
    assert answer.status_code == 201
    data = answer.json()["data"]
    assert (answer.json()["ok"], data["statusCode"], data["clientId"]) == (True, "ACCEPTED", "m-1")
    mission = Mission.objects.get()
    assert (mission.state, mission.partner, mission.places_left) == ("online", "Benevo", 4)
    assert (mission.commune_name, mission.departement_code) == ("Strasbourg", "67")
    assert mission.description == "Servir des repas."
    assert str(mission.pk) == data["missionId"]
    listed = client.get("/en/missions/").content.decode()
    assert "Distribution de repas chauds" in listed
    assert "on Benevo" in listed


def test_the_page_leads_to_the_partner_and_says_that_it_leaves(client: Client, key: str) -> None:
    send(client, key, mission_given())
    page = client.get(f"/en/missions/{Mission.objects.get().pk}/").content.decode()
    assert 'href="https://benevo.example/missions/m-1"' in page
    assert "leaves this site for benevo.example" in page
    assert "Choose a time" not in page


def test_what_a_partner_sends_waits_for_a_referent_unless_it_is_trusted(client: Client, today: datetime) -> None:
    _, key = partner_of(today)
    assert send(client, key, mission_given()).json()["data"]["statusCode"] == "PENDING"
    assert Mission.objects.get().state == "submitted"


@pytest.mark.parametrize("key", ["", "wrong", "é" * 20, "x" * 300])
def test_nobody_sends_without_a_key(client: Client, today: datetime, key: str) -> None:
    answer = client.post(MISSIONS, data=mission_given(), content_type="application/json", headers={"x-api-key": key})
    assert (answer.status_code, answer.json()["code"], answer.json()["ok"]) == (401, "UNAUTHORIZED", False)


def test_the_same_id_twice_is_a_conflict(client: Client, key: str) -> None:
    send(client, key, mission_given())
    answer = send(client, key, mission_given())
    assert (answer.status_code, answer.json()["code"]) == (409, "RESSOURCE_ALREADY_EXIST")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"title": None}, "title"),
        ({"title": 5}, "title"),
        ({"places": "many"}, "places"),
        ({"description": "a\0b"}, "description"),
        ({"addresses": [{"city": 3}]}, "addresses"),
        ({"openToMinors": "yes"}, "openToMinors"),
        ({"organizationName": None}, "organizationName"),
        ({"tags": ["x"] * 101}, "tags"),
        ({"title": "x" * 501}, "title"),
    ],
)
def test_a_wrong_shape_is_refused_with_its_field(client: Client, key: str, changes: dict[str, Any], path: str) -> None:
    answer = send(client, key, mission_given(**changes))
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_BODY")
    assert answer.json()["message"][0]["path"][0] == path
    assert not External.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"clientId": "a"', b"5", b'{"a": "\\ud800"}', b"[" * 100_000])
def test_what_is_no_object_is_refused(client: Client, key: str, body: bytes) -> None:
    answer = client.post(MISSIONS, data=body, content_type="application/json", headers={"x-api-key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_BODY")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "Aide"}, "SHORT_TITLE"),
        ({"title": "Aide aux a&#233;n&#233;s"}, "BAD_ENCODING"),
        ({"title": "Aide aux aÃ©nÃ©s"}, "BAD_ENCODING"),
        ({"description": "<script>x</script>"}, "MISSING_DESCRIPTION"),
        ({"applicationUrl": None}, "MISSING_APPLICATION_URL"),
        ({"applicationUrl": "javascript:alert(1)"}, "BAD_APPLICATION_URL"),
        ({"applicationUrl": "https://user:pw@site.example/"}, "BAD_APPLICATION_URL"),
        ({"addresses": [{"city": "Kehl", "country": "DE"}]}, "BAD_COUNTRY"),
        ({"addresses": [{"city": "Nowhere at all"}]}, "UNKNOWN_PLACE"),
        ({"remote": "local"}, "BAD_REMOTE"),
        ({"places": 0}, "BAD_PLACES"),
        ({"domain": "cuisine"}, "BAD_DOMAIN"),
        ({"type": "job"}, "BAD_TYPE"),
        ({"compensationAmount": -1}, "BAD_COMPENSATION"),
        ({"startAt": "9999-12-31"}, "BAD_DATE"),
        ({"endAt": "9999-12-31T23:59:59-12:00"}, "BAD_DATE"),
        ({"startAt": "soon"}, "BAD_DATE"),
        ({"endAt": "2020-01-01"}, "MISSION_OVER"),
    ],
)
def test_the_machine_refuses_with_a_code_and_shows_nothing(
    client: Client, key: str, changes: dict[str, Any], code: str
) -> None:
    answer = send(client, key, mission_given(**changes))
    data = answer.json()["data"]
    assert (answer.status_code, data["statusCode"], data["refusalCode"]) == (201, "REFUSED", code)
    assert not Mission.objects.exists()


def test_a_short_urgent_mission_is_welcome(client: Client, key: str, today: datetime) -> None:
    soon = {"startAt": (today + timedelta(hours=3)).isoformat(), "endAt": (today + timedelta(hours=9)).isoformat()}
    assert send(client, key, mission_given(description="Venez.", **soon)).json()["data"]["statusCode"] == "ACCEPTED"


def test_a_change_names_only_what_changes(client: Client, key: str) -> None:
    send(client, key, mission_given())
    answer = send(client, key, {"places": 9}, path=f"{MISSIONS}/m-1", method="put")
    assert answer.status_code == 200
    mission = Mission.objects.get()
    assert (mission.places_left, mission.title) == (9, "Distribution de repas chauds")


def test_new_words_are_read_anew_before_the_public_sees_them(client: Client, today: datetime) -> None:
    _, key = partner_of(today)
    send(client, key, mission_given())
    Mission.objects.update(state="online", published_at=today)
    send(client, key, {"places": 2}, path=f"{MISSIONS}/m-1", method="put")
    assert Mission.objects.get().state == "online"
    send(client, key, {"title": "Tout autre chose"}, path=f"{MISSIONS}/m-1", method="put")
    assert Mission.objects.get().state == "submitted"


def test_what_is_deleted_is_over_and_stays_deleted(client: Client, key: str) -> None:
    send(client, key, mission_given())
    first = send(client, key, None, path=f"{MISSIONS}/m-1", method="delete").json()["data"]
    again = send(client, key, None, path=f"{MISSIONS}/m-1", method="delete").json()["data"]
    assert first == again
    assert Mission.objects.get().state == "done"
    assert send(client, key, {"places": 9}, path=f"{MISSIONS}/m-1", method="put").status_code == 404
    assert send(client, key, mission_given()).status_code == 201
    assert sorted(Mission.objects.values_list("state", flat=True)) == ["done", "online"]


def test_a_mission_that_becomes_refused_goes_offline(client: Client, key: str) -> None:
    send(client, key, mission_given())
    answer = send(client, key, {"applicationUrl": "ftp://x.example"}, path=f"{MISSIONS}/m-1", method="put")
    assert answer.json()["data"]["statusCode"] == "REFUSED"
    assert Mission.objects.get().state == "done"


def test_what_a_referent_flagged_stays_flagged(client: Client, key: str) -> None:
    send(client, key, mission_given())
    Mission.objects.update(state="flagged")
    answer = send(client, key, {"places": 9}, path=f"{MISSIONS}/m-1", method="put")
    assert answer.json()["data"]["refusalCode"] == "FLAGGED_HERE"
    mission = Mission.objects.get()
    assert (mission.state, mission.places_left) == ("flagged", 4)


def test_a_former_key_opens_for_two_days(client: Client, today: datetime) -> None:
    partner, former = partner_of(today)
    key = rotate_key(partner_id=partner.pk, seen_version=1, deed=Deed(actor=None, role="operator", now=today))
    assert [client.get("/api/v0/mymission", headers={"x-api-key": each}).status_code for each in (former, key)] == [
        200
    ] * 2
    Partner.objects.update(former_key_until=today - timedelta(seconds=1))
    assert client.get("/api/v0/mymission", headers={"x-api-key": former}).status_code == 401


def test_who_is_no_sender_may_read_alone(client: Client, today: datetime) -> None:
    _, key = partner_of(today, sends_missions=False)
    assert send(client, key, mission_given()).status_code == 403
    assert client.get("/api/v0/mission", headers={"x-api-key": key}).status_code == 200


def test_a_partner_sees_only_what_it_sent(client: Client, key: str, today: datetime) -> None:
    _, other = partner_of(today, name="Autre")
    send(client, key, mission_given())
    assert client.get("/api/v0/mymission", headers={"x-api-key": key}).json()["total"] == 1
    assert client.get("/api/v0/mymission", headers={"x-api-key": other}).json()["total"] == 0
    assert send(client, other, None, path=f"{MISSIONS}/m-1", method="delete").status_code == 404
