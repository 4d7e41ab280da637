"""The home page: true numbers, what is needed now, the way to the list without JavaScript."""

import pytest

from entraide.foundation import clock
from tests.strict_client import StrictClient
from tests.volunteering.situations import joined, mission_online, organisation_validated, slot_tomorrow

pytestmark = pytest.mark.django_db


def test_without_missions_it_calls_to_sign_up(client: StrictClient) -> None:
    found = client.get("/en/").content.decode()
    assert "No mission is open at the moment" in found
    assert "/en/signup/" in found


def test_its_numbers_are_counted(client: StrictClient) -> None:
    now = clock.now()
    organisation = organisation_validated(now=now)
    mission = mission_online(now=now, organisation=organisation)
    slot_tomorrow(mission, now=now, capacity=3)
    full = slot_tomorrow(mission, now=now, capacity=1, hours=48)
    joined(full, now=now)
    hidden = organisation_validated(now=now, state="flagged", name="Signalée")
    slot_tomorrow(mission_online(now=now, organisation=hidden), now=now)
    found = " ".join(client.get("/en/").content.decode().split())
    for number, what in (
        (3, "places to fill"),
        (1, "open slot"),
        (1, "mission online"),
        (1, "organisation that needs"),
    ):
        assert f'<strong class="stat__value">{number}</strong> <span class="stat__label">{what}' in found


def test_its_search_is_a_plain_form(client: StrictClient) -> None:
    found = client.get("/en/").content.decode()
    assert '<form method="get" action="/en/missions/"' in found
    assert 'name="where"' in found
