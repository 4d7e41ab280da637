"""What an operator or the crisis asks of the line, and the mails to those who asked to be told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.crises import api as crises
from entraide.journal.api import record
from entraide.waiting.models import LineRow, ToTell
from entraide.waiting.notices import queue_open_again
from entraide.waiting.queries import line_state
from entraide.waiting.rules.reasons import Reason

TOLD_AT_ONCE = 200


@transaction.atomic
def set_paused(*, paused: bool, reason: Reason, actor: UUID | None, role: str, now: datetime) -> bool:
    """Let nobody in any more, or let people in again, and write down why; return False when it was so already."""
    _ensure_row()
    if not LineRow.objects.filter(pk=1, is_paused=not paused).update(is_paused=paused):
        return False
    verb = "line.paused" if paused else "line.resumed"
    record(actor=actor, role=role, verb=verb, thing_kind="line", thing_id="1", now=now, detail={"reason": reason.value})
    return True


@transaction.atomic
def set_bound(*, most_per_second: float | None, actor: UUID | None, role: str, now: datetime) -> None:
    """Let in at most so many sign-ups a second, or as many as can be kept (None)."""
    _ensure_row()
    LineRow.objects.filter(pk=1).update(most_per_second=most_per_second)
    detail = {"most_per_second": most_per_second}
    record(actor=actor, role=role, verb="line.bounded", thing_kind="line", thing_id="1", now=now, detail=detail)


def follow_crisis(*, now: datetime) -> None:
    """Ask for a proof of work when the crisis in force asks for one, and not otherwise."""
    wanted = crises.switches_in_force(now).proof_of_work
    _ensure_row()
    LineRow.objects.filter(pk=1).exclude(asks_proof=wanted).update(asks_proof=wanted)


def note_lag(*, seconds: float) -> None:
    """Tell the line how long the oldest sign-up has waited for the worker: when that is long, fewer are let in."""
    # The row is everybody's: whole seconds that did not change are not written again.
    LineRow.objects.filter(pk=1).exclude(lag_seconds=round(seconds)).update(lag_seconds=round(seconds))


def tell_who_asked(*, limit: int = TOLD_AT_ONCE) -> int:
    """Queue the mail to those who asked longest ago, if whoever comes now goes straight through; return how many.

    The address is deleted in the transaction that queues its mail: each is told once, and nothing of them is kept.
    """
    if not line_state().is_open:
        return 0
    with transaction.atomic():
        rows = list(ToTell.objects.select_for_update(skip_locked=True).order_by("asked_at")[:limit])
        queue_open_again((row.email, row.locale) for row in rows)
        ToTell.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _ensure_row() -> None:
    LineRow.objects.bulk_create([LineRow(pk=1)], ignore_conflicts=True)
