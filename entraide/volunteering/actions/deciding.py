"""The organisation answers its candidates, one or many at once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.journal.api import record
from entraide.volunteering import notices
from entraide.volunteering.actions import counters
from entraide.volunteering.actions.outcomes import Left, Outcome, ReasonMissing, bounded
from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.models import Participation, Slot
from entraide.volunteering.permissions import By, NotAllowed, by_organisation
from entraide.volunteering.rules.holds import has_ended
from entraide.volunteering.rules.states import PARTICIPATION_MOVES, ParticipationState
from entraide.volunteering.rules.words import NoticeKind, RefusalReason


@dataclass(frozen=True, slots=True)
class Answer:
    """An organisation's answer: the state it leads to, and for a no its reason and a few words of its own."""

    target: ParticipationState
    reason: str = ""
    text: str = ""


def accept_candidates(*, acting: Acting, participation_ids: list[UUID], now: datetime) -> Outcome:
    """Confirm those whose hold still runs. The others are left: their place is free again, or they were answered."""
    return _answer(acting, participation_ids, Answer(ParticipationState.CONFIRMED), now)


def refuse_candidates(
    *, acting: Acting, participation_ids: list[UUID], reason: RefusalReason, text: str, now: datetime
) -> Outcome:
    """Say no and give the places back. Raises ReasonMissing for another reason that is not written."""
    if reason is RefusalReason.OTHER and not text.strip():
        raise ReasonMissing
    return _answer(acting, participation_ids, Answer(ParticipationState.REFUSED, reason.value, text.strip()), now)


@transaction.atomic
def _answer(acting: Acting, participation_ids: list[UUID], answer: Answer, now: datetime) -> Outcome:
    outcome = Outcome(left=dict.fromkeys(bounded(participation_ids), Left.UNKNOWN))
    slot_ids = Participation.objects.filter(pk__in=outcome.left).values_list("slot_id", flat=True)
    slots = {slot.pk: slot for slot in counters.lock_slots(list(slot_ids))}
    rows = Participation.objects.filter(pk__in=outcome.left).select_related("volunteer").order_by("pk")
    by_slot: dict[UUID, list[Participation]] = defaultdict(list)
    for row in rows.select_for_update(of=("self",), no_key=True):
        by_slot[row.slot_id].append(row)
    freed = [
        (slots[slot_id], _answer_in_slot(acting, slots[slot_id], found, answer, now, outcome))
        for slot_id, found in by_slot.items()
    ]
    for slot, places in sorted(freed, key=lambda pair: pair[0].mission_id):
        counters.shift_mission(slot, freed=places)
    return outcome


def _answer_in_slot(
    acting: Acting, slot: Slot, rows: list[Participation], answer: Answer, now: datetime, outcome: Outcome
) -> int:
    """Answer the candidates of one locked slot, note what was done, and return the places given back."""
    try:
        by = by_organisation(acting, slot.mission.organisation_id)
    except NotAllowed:
        outcome.left.update(dict.fromkeys((row.pk for row in rows), Left.NOT_ALLOWED))
        return 0
    # A suspended organisation keeps those who have a place, and takes nobody else.
    if answer.target is ParticipationState.CONFIRMED and slot.mission.organisation.state in BARRED_ORGANISATIONS:
        outcome.left.update(dict.fromkeys((row.pk for row in rows), Left.BARRED))
        return 0
    answered: list[Participation] = []
    for row in rows:
        why_not = _why_not(row, answer, by, now)
        if why_not is not None:
            outcome.left[row.pk] = why_not
            continue
        del outcome.left[row.pk]
        outcome.done.append(row.pk)
        answered.append(row)
    if not answered:
        return 0
    _write(answered, answer, by, now)
    seats = sum(row.seats for row in answered)
    confirmed = seats if answer.target is ParticipationState.CONFIRMED else 0
    counters.shift_slot(slot, held=-seats, taken=confirmed)
    return seats - confirmed


def _why_not(row: Participation, answer: Answer, by: By, now: datetime) -> Left | None:
    if row.state not in PARTICIPATION_MOVES.sources(target=answer.target, actor=by.actor):
        return Left.STATE
    return Left.HOLD_ENDED if has_ended(until=row.hold_until, now=now) else None


def _write(rows: list[Participation], answer: Answer, by: By, now: datetime) -> None:
    confirmed = answer.target is ParticipationState.CONFIRMED
    Participation.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=answer.target.value,
        reason=answer.reason,
        reason_text=answer.text,
        decided_by=by.person_id,
        decided_at=now,
        confirmed_at=now if confirmed else None,
        hold_until=None,
    )
    for row in rows:
        record(
            actor=by.person_id,
            role=by.role,
            verb="candidate.accepted" if confirmed else "candidate.refused",
            thing_kind="participation",
            thing_id=row.pk,
            detail={"slot": str(row.slot_id), "reason": answer.reason},
            now=now,
        )
    notices.tell(kind=NoticeKind.CONFIRMED if confirmed else NoticeKind.REFUSED, participations=rows)
