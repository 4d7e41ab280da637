"""Two days before a slot people are asked whether they still come: a yes keeps the place, silence gives it back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from entraide.accounts.api import Acting
from entraide.journal.api import record
from entraide.volunteering import facts, notices
from entraide.volunteering.actions import counters
from entraide.volunteering.models import Participation, Slot
from entraide.volunteering.permissions import SYSTEM, By, as_volunteer, signed_in
from entraide.volunteering.rules.reconfirming import (
    ASKED_BEFORE,
    RELEASED_BEFORE,
    STILL_FRESH,
    TIME_TO_ANSWER,
    answer_by,
    ask_due,
)
from entraide.volunteering.rules.states import PARTICIPATION_MOVES, ParticipationState
from entraide.volunteering.rules.words import NoticeKind

MOST_SLOTS_AT_ONCE = 200


class NothingToReconfirm(Exception):
    """The place is not the volunteer's any more, or the slot has begun."""


def ask_to_reconfirm(*, now: datetime) -> int:
    """Ask those who are expected in two days, one transaction a slot, and return how many were asked."""
    soon = Participation.objects.filter(
        state=ParticipationState.CONFIRMED.value,
        slot__starts_at__gte=now + RELEASED_BEFORE + TIME_TO_ANSWER,
        slot__starts_at__lte=now + ASKED_BEFORE,
        confirmed_at__lte=F("slot__starts_at") - ASKED_BEFORE - STILL_FRESH,
    ).exclude(slot__mission__organisation__state__in=facts.BARRED_ORGANISATIONS)
    slot_ids = soon.values_list("slot_id", flat=True).distinct()
    return sum(_ask_in_slot(slot_id, now=now) for slot_id in slot_ids[:MOST_SLOTS_AT_ONCE])


@transaction.atomic
def _ask_in_slot(slot_id: UUID, *, now: datetime) -> int:
    slot = counters.lock_slot(slot_id)
    confirmed = Participation.objects.filter(slot=slot, state=ParticipationState.CONFIRMED.value)
    rows = [
        row
        for row in confirmed.select_related("volunteer").order_by("pk").select_for_update(of=("self",), no_key=True)
        if ask_due(starts_at=slot.starts_at, confirmed_at=row.confirmed_at or row.held_at, now=now)
    ]
    if not rows:
        return 0
    Participation.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ParticipationState.TO_RECONFIRM.value, reconfirm_until=answer_by(starts_at=slot.starts_at)
    )
    for row in rows:
        _journal(row, SYSTEM, "participation.asked", now)
    notices.tell(kind=NoticeKind.RECONFIRM, participations=rows, occasion=notices.of_time(slot.starts_at))
    return len(rows)


def release_unanswered(*, now: datetime) -> int:
    """Give back the places of those who did not answer in time, one transaction a slot, and return how many."""
    late = Participation.objects.unanswered(now).filter(slot__starts_at__gt=now)
    slot_ids = late.values_list("slot_id", flat=True).distinct()
    return sum(_release_in_slot(slot_id, now=now) for slot_id in slot_ids[:MOST_SLOTS_AT_ONCE])


@transaction.atomic
def _release_in_slot(slot_id: UUID, *, now: datetime) -> int:
    slot = counters.lock_slot(slot_id)
    if slot.starts_at <= now:
        return 0
    unanswered = Participation.objects.unanswered(now).filter(slot=slot).select_related("volunteer").order_by("pk")
    rows = list(unanswered.select_for_update(of=("self",), no_key=True))
    if not rows:
        return 0
    Participation.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ParticipationState.RELEASED.value, decided_at=now, decided_by=None, reconfirm_until=None
    )
    freed = sum(row.seats for row in rows)
    counters.shift_slot(slot, taken=-freed)
    for row in rows:
        _journal(row, SYSTEM, "participation.released", now)
    notices.tell(kind=NoticeKind.RELEASED, participations=rows)
    counters.shift_mission(slot, freed=freed)
    return len(rows)


@transaction.atomic
def reconfirm(*, acting: Acting, participation_id: UUID, now: datetime) -> Participation:
    """Say that one still comes; saying it again changes nothing. A late yes counts while the place was not given back.

    Raises Participation.DoesNotExist (also for somebody else's), or NothingToReconfirm.
    """
    person_id = signed_in(acting)
    by = as_volunteer(person_id)
    own = Participation.objects.filter(volunteer__person_id=person_id)
    slot = counters.lock_slot(own.values_list("slot_id", flat=True).get(pk=participation_id))
    row = own.select_for_update(of=("self",), no_key=True).get(pk=participation_id)
    confirmed = ParticipationState.CONFIRMED
    if slot.starts_at <= now:
        raise NothingToReconfirm
    if row.state == confirmed.value:
        return row
    if row.state not in PARTICIPATION_MOVES.sources(target=confirmed, actor=by.actor):
        raise NothingToReconfirm
    row.state, row.confirmed_at, row.reconfirm_until = confirmed.value, now, None
    row.save(update_fields=["state", "confirmed_at", "reconfirm_until"])
    _journal(row, by, "participation.reconfirmed", now)
    return row


def take_question_back(slot: Slot, *, now: datetime) -> None:
    """Make those who were asked about a locked slot confirmed again: it moved, and its new time is another question."""
    asked = Participation.objects.filter(slot=slot, state=ParticipationState.TO_RECONFIRM.value).order_by("pk")
    rows = list(asked.select_for_update(of=("self",), no_key=True))
    Participation.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ParticipationState.CONFIRMED.value, reconfirm_until=None
    )
    for row in rows:
        _journal(row, SYSTEM, "participation.question_withdrawn", now)


def _journal(row: Participation, by: By, verb: str, now: datetime) -> None:
    record(
        actor=by.person_id,
        role=by.role,
        verb=verb,
        thing_kind="participation",
        thing_id=row.pk,
        detail={"slot": str(row.slot_id)},
        now=now,
    )
