"""Joining a slot by its page: two clicks, each refusal in plain words, the choice never lost."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from pytest_django.fixtures import DjangoAssertNumQueries

from entraide.foundation import clock
from entraide.volunteering.models import Participation, Slot, Volunteer
from entraide.volunteering.rules.states import MissionState, ParticipationState, SlotState
from entraide.volunteering.rules.words import Admission
from tests.strict_client import StrictClient
from tests.volunteering.situations import books_balance, joined, mission_online, slot_tomorrow, volunteer_adult

pytestmark = pytest.mark.django_db

REQUIREMENTS = [
    {"kind": "equipment", "code": "shoes", "label": {"fr": "Chaussures fermées", "en": "Closed shoes"}},
    {"kind": "language", "code": "french", "label": {"fr": "Parler français", "en": "Speak French"}},
]


@pytest.fixture
def now() -> datetime:
    """The present: pages read the clock themselves."""
    return clock.now()


def path_of(slot: Slot) -> str:
    return f"/en/slots/{slot.pk}/join/"


def ask(client: StrictClient, slot: Slot, **fields: Any) -> Any:
    return client.post(path_of(slot), {"key": str(uuid4()), **fields})


def signed_in(client: StrictClient, **changes: Any) -> Volunteer:
    volunteer = volunteer_adult(**changes)
    client.force_login(volunteer.person)
    return volunteer


def test_who_is_not_signed_in_chooses_how_and_keeps_the_slot(client: StrictClient, now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now)
    response = client.get(path_of(slot))
    found = response.content.decode()
    assert f"/en/signup/?slot={slot.pk}" in found
    assert f"/en/account/login/?next=%2Fen%2Fslots%2F{slot.pk}%2Fjoin%2F" in found
    assert response.headers["Cache-Control"] == "private, no-store, no-transform"
    assert client.post(path_of(slot), {"key": str(uuid4())}).status_code == 200
    assert not Participation.objects.exists()


def test_one_page_and_one_click_give_the_place(
    client: StrictClient, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    volunteer = signed_in(client)
    slot = slot_tomorrow(mission_online(now=now), now=now)
    with django_assert_max_num_queries(12):
        assert "Confirm my place" in client.get(path_of(slot)).content.decode()
    response = ask(client, slot)
    participation = Participation.objects.get(slot=slot, volunteer=volunteer)
    assert response.headers["Location"] == f"/en/me/participations/{participation.pk}/"
    assert participation.state == ParticipationState.CONFIRMED
    assert "12 rue des Frères" in client.get(response.headers["Location"]).content.decode()
    books_balance()


def test_sending_the_form_twice_gives_one_place(client: StrictClient, now: datetime) -> None:
    signed_in(client)
    slot = slot_tomorrow(mission_online(now=now), now=now)
    key = str(uuid4())
    answers = [client.post(path_of(slot), {"key": key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Participation.objects.count() == 1


def test_a_request_for_review_holds_a_place_and_says_until_when(client: StrictClient, now: datetime) -> None:
    signed_in(client)
    slot = slot_tomorrow(mission_online(now=now, admission=Admission.REVIEW.value), now=now, hours=24 * 20)
    response = ask(client, slot, motivation="I live next door.")
    found = client.get(response.headers["Location"]).content.decode()
    assert "The place is held for you until" in found
    assert "12 rue" not in found


def test_each_requirement_is_ticked(client: StrictClient, now: datetime) -> None:
    signed_in(client, declared=["shoes"])
    slot = slot_tomorrow(mission_online(now=now, requirements=REQUIREMENTS), now=now)
    found = client.get(path_of(slot)).content.decode()
    assert "Closed shoes" in found and "Speak French" in found
    assert found.count("checked>") == 1
    refused = ask(client, slot, declared=["shoes"])
    assert refused.status_code == 400
    assert "Tick each line" in refused.content.decode()
    assert ask(client, slot, declared=["shoes", "french"]).status_code == 302


def test_an_overlap_is_told_and_can_be_insisted_on(client: StrictClient, now: datetime) -> None:
    volunteer = signed_in(client)
    joined(slot_tomorrow(mission_online(now=now), now=now), now=now, volunteer=volunteer)
    slot = slot_tomorrow(mission_online(now=now), now=now)
    assert "another slot at the same time" in client.get(path_of(slot)).content.decode()
    assert ask(client, slot).status_code == 400
    assert ask(client, slot, insist="on").status_code == 302


@pytest.mark.parametrize(
    ("mission", "slot", "said"),
    [
        ({"state": MissionState.PAUSED.value}, {}, "not open to volunteers"),
        ({"admission": Admission.INVITATION.value}, {}, "invites the volunteers"),
        ({"age_min": 60}, {}, "at least 60"),
        ({"age_max": 20}, {}, "at most 20"),
        ({}, {"state": SlotState.CANCELLED.value}, "slot"),
        ({}, {"hours": -1}, "already begun"),
    ],
)
def test_every_refusal_says_why_and_where_else(
    client: StrictClient, now: datetime, mission: dict[str, Any], slot: dict[str, Any], said: str
) -> None:
    signed_in(client)
    found_slot = slot_tomorrow(mission_online(now=now, **mission), now=now, **slot)
    for response in (client.get(path_of(found_slot)), ask(client, found_slot)):
        found = response.content.decode()
        assert said in found
        assert "Missions near it" in found and "Other times of this mission" in found
    assert not Participation.objects.exists()


def test_a_slot_filled_meanwhile_proposes_another_time(client: StrictClient, now: datetime) -> None:
    signed_in(client)
    mission = mission_online(now=now)
    slot, later = slot_tomorrow(mission, now=now, capacity=1), slot_tomorrow(mission, now=now, hours=48)
    client.get(path_of(slot))
    joined(slot, now=now)
    response = ask(client, slot)
    assert response.status_code == 409
    assert path_of(later) in response.content.decode()
    books_balance()


def test_who_has_a_place_already_is_led_to_it(client: StrictClient, now: datetime) -> None:
    volunteer = signed_in(client)
    slot = slot_tomorrow(mission_online(now=now), now=now)
    participation = joined(slot, now=now, volunteer=volunteer)
    for response in (client.get(path_of(slot)), ask(client, slot)):
        assert response.headers["Location"] == f"/en/me/participations/{participation.pk}/"


def test_somebody_without_a_profile_gives_what_is_missing_on_the_way(client: StrictClient, now: datetime) -> None:
    person = get_user_model().objects.create(email="nouvelle@example.org")
    client.force_login(person)
    slot = slot_tomorrow(mission_online(now=now), now=now)
    assert "asked once" in client.get(path_of(slot)).content.decode()
    assert ask(client, slot).status_code == 400
    assert ask(client, slot, postcode="67000", birth_date="1990-05-01").status_code == 302
    assert Volunteer.objects.get(person=person).birth_date == date(1990, 5, 1)


def test_a_child_without_a_profile_is_refused_and_told(client: StrictClient, now: datetime) -> None:
    person = get_user_model().objects.create(email="enfant@example.org")
    client.force_login(person)
    slot = slot_tomorrow(mission_online(now=now, age_min=18), now=now)
    young = (now - timedelta(days=365 * 12)).date().isoformat()
    response = ask(client, slot, postcode="67000", birth_date=young)
    assert response.status_code == 409
    assert "at least 18" in response.content.decode()
    assert not Participation.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"key": ""},
        {"key": "\x00"},
        {"key": "not-a-key"},
        {"declared": ["\x00", "other"]},
        {"motivation": "x" * 2_001},
        {"motivation": "\x00"},
        {"birth_date": "9999-99-99", "postcode": "\x00"},
    ],
)
def test_garbage_in_the_form_is_told_by_field(client: StrictClient, now: datetime, fields: dict[str, Any]) -> None:
    person = get_user_model().objects.create(email="essai@example.org")
    client.force_login(person)
    mission = mission_online(now=now, requirements=REQUIREMENTS, admission=Admission.REVIEW.value)
    slot = slot_tomorrow(mission, now=now)
    assert ask(client, slot, **fields).status_code == 400
    assert not Participation.objects.exists()


def test_an_unknown_slot_or_one_never_public_is_not_there(client: StrictClient, now: datetime) -> None:
    hidden = slot_tomorrow(mission_online(now=now, state=MissionState.DRAFT.value, published_at=None), now=now)
    for client_of in (StrictClient(), client):
        assert client_of.get(f"/en/slots/{uuid4()}/join/").status_code == 404
        assert client_of.get(path_of(hidden)).status_code == 404
