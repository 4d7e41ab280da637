"""The same mission on two platforms is shown once with its sources, and a referent can take it apart."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from entraide.exchange.actions.parting import NotTogether, show_those_behind_the_past, take_apart
from entraide.exchange.models import External
from entraide.exchange.rules.sameness import Sight, block_of, is_same, title_key
from entraide.exchange.rules.words import Moderation
from entraide.volunteering.models import Mission
from tests.exchange.situations import RNA, SIREN, mission_given, partner_of, strasbourg_with_postcodes
from tests.volunteering.situations import mission_online, organisation_validated, slot_tomorrow

JUNE = datetime(2026, 6, 1, tzinfo=UTC)


def sight(title: str, *, block: str = "b", start: int | None = None, end: int | None = None) -> Sight:
    days = [None if each is None else JUNE + timedelta(days=each) for each in (start, end)]
    return Sight(block, title_key(title), *days)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Distribution de repas chauds", "DISTRIBUTION DE REPAS CHAUDS"),
        ("Bénévole pour la distribution de repas chauds (H/F)", "Distribution des repas chauds"),
        ("Cœur de quartier : jardinage", "coeur de quartier - Jardinage"),
        ("Visites aux personnes âgées", "Visite aux personnes âgées"),
    ],
)
def test_titles_that_say_the_same(one: str, other: str) -> None:
    assert is_same(sight(one), sight(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Distribution de repas chauds", "Préparation de repas chauds"),
        ("Soutien scolaire équipe 1", "Soutien scolaire équipe 2"),
        ("Collecte samedi 14", "Collecte samedi 21"),
        ("Aide aux devoirs", "Aide aux aînés"),
    ],
)
def test_titles_that_say_something_else(one: str, other: str) -> None:
    assert not is_same(sight(one), sight(other))


def test_times_that_never_meet_are_two_missions() -> None:
    assert not is_same(sight("Une collecte", start=0, end=2), sight("Une collecte", start=10, end=12))
    assert is_same(sight("Une collecte", start=0, end=2), sight("Une collecte", start=3, end=12))
    assert is_same(sight("Une collecte"), sight("Une collecte", start=10, end=12))


def test_without_a_number_nothing_is_the_same() -> None:
    assert block_of(siren="", rna="", commune="67482", is_remote=False) == ""
    assert not is_same(sight("Une collecte", block=""), sight("Une collecte", block=""))


@given(st.text(max_size=60), st.text(max_size=60))
def test_sameness_goes_both_ways(one: str, other: str) -> None:
    assert is_same(sight(one), sight(other)) == is_same(sight(other), sight(one))


@pytest.fixture
def today() -> datetime:
    strasbourg_with_postcodes()
    return datetime.now(UTC).replace(microsecond=0)


def pushed(client: Client, key: str, client_id: str, **changes: Any) -> Any:
    body = mission_given(client_id, **changes)
    headers = {"x-api-key": key}
    answer = client.post("/api/v2/mission", body, content_type="application/json", headers=headers)
    assert answer.status_code == 201
    return answer.json()["data"]


@pytest.fixture
def two(client: Client, today: datetime) -> tuple[str, str]:
    """Two partners that sent the same mission; the keys of both."""
    keys = [partner_of(today, name=name, moderation=Moderation.TRUSTED)[1] for name in ("Un", "Deux")]
    pushed(client, keys[0], "a")
    pushed(client, keys[1], "b", title="Distribution de repas chauds (H/F)")
    return keys[0], keys[1]


def delete(client: Client, key: str, client_id: str) -> None:
    client.delete(f"/api/v2/mission/{client_id}", headers={"x-api-key": key})


pytest_db = pytest.mark.django_db


@pytest_db
def test_two_partners_one_mission_both_named(client: Client, two: tuple[str, str]) -> None:
    mission = Mission.objects.get()
    assert (mission.partner, mission.also_at) == ("Un", [{"name": "Deux", "url": "https://benevo.example/missions/b"}])
    page = client.get(f"/en/missions/{mission.pk}/").content.decode()
    assert "The same mission is offered on:" in page
    told = client.get("/api/v0/mymission/b", headers={"x-api-key": two[1]}).json()["data"]
    assert (told["statusCode"], told["missionId"]) == ("ACCEPTED", str(mission.pk))


@pytest_db
def test_a_change_of_the_shown_one_keeps_where_else_it_is(client: Client, two: tuple[str, str]) -> None:
    client.put("/api/v2/mission/a", {"places": 7}, content_type="application/json", headers={"x-api-key": two[0]})
    mission = Mission.objects.get()
    assert (mission.places_left, [each["name"] for each in mission.also_at]) == (7, ["Deux"])


@pytest_db
def test_when_the_shown_one_goes_the_other_takes_its_place(client: Client, two: tuple[str, str]) -> None:
    delete(client, two[0], "a")
    shown = Mission.objects.get(state="online")
    assert (shown.partner, shown.also_at) == ("Deux", [])


@pytest_db
def test_when_the_hidden_one_goes_it_is_named_no_more(client: Client, two: tuple[str, str]) -> None:
    delete(client, two[1], "b")
    assert Mission.objects.get().also_at == []


@pytest_db
def test_a_mission_that_becomes_another_is_shown_by_itself(client: Client, two: tuple[str, str]) -> None:
    client.put("/api/v2/mission/b", {"title": "Maraude de nuit"}, content_type="application/json",
               headers={"x-api-key": two[1]})  # fmt: skip
    assert sorted(Mission.objects.filter(state="online").values_list("partner", flat=True)) == ["Deux", "Un"]
    assert Mission.objects.get(partner="Un").also_at == []


@pytest_db
def test_what_a_referent_took_apart_stays_apart(client: Client, two: tuple[str, str], today: datetime) -> None:
    hidden = External.objects.get(client_id="b")
    take_apart(external_id=hidden.pk, actor=None, role="referent", now=today)
    assert Mission.objects.filter(state="online").count() == 2
    for key, client_id in zip(two, ("a", "b"), strict=True):
        client.put(f"/api/v2/mission/{client_id}", {"places": 7}, content_type="application/json",
                   headers={"x-api-key": key})  # fmt: skip
    assert list(Mission.objects.values_list("state", "places_left")) == [("online", 7), ("online", 7)]
    with pytest.raises(NotTogether):
        take_apart(external_id=hidden.pk, actor=None, role="referent", now=today)


@pytest_db
def test_a_mission_of_ours_is_shown_before_a_partner_s(client: Client, today: datetime) -> None:
    organisation = organisation_validated(now=today)
    organisation.siren, organisation.rna = SIREN, RNA
    organisation.save()
    ours = mission_online(now=today, organisation=organisation, title="Distribution de repas chauds")
    slot_tomorrow(ours, now=today)
    _, key = partner_of(today, moderation=Moderation.TRUSTED)
    pushed(client, key, "a")
    assert Mission.objects.get() == ours
    ours.refresh_from_db()
    assert ours.also_at == [{"name": "Benevo", "url": "https://benevo.example/missions/a"}]
    Mission.objects.filter(pk=ours.pk).update(state="cancelled")
    assert show_those_behind_the_past(now=today) == 1
    assert Mission.objects.get(state="online").partner == "Benevo"


@pytest_db
def test_the_same_partner_may_have_two_alike(client: Client, today: datetime) -> None:
    _, key = partner_of(today, moderation=Moderation.TRUSTED)
    pushed(client, key, "a")
    pushed(client, key, "b")
    assert Mission.objects.filter(state="online").count() == 2
