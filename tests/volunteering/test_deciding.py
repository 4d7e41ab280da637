"""The organisation answers candidates and fills in attendance."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from entraide.volunteering.actions.attendance import excuse, mark_absent, mark_present
from entraide.volunteering.actions.deciding import accept_candidates, refuse_candidates
from entraide.volunteering.actions.outcomes import Left, ReasonMissing, TooManyAtOnce
from entraide.volunteering.models import Notice, Participation, Slot
from entraide.volunteering.rules.words import RefusalReason
from tests.volunteering.situations import books_balance, joined, mission_online, organiser, slot_tomorrow

pytestmark = pytest.mark.django_db


def slot_reviewed(now: datetime, *, capacity: int = 3) -> Slot:
    return slot_tomorrow(mission_online(now=now, admission="review"), now=now, capacity=capacity, hours=24 * 10)


def of(slot: Slot) -> UUID:
    return slot.mission.organisation_id


def test_accepting_turns_the_hold_into_a_place(now: datetime) -> None:
    slot = slot_reviewed(now)
    candidate = joined(slot, now=now)
    outcome = accept_candidates(acting=organiser(of(slot)), participation_ids=[candidate.pk], now=now)
    candidate.refresh_from_db()
    assert (outcome.done, candidate.state, candidate.confirmed_at) == ([candidate.pk], "confirmed", now)
    assert list(Notice.objects.values_list("kind", flat=True).order_by("created_at")) == ["received", "confirmed"]
    books_balance()


def test_refusing_gives_the_place_back_and_closes_the_door(now: datetime) -> None:
    slot = slot_reviewed(now, capacity=1)
    candidate = joined(slot, now=now)
    outcome = refuse_candidates(
        acting=organiser(of(slot)),
        participation_ids=[candidate.pk],
        reason=RefusalReason.REQUIREMENTS,
        text="",
        now=now,
    )
    candidate.refresh_from_db()
    assert (outcome.done, candidate.state, candidate.reason) == (
        [candidate.pk],
        "refused",
        "requirements_not_fulfilled",
    )
    assert joined(slot, now=now).state == "held"
    books_balance()


def test_another_reason_must_be_written(now: datetime) -> None:
    with pytest.raises(ReasonMissing):
        refuse_candidates(
            acting=organiser(uuid4()), participation_ids=[], reason=RefusalReason.OTHER, text=" ", now=now
        )


def test_an_ended_hold_cannot_be_accepted(now: datetime) -> None:
    slot = slot_reviewed(now)
    candidate = joined(slot, now=now)
    outcome = accept_candidates(
        acting=organiser(of(slot)), participation_ids=[candidate.pk], now=now + timedelta(hours=72)
    )
    assert (outcome.done, outcome.left) == ([], {candidate.pk: Left.HOLD_ENDED})


def test_many_are_answered_at_once_and_each_that_is_left_has_its_reason(now: datetime) -> None:
    slot, slot_of_others = slot_reviewed(now), slot_reviewed(now)
    ours, answered, theirs, unknown = (
        joined(slot, now=now),
        joined(slot, now=now),
        joined(slot_of_others, now=now),
        uuid4(),
    )
    acting = organiser(of(slot))
    accept_candidates(acting=acting, participation_ids=[answered.pk], now=now)
    outcome = accept_candidates(
        acting=acting, participation_ids=[ours.pk, ours.pk, answered.pk, theirs.pk, unknown], now=now
    )
    assert outcome.done == [ours.pk]
    assert outcome.left == {answered.pk: Left.STATE, theirs.pk: Left.NOT_ALLOWED, unknown: Left.UNKNOWN}
    books_balance()


def test_one_decision_is_bounded(now: datetime) -> None:
    with pytest.raises(TooManyAtOnce):
        accept_candidates(acting=organiser(uuid4()), participation_ids=[uuid4() for _ in range(501)], now=now)


def test_attendance_waits_for_the_hour_and_may_be_corrected(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now)
    participation = joined(slot, now=now)
    acting, ids = organiser(of(slot)), [participation.pk]
    assert mark_present(acting=acting, participation_ids=ids, now=now).left == {participation.pk: Left.TOO_EARLY}
    on_the_day = now + timedelta(hours=24)
    assert mark_present(acting=acting, participation_ids=ids, now=on_the_day).done == ids
    assert mark_absent(acting=acting, participation_ids=ids, now=on_the_day).done == ids
    assert excuse(acting=acting, participation_ids=ids, now=on_the_day).done == ids
    assert Participation.objects.get().state == "excused"
    books_balance()


def test_attendance_of_others_is_left(now: datetime) -> None:
    participation = joined(slot_tomorrow(mission_online(now=now), now=now), now=now)
    outcome = mark_present(acting=organiser(uuid4()), participation_ids=[participation.pk], now=now + timedelta(days=1))
    assert outcome.left == {participation.pk: Left.NOT_ALLOWED}
