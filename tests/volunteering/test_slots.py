"""Adding, moving, resizing, closing and cancelling slots; what time does to them."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from entraide.volunteering.actions import passing_time, slots
from entraide.volunteering.models import Notice, Participation, Slot
from entraide.volunteering.permissions import NotAllowed
from entraide.volunteering.rules.repetition import Window
from tests.volunteering.situations import books_balance, joined, mission_online, organiser, slot_tomorrow

pytestmark = pytest.mark.django_db


def window(starts_at: datetime, *, hours: int = 2) -> Window:
    return Window(starts_at, starts_at + timedelta(hours=hours))


def test_added_slots_count_in_their_mission(now: datetime) -> None:
    mission = mission_online(now=now)
    slot_tomorrow(mission, now=now, capacity=3)
    asked = slots.NewSlots([window(now + timedelta(days=day)) for day in (2, 9)], capacity_max=5)
    made = slots.add_slots(acting=organiser(mission.organisation_id), mission_id=mission.pk, slots=asked, now=now)
    mission.refresh_from_db()
    assert (mission.places_left, len({slot.series_id for slot in made})) == (13, 1)
    assert mission.ends_at == now + timedelta(days=9, hours=2)
    books_balance()


@pytest.mark.parametrize("starts_in_hours, hours", [(-1, 2), (5, 25), (5, 0), (5, -1)])
def test_a_window_is_ahead_and_lasts_at_most_a_day(now: datetime, starts_in_hours: int, hours: int) -> None:
    mission = mission_online(now=now)
    asked = slots.NewSlots([window(now + timedelta(hours=starts_in_hours), hours=hours)], capacity_max=5)
    with pytest.raises(slots.BadWindow):
        slots.add_slots(acting=organiser(mission.organisation_id), mission_id=mission.pk, slots=asked, now=now)


def test_a_moved_slot_keeps_its_people_and_tells_them_each_time(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now)
    joined(slot, now=now)
    acting = organiser(slot.mission.organisation_id)
    for days in (3, 4, 3):
        slots.move_slot(acting=acting, slot_id=slot.pk, window=window(now + timedelta(days=days)), now=now)
    moved = Notice.objects.filter(kind="slot_moved")
    assert [notice.detail["starts_at"][:10] for notice in moved.order_by("created_at")] == [
        "2026-04-16", "2026-04-18", "2026-04-19"
    ]  # fmt: skip
    assert Participation.objects.get().state == "confirmed"
    slot.mission.refresh_from_db()
    assert slot.mission.starts_at == now + timedelta(days=3)
    books_balance()


def test_moving_a_slot_forward_shortens_its_holds(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now, hours=24 * 10)
    candidate = joined(slot, now=now)
    starts_at = now + timedelta(hours=20)
    acting = organiser(slot.mission.organisation_id)
    slots.move_slot(acting=acting, slot_id=slot.pk, window=window(starts_at), now=now)
    candidate.refresh_from_db()
    assert candidate.hold_until == starts_at


def test_a_slot_is_not_resized_below_its_people(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now, capacity=3)
    acting = organiser(slot.mission.organisation_id)
    joined(slot, now=now), joined(slot, now=now)
    with pytest.raises(slots.CapacityTaken) as refused:
        slots.resize_slot(acting=acting, slot_id=slot.pk, capacity_max=1, now=now)
    assert refused.value.occupied == 2
    slots.resize_slot(acting=acting, slot_id=slot.pk, capacity_max=2, now=now)
    slot.refresh_from_db()
    assert slot.state == "full"
    books_balance()


def test_cancelling_tells_everyone_and_empties_the_slot(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now, capacity=2)
    people = [joined(slot, now=now).volunteer.person_id for _ in range(2)]
    acting = organiser(slot.mission.organisation_id)
    assert slots.cancel_slot(acting=acting, slot_id=slot.pk, text="Alerte météo", now=now) == 2
    assert slots.cancel_slot(acting=acting, slot_id=slot.pk, text="Alerte météo", now=now) == 0
    slot.refresh_from_db()
    assert (slot.state, slot.taken) == ("cancelled", 0)
    assert set(Notice.objects.filter(kind="slot_cancelled").values_list("person_id", flat=True)) == set(people)
    assert {row.reason_text for row in Participation.objects.all()} == {"Alerte météo"}
    books_balance()


def test_only_its_organisation_changes_a_slot(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now)
    with pytest.raises(NotAllowed):
        slots.cancel_slot(acting=organiser(uuid4()), slot_id=slot.pk, text="", now=now)
    with pytest.raises(NotAllowed):
        slots.close_slot(acting=organiser(uuid4()), slot_id=slot.pk, now=now)


def test_a_closed_slot_offers_nothing_but_keeps_its_people(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now)
    joined(slot, now=now)
    slots.close_slot(acting=organiser(slot.mission.organisation_id), slot_id=slot.pk, now=now)
    slot.mission.refresh_from_db()
    assert (slot.mission.places_left, slot.mission.state, Participation.objects.get().state) == (0, "full", "confirmed")
    books_balance()


def test_time_closes_opens_and_ends_slots(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now)
    states = []
    for hours in (23, 24, 25, 26):
        passing_time.advance_slots(now=now + timedelta(hours=hours))
        states.append(Slot.objects.get(pk=slot.pk).state)
    assert states == ["open", "under_way", "under_way", "over"]
    books_balance()


def test_a_worker_that_slept_catches_up_in_one_pass(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now)
    candidate = joined(slot, now=now)
    assert passing_time.advance_slots(now=now + timedelta(days=5)) == 1
    slot.refresh_from_db()
    candidate.refresh_from_db()
    assert (slot.state, slot.held, candidate.state) == ("over", 0, "expired")
    assert passing_time.finish_missions(now=now + timedelta(days=5)) == 1
    books_balance()


def test_the_reminder_of_the_day_before_goes_once(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now, hours=72)
    joined(slot, now=now)
    seen = [passing_time.remind_of_slots(now=now + timedelta(hours=hours)) for hours in (47, 48, 49, 71)]
    assert seen == [0, 1, 0, 0]
    assert Notice.objects.filter(kind="reminder").count() == 1


def test_whoever_was_confirmed_today_for_tomorrow_gets_no_reminder(now: datetime) -> None:
    joined(slot_tomorrow(mission_online(now=now), now=now, hours=20), now=now)
    assert passing_time.remind_of_slots(now=now + timedelta(hours=1)) == 0
