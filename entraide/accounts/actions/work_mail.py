"""Choosing how often one is told of what waits, and taking the right to tell somebody now."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.models import WorkMailWish
from entraide.accounts.rules import USUAL_CADENCE, Cadence, WorkMail


@transaction.atomic
def choose_cadences(*, person_id: UUID, wishes: Mapping[WorkMail, Cadence]) -> None:
    """Write how often a person wants to be told."""
    for kind, cadence in sorted(wishes.items()):
        WorkMailWish.objects.update_or_create(person_id=person_id, kind=kind.value, defaults={"cadence": cadence.value})


def claim_work_mail(*, person_id: UUID, kind: WorkMail, seen: datetime | None, now: datetime) -> bool:
    """Note in the current transaction that a person is told now; False when somebody else has told them meanwhile.

    `seen` is when they had been told last, as it was read before.
    """
    if seen is None:
        usual = WorkMailWish(person_id=person_id, kind=kind.value, cadence=USUAL_CADENCE[kind].value)
        WorkMailWish.objects.bulk_create([usual], ignore_conflicts=True)
    rows = WorkMailWish.objects.filter(person_id=person_id, kind=kind.value, told_at=seen)
    return bool(rows.update(told_at=now))
