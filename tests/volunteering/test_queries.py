"""Reads: they show what is true, to those who may see it, in the queries that they promise."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from entraide.volunteering.actions.deciding import accept_candidates
from entraide.volunteering.queries import desk, home, mine, own_data
from entraide.volunteering.queries.mission_page import mission_page
from entraide.volunteering.queries.moderation import missions_to_moderate
from entraide.volunteering.queries.nearby import slots_near
from tests.volunteering.situations import (
    joined,
    mission_online,
    organisation_validated,
    organiser,
    referent,
    slot_tomorrow,
    volunteer_adult,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["draft", "submitted", "more_info", "paused", "cancelled", "flagged"])
def test_the_public_does_not_read_what_is_not_public(now: datetime, state: str) -> None:
    mission = mission_online(now=now, state=state, published_at=None if state in ("draft", "submitted") else now)
    found = mission_page(mission_id=mission.pk, now=now)
    assert found is None or (not found.is_open and not found.slots), "what was public once is told about, no more"


def test_a_barred_organisation_disappears(now: datetime) -> None:
    mission = mission_online(now=now, organisation=organisation_validated(now=now, state="suspended"))
    slot_tomorrow(mission, now=now)
    assert mission_page(mission_id=mission.pk, now=now) is None
    assert home.home_numbers(now=now).missions == 0


def test_the_slots_of_a_mission_count_ended_holds_as_places(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mission = mission_online(now=now, admission="review")
    slot = slot_tomorrow(mission, now=now, capacity=2, hours=24 * 10)
    slot_tomorrow(mission, now=now, hours=48, state="cancelled")
    joined(slot, now=now)
    # Three queries in one round trip.
    with django_assert_num_queries(1):
        shown = mission_page(mission_id=mission.pk, now=now)
    assert shown and [(one.id, one.places_left) for one in shown.slots] == [(slot.pk, 1)]
    later = mission_page(mission_id=mission.pk, now=now + timedelta(hours=72))
    assert later and later.slots[0].places_left == 2


def test_the_numbers_of_the_home_page_are_counted(now: datetime) -> None:
    mission = mission_online(now=now)
    joined(slot_tomorrow(mission, now=now, capacity=4), now=now)
    numbers = home.home_numbers(now=now)
    assert (numbers.missions, numbers.places_left, numbers.organisations, numbers.places_given) == (1, 3, 1, 1)


def test_my_places_are_mine_and_ended_holds_are_past(now: datetime) -> None:
    slot, volunteer = slot_tomorrow(mission_online(now=now, admission="review"), now=now, hours=240), volunteer_adult()
    participation = joined(slot, now=now, volunteer=volunteer)
    joined(slot, now=now)
    who, later = volunteer.person_id, now + timedelta(hours=72)
    assert mine.my_participations_ahead(person_id=who, now=now) == [participation]
    assert mine.my_participations_ahead(person_id=who, now=later) == []
    assert mine.my_participations_past(person_id=who, now=later).rows == [participation]
    assert mine.state_at(participation, now=later) == "expired"
    assert mine.my_participation(person_id=uuid4(), participation_id=participation.pk) is None


def test_my_data_is_all_there_is(now: datetime) -> None:
    volunteer = volunteer_adult()
    joined(slot_tomorrow(mission_online(now=now), now=now), now=now, volunteer=volunteer)
    data = own_data.my_data(person_id=volunteer.person_id)
    assert data["volunteer"]["postcode"] == "67000"
    assert [len(data[part]) for part in ("participations", "notices")] == [1, 1]


def test_a_calendar_is_read_by_its_token_alone(now: datetime) -> None:
    volunteer = volunteer_adult()
    participation = joined(slot_tomorrow(mission_online(now=now), now=now), now=now, volunteer=volunteer)
    assert mine.calendar_of(token=volunteer.calendar_token, now=now) == [participation]
    assert mine.calendar_of(token=uuid4(), now=now) is None


def test_the_desk_shows_candidates_to_their_organisation_only(now: datetime) -> None:
    mission = mission_online(now=now, admission="review")
    candidate = joined(slot_tomorrow(mission, now=now, hours=240), now=now)
    ours, theirs = organiser(mission.organisation_id), organiser(uuid4())
    assert desk.candidates(acting=ours, organisation_id=mission.organisation_id, now=now).rows == [candidate]
    assert desk.candidates(acting=theirs, organisation_id=mission.organisation_id, now=now).rows == []
    [shown] = desk.desk_missions(acting=ours, organisation_id=mission.organisation_id, now=now).rows
    assert shown.waiting == 1  # type: ignore[attr-defined]
    assert desk.desk_mission(acting=theirs, mission_id=mission.pk) is None
    accept_candidates(acting=ours, participation_ids=[candidate.pk], now=now)
    assert desk.attendance_list(acting=ours, slot_id=candidate.slot_id) == [candidate]
    assert desk.attendance_list(acting=theirs, slot_id=candidate.slot_id) == []


def test_a_referent_moderates_a_territory(now: datetime) -> None:
    mission = mission_online(now=now, state="submitted")
    assert list(missions_to_moderate(acting=referent("67", "68"), now=now)) == [mission]
    assert list(missions_to_moderate(acting=referent("75"), now=now)) == []


def test_other_slots_begin_with_the_same_mission(now: datetime) -> None:
    mission, mission_nearby = mission_online(now=now), mission_online(now=now)
    slot, slot_next_day = slot_tomorrow(mission, now=now), slot_tomorrow(mission, now=now, hours=48)
    slot_elsewhere_sooner = slot_tomorrow(mission_nearby, now=now, hours=10)
    assert slots_near(slot=slot, now=now) == [slot_next_day, slot_elsewhere_sooner]
