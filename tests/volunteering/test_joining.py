"""Joining a slot, and giving the place back."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from entraide.accounts.api import Acting
from entraide.journal.models import Entry
from entraide.volunteering import facts
from entraide.volunteering.actions.deciding import accept_candidates
from entraide.volunteering.actions.holds import expire_holds
from entraide.volunteering.actions.joining import JoinRefused, KeyUsedElsewhere, NoProfile, Wish, join_slot
from entraide.volunteering.actions.leaving import Leave, TooLateToCancel, cancel_participation
from entraide.volunteering.models import Notice, Participation, Slot, Volunteer
from entraide.volunteering.permissions import NotAllowed
from entraide.volunteering.rules.words import CancelReason
from tests.volunteering.situations import (
    acting,
    books_balance,
    joined,
    mission_online,
    organisation_validated,
    organiser,
    slot_tomorrow,
    volunteer_adult,
)

pytestmark = pytest.mark.django_db


def why_not(slot: Slot, *, now: datetime, volunteer: Volunteer | None = None, **wish: object) -> list[str]:
    with pytest.raises(JoinRefused) as refused:
        joined(slot, now=now, volunteer=volunteer, **wish)
    return [reason.code for reason in refused.value.reasons]


def test_instant_admission_confirms_at_once_and_says_so(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now)
    participation = joined(slot, now=now)
    assert (participation.state, participation.hold_until) == ("confirmed", None)
    slot.refresh_from_db()
    assert (slot.taken, slot.held, slot.state) == (1, 0, "open")
    assert [notice.kind for notice in Notice.objects.all()] == ["confirmed"]
    assert Entry.objects.filter(verb="slot.joined", thing_id=str(participation.pk)).count() == 1
    books_balance()


def test_review_holds_the_place_for_the_time_of_the_switches(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now, hours=24 * 10)
    participation = joined(slot, now=now)
    assert (participation.state, participation.hold_until) == ("held", now + timedelta(hours=72))
    assert [notice.kind for notice in Notice.objects.all()] == ["received"]
    books_balance()


def test_a_hold_never_outlives_the_start_of_its_slot(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now)
    assert joined(slot, now=now).hold_until == slot.starts_at


def test_the_same_key_is_the_same_wish(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now)
    volunteer, wish = volunteer_adult(), Wish(slot.pk, uuid4())
    first = join_slot(acting=acting(volunteer), wish=wish, now=now)
    again = join_slot(acting=acting(volunteer), wish=wish, now=now)
    assert first.pk == again.pk
    assert Participation.objects.count() == Notice.objects.count() == 1
    books_balance()


def test_a_key_cannot_be_used_for_two_slots(now: datetime) -> None:
    mission = mission_online(now=now)
    volunteer, key = volunteer_adult(), uuid4()
    slot_one, slot_other = slot_tomorrow(mission, now=now), slot_tomorrow(mission, now=now, hours=48)
    join_slot(acting=acting(volunteer), wish=Wish(slot_one.pk, key), now=now)
    with pytest.raises(KeyUsedElsewhere):
        join_slot(acting=acting(volunteer), wish=Wish(slot_other.pk, key), now=now)


def test_two_people_may_use_the_same_key(now: datetime) -> None:
    slot, key = slot_tomorrow(mission_online(now=now), now=now), uuid4()
    places = {join_slot(acting=acting(volunteer_adult()), wish=Wish(slot.pk, key), now=now).pk for _ in range(2)}
    assert len(places) == 2


def test_a_full_slot_refuses_and_fills_its_mission(now: datetime) -> None:
    mission = mission_online(now=now)
    slot = slot_tomorrow(mission, now=now, capacity=1)
    joined(slot, now=now)
    mission.refresh_from_db()
    assert (mission.state, mission.places_left) == ("full", 0)
    assert why_not(slot, now=now) == ["slot_full"]
    books_balance()


def test_one_place_per_person_and_slot(now: datetime) -> None:
    slot, volunteer = slot_tomorrow(mission_online(now=now), now=now), volunteer_adult()
    joined(slot, now=now, volunteer=volunteer)
    assert why_not(slot, now=now, volunteer=volunteer) == ["already_joined"]


def test_an_overlap_is_refused_unless_one_insists(now: datetime) -> None:
    mission, volunteer = mission_online(now=now), volunteer_adult()
    slot, slot_at_the_same_time = slot_tomorrow(mission, now=now), slot_tomorrow(mission, now=now, hours=25)
    joined(slot, now=now, volunteer=volunteer)
    assert why_not(slot_at_the_same_time, now=now, volunteer=volunteer) == ["overlaps"]
    assert joined(slot_at_the_same_time, now=now, volunteer=volunteer, insist=True).state == "confirmed"


def test_age_counts_on_the_day_of_the_slot(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now, age_min=18), now=now)
    eighteen_on_the_day = volunteer_adult(birth_date=date(2008, 4, 16))
    assert joined(slot, now=now, volunteer=eighteen_on_the_day).state == "confirmed"
    assert why_not(slot, now=now, volunteer=volunteer_adult(birth_date=date(2008, 4, 17))) == ["too_young"]


def test_requirements_are_declared_once_and_remembered(now: datetime) -> None:
    asks = [{"kind": "transport", "code": "car", "label": {"fr": "Une voiture", "en": "A car"}}]
    mission, volunteer = mission_online(now=now, requirements=asks), volunteer_adult()
    slot, slot_later = slot_tomorrow(mission, now=now), slot_tomorrow(mission, now=now, hours=48)
    assert why_not(slot, now=now, volunteer=volunteer) == ["requirements_missing"]
    joined(slot, now=now, volunteer=volunteer, declared=frozenset({"car"}))
    assert joined(slot_later, now=now, volunteer=volunteer).state == "confirmed"


@pytest.mark.parametrize("state", ["suspended", "flagged", "deregistered"])
def test_nobody_joins_an_organisation_that_was_barred(now: datetime, state: str) -> None:
    organisation = organisation_validated(now=now, state=state)
    slot = slot_tomorrow(mission_online(now=now, organisation=organisation), now=now)
    assert why_not(slot, now=now) == ["mission_not_online"]


def test_an_ended_hold_leaves_its_place_before_anybody_tidied_it(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now, capacity=1, hours=24 * 10)
    held = joined(slot, now=now)
    assert why_not(slot, now=now) == ["slot_full"]
    later = now + timedelta(hours=72)
    taken_over = joined(slot, now=later)
    held.refresh_from_db()
    assert (held.state, taken_over.state) == ("expired", "held")
    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["hold_ended", "received", "received"]
    books_balance()


def test_a_hold_that_is_tidied_between_two_reads_still_leaves_its_place(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now, capacity=1, hours=24 * 10)
    joined(slot, now=now)
    later = now + timedelta(hours=72)
    read_before = Slot.objects.get(pk=slot.pk)
    assert facts.of_slot(read_before, now=later).places_left == 1
    expire_holds(now=later)
    assert facts.of_slot(read_before, now=later).places_left == 1
    assert (read_before.held, facts.of_slot(read_before, now=later).held) == (1, 0)


def test_whose_hold_ended_may_ask_again(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now, hours=24 * 10)
    volunteer = volunteer_adult()
    joined(slot, now=now, volunteer=volunteer)
    assert joined(slot, now=now + timedelta(hours=73), volunteer=volunteer).state == "held"
    books_balance()


def test_the_worker_tidies_ended_holds(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now, capacity=1, hours=24 * 10)
    joined(slot, now=now)
    assert expire_holds(now=now + timedelta(hours=71)) == 0
    assert expire_holds(now=now + timedelta(hours=72)) == 1
    slot.refresh_from_db()
    assert (slot.held, slot.state, slot.mission.__class__.objects.get().state) == (0, "open", "online")
    books_balance()


def test_a_volunteer_gives_the_place_back_once(now: datetime) -> None:
    mission, volunteer = mission_online(now=now), volunteer_adult()
    slot = slot_tomorrow(mission, now=now, capacity=1)
    participation = joined(slot, now=now, volunteer=volunteer)
    leave = Leave(participation.pk, CancelReason.NOT_AVAILABLE)
    for _ in range(2):
        left = cancel_participation(acting=acting(volunteer), leave=leave, now=now)
        assert (left.state, left.reason) == ("cancelled_by_volunteer", "not_available")
    mission.refresh_from_db()
    assert (mission.state, mission.places_left) == ("online", 1)
    assert joined(slot, now=now, volunteer=volunteer).state == "confirmed"
    books_balance()


def test_an_ended_hold_is_not_given_back_before_anybody_tidied_it(now: datetime) -> None:
    volunteer = volunteer_adult()
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now, hours=24 * 10)
    leave = Leave(joined(slot, now=now, volunteer=volunteer).pk, CancelReason.OTHER)
    with pytest.raises(TooLateToCancel):
        cancel_participation(acting=acting(volunteer), leave=leave, now=now + timedelta(hours=72))
    assert expire_holds(now=now + timedelta(hours=72)) == 1, "its volunteer is still told that it ended"
    books_balance()


def test_a_confirmed_place_is_given_back_after_the_time_of_its_hold(now: datetime) -> None:
    volunteer = volunteer_adult()
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now, hours=24 * 10)
    held = joined(slot, now=now, volunteer=volunteer)
    accept_candidates(acting=organiser(slot.mission.organisation_id), participation_ids=[held.pk], now=now)
    leave = Leave(held.pk, CancelReason.OTHER)
    left = cancel_participation(acting=acting(volunteer), leave=leave, now=now + timedelta(hours=72))
    assert left.state == "cancelled_by_volunteer"
    books_balance()


def test_nobody_gives_back_somebody_elses_place(now: datetime) -> None:
    participation = joined(slot_tomorrow(mission_online(now=now), now=now), now=now)
    leave = Leave(participation.pk, CancelReason.OTHER)
    with pytest.raises(Participation.DoesNotExist):
        cancel_participation(acting=acting(volunteer_adult()), leave=leave, now=now)


def test_a_place_is_not_given_back_once_the_slot_has_begun(now: datetime) -> None:
    volunteer = volunteer_adult()
    participation = joined(slot_tomorrow(mission_online(now=now), now=now), now=now, volunteer=volunteer)
    leave = Leave(participation.pk, CancelReason.OTHER)
    with pytest.raises(TooLateToCancel):
        cancel_participation(acting=acting(volunteer), leave=leave, now=now + timedelta(hours=24))


def test_without_a_profile_or_a_sign_in_nothing_is_joined(now: datetime) -> None:
    wish = Wish(slot_tomorrow(mission_online(now=now), now=now).pk, uuid4())
    with pytest.raises(NoProfile):
        join_slot(acting=Acting(uuid4()), wish=wish, now=now)
    with pytest.raises(NotAllowed):
        join_slot(acting=Acting(None), wish=wish, now=now)


def test_a_join_costs_a_bounded_number_of_queries(
    now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    slot, volunteer = slot_tomorrow(mission_online(now=now), now=now), volunteer_adult()
    wish = Wish(slot.pk, uuid4())
    with django_assert_max_num_queries(17):
        join_slot(acting=acting(volunteer), wish=wish, now=now)
