"""Two days before a slot people are asked whether they still come; silence gives the place back."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from entraide.journal import api as journal
from entraide.volunteering.actions.attendance import mark_present
from entraide.volunteering.actions.joining import JoinRefused
from entraide.volunteering.actions.leaving import Leave, cancel_participation
from entraide.volunteering.actions.passing_time import remind_of_slots
from entraide.volunteering.actions.reconfirming import (
    NothingToReconfirm,
    ask_to_reconfirm,
    reconfirm,
    release_unanswered,
)
from entraide.volunteering.actions.slots import move_slot
from entraide.volunteering.models import Notice, Participation, Slot, Volunteer
from entraide.volunteering.rules.repetition import Window
from entraide.volunteering.rules.words import CancelReason
from tests.volunteering import situations as given
from tests.volunteering.crowds import in_threads

pytestmark = pytest.mark.django_db


@pytest.fixture
def expected(now: datetime) -> Participation:
    """Somebody confirmed five days ahead of a slot of one place."""
    slot = given.slot_tomorrow(given.mission_online(now=now), now=now, hours=24 * 5, capacity=1)
    return given.joined(slot, now=now)


def before(row: Participation, hours: float) -> datetime:
    return Slot.objects.get(pk=row.slot_id).starts_at - timedelta(hours=hours)


def state(row: Participation) -> str:
    return Participation.objects.get(pk=row.pk).state


def kinds() -> Counter[str]:
    return Counter(Notice.objects.values_list("kind", flat=True))


def test_people_are_asked_once_and_a_yes_keeps_the_place(expected: Participation) -> None:
    assert ask_to_reconfirm(now=before(expected, 49)) == 0
    assert [ask_to_reconfirm(now=before(expected, hours)) for hours in (48, 47, 30)] == [1, 0, 0]
    assert state(expected) == "to_reconfirm"
    who = given.acting(expected.volunteer)
    for hours in (40, 39):
        assert reconfirm(acting=who, participation_id=expected.pk, now=before(expected, hours)).state == "confirmed"
    assert ask_to_reconfirm(now=before(expected, 38)) == 0
    assert release_unanswered(now=before(expected, 1)) == 0
    assert kinds() == {"confirmed": 1, "reconfirm": 1}
    verbs = [entry.verb for entry in journal.of_thing(thing_kind="participation", thing_id=str(expected.pk))]
    assert Counter(verbs) == {"slot.joined": 1, "participation.asked": 1, "participation.reconfirmed": 1}
    given.books_balance()


def test_silence_gives_the_place_to_somebody_else(expected: Participation, now: datetime) -> None:
    ask_to_reconfirm(now=before(expected, 48))
    slot = Slot.objects.get(pk=expected.slot_id)
    with pytest.raises(JoinRefused):
        given.joined(slot, now=before(expected, 13))
    assert release_unanswered(now=before(expected, 12.01)) == 0
    assert [release_unanswered(now=before(expected, 12)) for _ in range(2)] == [1, 0]
    assert state(expected) == "released"
    given.books_balance()
    with pytest.raises(NothingToReconfirm):
        reconfirm(acting=given.acting(expected.volunteer), participation_id=expected.pk, now=before(expected, 11))
    slot.refresh_from_db()
    assert given.joined(slot, now=before(expected, 11)).state == "confirmed"
    assert kinds()["released"] == 1


def test_who_was_released_may_come_after_all(expected: Participation) -> None:
    ask_to_reconfirm(now=before(expected, 48))
    release_unanswered(now=before(expected, 12))
    slot = Slot.objects.get(pk=expected.slot_id)
    assert given.joined(slot, now=before(expected, 11), volunteer=expected.volunteer).state == "confirmed"
    given.books_balance()


def test_a_late_yes_counts_until_the_place_is_given_back(expected: Participation) -> None:
    ask_to_reconfirm(now=before(expected, 48))
    who = given.acting(expected.volunteer)
    assert reconfirm(acting=who, participation_id=expected.pk, now=before(expected, 6)).state == "confirmed"
    assert release_unanswered(now=before(expected, 5)) == 0


def test_nobody_answers_for_somebody_else(expected: Participation) -> None:
    ask_to_reconfirm(now=before(expected, 48))
    other = given.acting(given.volunteer_adult())
    with pytest.raises(Participation.DoesNotExist):
        reconfirm(acting=other, participation_id=expected.pk, now=before(expected, 40))
    assert state(expected) == "to_reconfirm"


def test_whoever_has_just_confirmed_is_not_asked(now: datetime) -> None:
    slot = given.slot_tomorrow(given.mission_online(now=now), now=now, hours=60)
    row = given.joined(slot, now=now)
    assert ask_to_reconfirm(now=before(row, 40)) == 0


def test_a_suspended_organisation_asks_nobody(expected: Participation) -> None:
    organisation = Slot.objects.get(pk=expected.slot_id).mission.organisation
    type(organisation).objects.filter(pk=organisation.pk).update(state="suspended")
    assert ask_to_reconfirm(now=before(expected, 48)) == 0
    assert remind_of_slots(now=before(expected, 24)) == 0


def test_a_slot_that_moves_takes_the_question_back_and_asks_anew(expected: Participation) -> None:
    ask_to_reconfirm(now=before(expected, 48))
    slot = Slot.objects.get(pk=expected.slot_id)
    starts_at = slot.starts_at + timedelta(days=7)
    window = Window(starts_at, starts_at + timedelta(hours=2))
    organiser = given.organiser(slot.mission.organisation_id)
    move_slot(acting=organiser, slot_id=slot.pk, window=window, now=before(expected, 40))
    assert state(expected) == "confirmed"
    assert release_unanswered(now=before(expected, 12)) == 0
    assert ask_to_reconfirm(now=before(expected, 48)) == 1
    assert kinds()["reconfirm"] == 2


def test_a_slot_that_moved_after_its_reminder_is_reminded_of_again(expected: Participation) -> None:
    assert [remind_of_slots(now=before(expected, hours)) for hours in (24, 23)] == [1, 0]
    slot = Slot.objects.get(pk=expected.slot_id)
    starts_at = slot.starts_at + timedelta(days=7)
    window = Window(starts_at, starts_at + timedelta(hours=2))
    organiser = given.organiser(slot.mission.organisation_id)
    move_slot(acting=organiser, slot_id=slot.pk, window=window, now=before(expected, 20))
    assert [remind_of_slots(now=before(expected, hours)) for hours in (24, 23)] == [1, 0]


def test_many_recently_confirmed_do_not_keep_the_others_from_their_reminder(
    expected: Participation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("entraide.volunteering.actions.passing_time.MOST_AT_ONCE", 2)
    mission = given.mission_online(now=before(expected, 100))
    soon = given.slot_tomorrow(mission, now=before(expected, 24), hours=20)
    for _ in range(3):
        given.joined(soon, now=before(expected, 24))
    assert remind_of_slots(now=before(expected, 23)) == 1


def test_who_is_to_reconfirm_may_leave_or_be_ticked(expected: Participation, now: datetime) -> None:
    ask_to_reconfirm(now=before(expected, 48))
    slot = Slot.objects.get(pk=expected.slot_id)
    organiser = given.organiser(slot.mission.organisation_id)
    assert mark_present(acting=organiser, participation_ids=[expected.pk], now=slot.starts_at).done == [expected.pk]
    assert release_unanswered(now=before(expected, 0)) == 0
    second = given.joined(given.slot_tomorrow(given.mission_online(now=now), now=now, hours=24 * 6), now=now)
    ask_to_reconfirm(now=before(second, 48))
    leave = Leave(second.pk, CancelReason.CHANGED_MIND)
    cancel_participation(acting=given.acting(second.volunteer), leave=leave, now=before(second, 40))
    assert state(second) == "cancelled_by_volunteer"
    given.books_balance()


@pytest.mark.django_db(transaction=True)
def test_a_yes_a_no_the_worker_and_newcomers_at_once(now: datetime) -> None:
    """Each ends in one of its two ways, and the places that came free are given once."""
    slot = given.slot_tomorrow(given.mission_online(now=now), now=now, hours=24 * 5, capacity=12)
    rows = [given.joined(slot, now=now) for _ in range(12)]
    newcomers = [given.volunteer_adult() for _ in range(12)]
    ask_to_reconfirm(now=before(rows[0], 48))
    late = before(rows[0], 12)

    def keep(row: Participation) -> str:
        try:
            return reconfirm(acting=given.acting(row.volunteer), participation_id=row.pk, now=late).state
        except NothingToReconfirm:
            return "too late"

    def come(newcomer: Volunteer) -> str:
        try:
            given.joined(slot, now=late, volunteer=newcomer)
        except JoinRefused:
            return "full"
        return "came"

    calls: list[Callable[[], str]] = [partial(keep, row) for row in rows[:6]]
    calls += [lambda: f"released {release_unanswered(now=late)}" for _ in range(3)]
    calls += [partial(come, who) for who in newcomers]
    told = Counter(in_threads(calls))
    released = Participation.objects.filter(state="released").count()
    assert told["confirmed"] + told["too late"] == 6
    assert released == 12 - told["confirmed"]
    assert told["came"] <= released
    assert kinds()["released"] == released
    given.books_balance()
