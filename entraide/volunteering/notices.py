"""Writes the messages that volunteers get, in the transaction of what they tell; the worker sends each once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Func, Value
from django.db.models.functions import Cast, Concat

from entraide.foundation import jobs
from entraide.volunteering.models import Notice, Participation
from entraide.volunteering.rules.words import NoticeKind

BATCH = 50


def tell(
    *,
    kind: NoticeKind,
    participations: Iterable[Participation],
    detail: Mapping[str, Any] | None = None,
    occasion: str = "",
) -> None:
    """Write a notice for each participation and ask the worker to send them, in the current transaction.

    A participation hears of each kind once; `occasion` tells apart what may happen to it several times.
    Each participation needs its volunteer loaded.
    """
    rows = [
        Notice(
            kind=kind.value,
            person_id=participation.volunteer.person_id,
            participation_id=participation.pk,
            slot_id=participation.slot_id,
            dedupe_key=f"{kind.value}:{participation.pk}{':' if occasion else ''}{occasion}",
            detail=dict(detail or {}),
        )
        for participation in participations
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    _ask_to_send([row.pk for row in rows])


def of_time(at: datetime) -> str:
    """Return the occasion of what is told once for each time that a slot is given."""
    return str(int(at.timestamp()))


def key_of_time(kind: NoticeKind) -> Concat:
    """Return, for participations, the key of a notice whose occasion is their slot's present time."""
    # Django's own Extract would shift the instant into the local zone first.
    seconds = Func("slot__starts_at", template="extract(epoch FROM %(expressions)s)::bigint::text")
    return Concat(Value(f"{kind.value}:"), Cast("pk", CharField()), Value(":"), seconds, output_field=CharField())


def _ask_to_send(notice_ids: list[UUID]) -> None:
    for start in range(0, len(notice_ids), BATCH):
        batch = [str(notice_id) for notice_id in notice_ids[start : start + BATCH]]
        jobs.defer("volunteering.send_notices", notice_ids=batch)
