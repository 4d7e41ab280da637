"""The organisation says who came. Attendance moves no counter: a place that was taken stays taken."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Acting
from entraide.journal.api import record
from entraide.volunteering.actions.outcomes import Left, Outcome, bounded
from entraide.volunteering.models import Participation
from entraide.volunteering.permissions import By, NotAllowed, by_organisation
from entraide.volunteering.rules.check_in import DOORS_OPEN
from entraide.volunteering.rules.states import PARTICIPATION_MOVES, ParticipationState
from entraide.volunteering.rules.words import CheckIn


def mark_present(*, acting: Acting, participation_ids: list[UUID], now: datetime) -> Outcome:
    """Note that these volunteers came."""
    return _mark(acting, participation_ids, ParticipationState.PRESENT, now)


def mark_absent(*, acting: Acting, participation_ids: list[UUID], now: datetime) -> Outcome:
    """Note that these volunteers did not come."""
    return _mark(acting, participation_ids, ParticipationState.ABSENT, now)


def excuse(*, acting: Acting, participation_ids: list[UUID], now: datetime) -> Outcome:
    """Note that these absent volunteers had a good reason."""
    return _mark(acting, participation_ids, ParticipationState.EXCUSED, now)


@transaction.atomic
def _mark(acting: Acting, ids: list[UUID], target: ParticipationState, now: datetime) -> Outcome:
    outcome = Outcome(left=dict.fromkeys(bounded(ids), Left.UNKNOWN))
    rows = Participation.objects.filter(pk__in=outcome.left).select_related("slot__mission").order_by("pk")
    for row in rows.select_for_update(of=("self",), no_key=True):
        try:
            by = by_organisation(acting, row.slot.mission.organisation_id)
        except NotAllowed:
            outcome.left[row.pk] = Left.NOT_ALLOWED
            continue
        if not PARTICIPATION_MOVES.may(source=ParticipationState(row.state), target=target, actor=by.actor):
            outcome.left[row.pk] = Left.STATE
        elif now < row.slot.starts_at - DOORS_OPEN:
            outcome.left[row.pk] = Left.TOO_EARLY
        else:
            del outcome.left[row.pk]
            outcome.done.append(row.pk)
            _write(row, by, target, now)
    return outcome


def _write(row: Participation, by: By, target: ParticipationState, now: datetime) -> None:
    # Hours that were counted go with the presence; whoever is expected no more is asked nothing more.
    came = target is ParticipationState.PRESENT
    Participation.objects.filter(pk=row.pk).update(
        state=target.value,
        decided_by=by.person_id,
        decided_at=now,
        minutes=None,
        done_at=None,
        reconfirm_until=None,
        checked_in_at=now if came else None,
        check_in_by=CheckIn.ORGANISER.value if came else "",
    )
    record(
        actor=by.person_id,
        role=by.role,
        verb=f"attendance.{target.value}",
        thing_kind="participation",
        thing_id=row.pk,
        detail={"slot": str(row.slot_id), "from": row.state},
        now=now,
    )
