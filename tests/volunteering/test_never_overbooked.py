"""Many people at once, on real connections: never more places than there are, and the books balance."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from entraide.accounts.api import Acting
from entraide.volunteering.actions.deciding import accept_candidates, refuse_candidates
from entraide.volunteering.actions.holds import expire_holds
from entraide.volunteering.actions.joining import JoinRefused, Wish, join_slot
from entraide.volunteering.actions.leaving import Leave, TooLateToCancel, cancel_participation, come_with_fewer
from entraide.volunteering.actions.slots import cancel_slot
from entraide.volunteering.models import Participation, Slot
from entraide.volunteering.rules.words import CancelReason, RefusalReason
from tests.volunteering.crowds import in_threads
from tests.volunteering.situations import (
    acting,
    books_balance,
    joined,
    mission_online,
    organiser,
    slot_tomorrow,
    volunteer_adult,
)

pytestmark = pytest.mark.django_db(transaction=True)

AtOnce = Callable[[list[Callable[[], str]]], list[str]]


@pytest.fixture
def at_once() -> AtOnce:
    """Return what runs calls at the same moment."""
    return in_threads


def attempt(who: Acting, wish: Wish, now: datetime) -> str:
    """Return what became of a wish: a participation's state, or the reasons against it."""
    try:
        return join_slot(acting=who, wish=wish, now=now).state
    except JoinRefused as refused:
        return ",".join(reason.code for reason in refused.reasons)


def test_three_hundred_people_apply_for_ten_places(now: datetime, at_once: AtOnce) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now, capacity=10)
    people = [acting(volunteer_adult()) for _ in range(300)]
    told = at_once([lambda who=who: attempt(who, Wish(slot.pk, uuid4()), now) for who in people])  # type: ignore[misc]
    assert Counter(told) == {"confirmed": 10, "slot_full": 290}
    slot.refresh_from_db()
    assert (slot.taken, slot.held, slot.state) == (10, 0, "full")
    books_balance()


def test_three_hundred_people_apply_with_and_without_others_for_ten_places(now: datetime, at_once: AtOnce) -> None:
    slot = slot_tomorrow(mission_online(now=now, groups_welcome=True), now=now, capacity=10)
    people = [(acting(volunteer_adult()), 1 + number % 4) for number in range(300)]
    told = at_once(
        [lambda who=who, seats=seats: attempt(who, Wish(slot.pk, uuid4(), seats=seats), now) for who, seats in people]  # type: ignore[misc]
    )
    assert set(told) <= {"confirmed", "slot_full", "too_few_places"}
    slot.refresh_from_db()
    given = sum(Participation.objects.values_list("seats", flat=True))
    assert (slot.taken, slot.held) == (given, 0)
    # Seventy-five of them come alone: no place is left over.
    assert (given, slot.state) == (10, "full")
    books_balance()


def test_ended_holds_of_groups_go_to_the_groups_that_ask_at_that_moment(now: datetime, at_once: AtOnce) -> None:
    mission = mission_online(now=now, admission="review", groups_welcome=True)
    slot = slot_tomorrow(mission, now=now, capacity=9, hours=24 * 10)
    for seats in (4, 3, 2):
        assert attempt(acting(volunteer_adult()), Wish(slot.pk, uuid4(), seats=seats), now) == "held"
    later = now + timedelta(hours=72)
    people = [(acting(volunteer_adult()), 1 + number % 3) for number in range(60)]
    calls = [
        lambda who=who, seats=seats: attempt(who, Wish(slot.pk, uuid4(), seats=seats), later) for who, seats in people
    ]
    at_once([*calls, *[lambda: str(expire_holds(now=later)) for _ in range(5)]])
    slot.refresh_from_db()
    assert (slot.taken, slot.held, slot.state) == (0, 9, "full")
    assert Participation.objects.filter(state="expired").count() == 3
    books_balance()


def test_groups_that_shrink_leave_and_arrive_at_once_never_lock_up_nor_lose_a_place(
    now: datetime, at_once: AtOnce
) -> None:
    slot = slot_tomorrow(mission_online(now=now, groups_welcome=True), now=now, capacity=30)
    here = [joined(slot, now=now, seats=3) for _ in range(10)]
    newcomers = [acting(volunteer_adult()) for _ in range(30)]

    def shrink(row: Participation, seats: int) -> str:
        return str(come_with_fewer(acting=acting(row.volunteer), participation_id=row.pk, seats=seats, now=now).seats)

    smaller = [lambda row=row: shrink(row, 1) for row in here for _ in range(3)]
    told = at_once(
        [*smaller, *[lambda who=who: attempt(who, Wish(slot.pk, uuid4(), seats=2), now) for who in newcomers]]
    )
    assert told.count("1") == 30
    slot.refresh_from_db()
    assert slot.taken == 10 + 2 * told.count("confirmed") <= 30
    books_balance()


def test_an_impatient_person_gets_one_place(now: datetime, at_once: AtOnce) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now, capacity=10)
    who, same_wish = acting(volunteer_adult()), Wish(slot.pk, uuid4())
    retried = at_once([lambda: attempt(who, same_wish, now) for _ in range(30)])
    again = at_once([lambda: attempt(who, Wish(slot.pk, uuid4()), now) for _ in range(30)])
    assert (Counter(retried), Counter(again)) == ({"confirmed": 30}, {"already_joined": 30})
    assert Participation.objects.count() == 1
    books_balance()


def test_nobody_is_in_two_places_at_the_same_time(now: datetime, at_once: AtOnce) -> None:
    mission = mission_online(now=now)
    slots = [slot_tomorrow(mission, now=now) for _ in range(20)]
    who = acting(volunteer_adult())
    told = at_once([lambda slot=slot: attempt(who, Wish(slot.pk, uuid4()), now) for slot in slots])  # type: ignore[misc]
    assert Counter(told) == {"confirmed": 1, "overlaps": 19}
    books_balance()


def test_ended_holds_go_to_those_who_ask_at_that_moment(now: datetime, at_once: AtOnce) -> None:
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now, capacity=5, hours=24 * 10)
    for _ in range(5):
        attempt(acting(volunteer_adult()), Wish(slot.pk, uuid4()), now)
    later = now + timedelta(hours=72)
    people = [acting(volunteer_adult()) for _ in range(60)]
    calls = [lambda who=who: attempt(who, Wish(slot.pk, uuid4()), later) for who in people]
    told = at_once([*calls, *[lambda: str(expire_holds(now=later)) for _ in range(5)]])
    assert Counter(told)["held"] == 5
    assert Counter(Participation.objects.values_list("state", flat=True)) == {"expired": 5, "held": 5}
    books_balance()


def test_joining_deciding_leaving_and_cancelling_at_once_never_lock_up_nor_lose_a_place(
    now: datetime, at_once: AtOnce
) -> None:
    mission = mission_online(now=now, admission="review")
    slots = [slot_tomorrow(mission, now=now, capacity=4, hours=24 * day) for day in (5, 6, 7)]
    organisation = organiser(mission.organisation_id)
    people = [acting(volunteer_adult()) for _ in range(40)]

    def live(who: Acting, turn: int) -> str:
        slot = slots[turn % 3]
        told = attempt(who, Wish(slot.pk, uuid4()), now)
        mine = list(Participation.objects.filter(volunteer__person_id=str(who.person_id)).values_list("pk", flat=True))
        others = list(Participation.objects.filter(slot__in=slots, state="held").values_list("pk", flat=True)[:6])
        if turn % 4 == 0:
            accept_candidates(acting=organisation, participation_ids=others, now=now)
        elif turn % 4 == 1:
            reason = RefusalReason.ENOUGH_PEOPLE
            refuse_candidates(acting=organisation, participation_ids=others[:2], reason=reason, text="", now=now)
        elif turn % 4 == 2 and mine:
            leave(who, mine[0])
        elif turn == 19:
            cancel_slot(acting=organisation, slot_id=slots[2].pk, text="", now=now)
        return told

    def leave(who: Acting, participation_id: UUID) -> None:
        try:
            cancel_participation(acting=who, leave=Leave(participation_id, CancelReason.OTHER), now=now)
        except TooLateToCancel:
            return

    at_once([lambda who=who, turn=turn: live(who, turn) for turn, who in enumerate(people)])  # type: ignore[misc]
    assert Slot.objects.filter(state="cancelled").count() == 1
    books_balance()
