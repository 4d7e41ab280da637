"""The pages of those who come with others, and of missions where everybody asks for themselves."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from entraide.foundation import clock
from entraide.volunteering.models import Mission, Participation, Slot, Volunteer
from tests.strict_client import StrictClient
from tests.volunteering import desk_situations
from tests.volunteering.situations import books_balance, joined, mission_online, slot_tomorrow, volunteer_adult

pytestmark = pytest.mark.django_db
QUESTION = "How many of you come?"


@pytest.fixture
def now() -> datetime:
    """The present: pages read the clock themselves."""
    return clock.now()


@pytest.fixture
def slot(now: datetime) -> Slot:
    """A slot of five places, tomorrow, of a mission that welcomes groups."""
    return slot_tomorrow(mission_online(now=now, groups_welcome=True), now=now, capacity=5)


@pytest.fixture
def volunteer(client: StrictClient) -> Volunteer:
    """A volunteer who is signed in."""
    found = volunteer_adult()
    client.force_login(found.person)
    return found


def ask(client: StrictClient, slot: Slot, **fields: Any) -> Any:
    return client.post(f"/en/slots/{slot.pk}/join/", {"key": str(uuid4()), **fields})


def test_a_mission_asks_how_many_come_only_where_groups_are_welcome(
    client: StrictClient, volunteer: Volunteer, slot: Slot, now: datetime
) -> None:
    joined(slot, now=now)
    found = client.get(f"/en/slots/{slot.pk}/join/").content.decode()
    assert QUESTION in found and 'max="4"' in found and 'value="1"' in found
    assert "Groups are welcome" in client.get(f"/en/missions/{slot.mission_id}/").content.decode()
    alone = slot_tomorrow(mission_online(now=now), now=now, capacity=5)
    assert QUESTION not in client.get(f"/en/slots/{alone.pk}/join/").content.decode()
    assert "Groups are welcome" not in client.get(f"/en/missions/{alone.mission_id}/").content.decode()


def test_nobody_is_asked_for_more_than_twenty(client: StrictClient, volunteer: Volunteer, now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now, groups_welcome=True), now=now, capacity=500)
    assert 'max="20"' in client.get(f"/en/slots/{slot.pk}/join/").content.decode()
    refused = ask(client, slot, seats="21")
    assert refused.status_code == 400
    assert "Choose 20 at most." in refused.content.decode()


def test_a_group_takes_its_places_and_reads_how_many(
    client: StrictClient, volunteer: Volunteer, slot: Slot, now: datetime
) -> None:
    response = ask(client, slot, seats="3")
    found = client.get(response.headers["Location"]).content.decode()
    assert "Your 3 places are confirmed." in found
    assert "You and 2 other people: 3 places" in found
    assert "You and 2 other people: 3 places" in client.get("/en/me/").content.decode()
    books_balance()


def test_a_group_that_is_no_longer_welcome_is_told_so_and_given_nothing(
    client: StrictClient, volunteer: Volunteer, slot: Slot
) -> None:
    assert QUESTION in client.get(f"/en/slots/{slot.pk}/join/").content.decode()
    Mission.objects.filter(pk=slot.mission_id).update(groups_welcome=False)
    refused = ask(client, slot, seats="4")
    assert refused.status_code == 409
    assert "it does not take groups" in refused.content.decode()
    assert QUESTION not in refused.content.decode()
    assert not Participation.objects.exists()
    assert ask(client, slot).status_code == 302
    assert Participation.objects.get().seats == 1


def test_more_than_are_left_is_told_with_their_number(
    client: StrictClient, volunteer: Volunteer, slot: Slot, now: datetime
) -> None:
    joined(slot, now=now, seats=3)
    refused = ask(client, slot, seats="3")
    assert refused.status_code == 400
    assert "Places left in this slot: 2." in refused.content.decode()
    assert Participation.objects.count() == 1


@pytest.mark.parametrize("seats", ["", "0", "-1", "2.5", "many", "\x00", "9" * 40])
def test_a_number_that_is_none_is_told(client: StrictClient, volunteer: Volunteer, slot: Slot, seats: str) -> None:
    refused = ask(client, slot, seats=seats)
    assert refused.status_code == 400
    assert 'aria-invalid="true"' in refused.content.decode()
    assert not Participation.objects.exists()


def test_fewer_come_after_all(client: StrictClient, volunteer: Volunteer, slot: Slot, now: datetime) -> None:
    group = joined(slot, now=now, volunteer=volunteer, seats=4)
    path = f"/en/me/participations/{group.pk}/fewer/"
    assert path in client.get(f"/en/me/participations/{group.pk}/").content.decode()
    assert path in client.get(f"/en/me/participations/{group.pk}/cancel/").content.decode()
    assert 'max="4"' in client.get(path).content.decode()
    for wrong in ("", "0", "5", "x"):
        assert client.post(path, {"seats": wrong}).status_code == 400
    for _ in range(2):
        done = client.post(path, {"seats": "2"}, follow=True).content.decode()
        assert "You keep 2 places." in done and "You and 1 other person: 2 places" in done
    assert Slot.objects.get(pk=slot.pk).taken == 2
    books_balance()


def test_who_comes_alone_or_came_already_is_led_back(
    client: StrictClient, volunteer: Volunteer, slot: Slot, now: datetime
) -> None:
    alone = joined(slot, now=now, volunteer=volunteer)
    path = f"/en/me/participations/{alone.pk}/fewer/"
    for answer in (client.get(path), client.post(path, {"seats": "1"})):
        assert answer.headers["Location"] == f"/en/me/participations/{alone.pk}/"
    other = joined(slot, now=now, seats=2)
    assert client.get(f"/en/me/participations/{other.pk}/fewer/").status_code == 404


def test_the_organisation_welcomes_groups_and_reads_how_many_come(now: datetime) -> None:
    made = desk_situations.desk(candidates=0)
    made.mission.mode = "remote"
    made.mission.save(update_fields=["mode"])
    manager = desk_situations.signed_in("manager", made.organisation.pk)
    desk = f"/en/organisation/{made.organisation.pk}/"
    terms = f"{desk}missions/{made.mission.pk}/terms/"
    shown = manager.get(terms)
    assert "Groups are welcome" in shown.content.decode()
    form = shown.context["form"]
    saved = manager.post(terms, {**form.initial, "age_max": "", "groups_welcome": "on"})
    assert saved.status_code == 302
    made.mission.refresh_from_db()
    assert made.mission.groups_welcome

    group = joined(made.slot, now=now, seats=4)
    candidates = f"{desk}candidates/"
    assert "with 3 other people" in manager.get(candidates).content.decode()
    assert "with 3 other people" in manager.get(desk).content.decode()
    asked = manager.post(candidates, {"decision": f"refuse:{group.pk}"}).content.decode()
    assert "Camille E. with 3 other people" in asked
    manager.post(candidates, {"decision": f"accept:{group.pk}"})
    joined(made.slot, now=now)
    attendance = manager.get(f"{desk}slots/{made.slot.pk}/attendance/")
    assert "with 3 other people" in attendance.content.decode()
    assert "4 people have a place" in attendance.content.decode()
    books_balance()
