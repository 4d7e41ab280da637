"""The hours of those who came: counted once the slot is over, attested by the organisation or by its silence.

Like attendance, this moves no counter.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.journal.api import record
from entraide.volunteering import notices
from entraide.volunteering.actions.outcomes import Left, Outcome, bounded
from entraide.volunteering.models import Participation, ParticipationQuerySet
from entraide.volunteering.permissions import SYSTEM, By, NotAllowed, by_organisation
from entraide.volunteering.rules.hours import ATTESTED_AFTER, minutes_of_slot
from entraide.volunteering.rules.states import PARTICIPATION_MOVES, ParticipationState
from entraide.volunteering.rules.words import NoticeKind

MOST_AT_ONCE = 500


@transaction.atomic
def count_hours(*, now: datetime) -> int:
    """Count the slot's length for those who came, once it is over, and return how many rows that were."""
    came = Participation.objects.filter(state=ParticipationState.PRESENT.value, slot__ends_at__lte=now)
    rows = _locked(came.order_by("slot_id", "pk"))
    for row in rows:
        _count(row, SYSTEM, None, now)
    return len(rows)


@transaction.atomic
def attest_untouched_hours(*, now: datetime) -> int:
    """Attest the hours that the organisation left as they were for a week, and return how many rows that were."""
    counted = Participation.objects.filter(state=ParticipationState.DONE.value, done_at__lte=now - ATTESTED_AFTER)
    rows = _locked(counted.order_by("done_at", "pk"))
    for row in rows:
        _attest(row, SYSTEM, now)
    if rows:
        notices.tell(kind=NoticeKind.ATTESTED, participations=rows)
    return len(rows)


@transaction.atomic
def attest_hours(*, acting: Acting, minutes: Mapping[UUID, int | None], now: datetime) -> Outcome:
    """Attest these people's hours, as given or, for None, as counted; each is told. Of those who came alone.

    `minutes` are between 1 and a day's.
    """
    outcome = Outcome(left=dict.fromkeys(bounded(list(minutes)), Left.UNKNOWN))
    rows = Participation.objects.filter(pk__in=outcome.left).select_related("slot__mission", "volunteer").order_by("pk")
    attested = []
    for row in rows.select_for_update(of=("self",), no_key=True):
        try:
            by = by_organisation(acting, row.slot.mission.organisation_id)
        except NotAllowed:
            outcome.left[row.pk] = Left.NOT_ALLOWED
            continue
        why_not = _why_not(row, by, now)
        if why_not is not None:
            outcome.left[row.pk] = why_not
            continue
        del outcome.left[row.pk]
        outcome.done.append(row.pk)
        _count(row, by, minutes[row.pk], now)
        _attest(row, by, now)
        attested.append(row)
    notices.tell(kind=NoticeKind.ATTESTED, participations=attested)
    return outcome


def _locked(rows: ParticipationQuerySet) -> list[Participation]:
    """Lock some rows that nobody else has; the others come in the next round."""
    loaded = rows.select_related("slot__mission", "volunteer")
    return list(loaded.select_for_update(of=("self",), no_key=True, skip_locked=True)[:MOST_AT_ONCE])


def _why_not(row: Participation, by: By, now: datetime) -> Left | None:
    state = ParticipationState(row.state)
    came = state is ParticipationState.PRESENT
    if not came and not PARTICIPATION_MOVES.may(source=state, target=ParticipationState.ATTESTED, actor=by.actor):
        return Left.STATE
    return Left.NOT_OVER if row.slot.ends_at > now else None


def _count(row: Participation, by: By, minutes: int | None, now: datetime) -> None:
    """Write how long somebody was there; None keeps what was counted, else counts the slot's length."""
    slot = row.slot
    was_done = row.state == ParticipationState.DONE.value
    if minutes is None:
        minutes = row.minutes or minutes_of_slot(starts_at=slot.starts_at, ends_at=slot.ends_at)
    if was_done and minutes == row.minutes:
        return
    row.state, row.minutes, row.done_at = ParticipationState.DONE.value, minutes, row.done_at or now
    row.save(update_fields=["state", "minutes", "done_at"])
    _journal(row, by, "hours.counted", now)


def _attest(row: Participation, by: By, now: datetime) -> None:
    row.state, row.decided_by, row.decided_at = ParticipationState.ATTESTED.value, by.person_id, now
    row.save(update_fields=["state", "decided_by", "decided_at"])
    _journal(row, by, "hours.attested", now)


def _journal(row: Participation, by: By, verb: str, now: datetime) -> None:
    record(
        actor=by.person_id,
        role=by.role,
        verb=verb,
        thing_kind="participation",
        thing_id=row.pk,
        detail={"slot": str(row.slot_id), "minutes": row.minutes or 0},
        now=now,
    )
