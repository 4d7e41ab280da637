"""Missions that were taken for one and are not: taken apart by a referent, or shown when what hid them is gone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.exchange.actions import comparing, receiving
from entraide.exchange.models import External
from entraide.journal import api as journal
from entraide.volunteering import api as volunteering


class NotTogether(Exception):
    """This mission of a partner is not shown by another one, or not any more."""


@transaction.atomic
def take_apart(*, external_id: UUID, actor: UUID | None, role: str, now: datetime) -> None:
    """Show a partner's mission by itself and never again behind the one that it was taken for. Raises NotTogether."""
    receiving.one_batch_at_a_time()
    row = External.objects.present().filter(pk=external_id, same_as__isnull=False).first()
    if row is None or row.same_as_id is None:
        raise NotTogether
    before = row.same_as_id
    other = External.objects.filter(mission=before).first()
    External.objects.filter(pk=row.pk).update(same_as=None, apart=[*row.apart, other.pk if other else before])
    if other:
        External.objects.filter(pk=other.pk).update(apart=[*other.apart, row.pk])
    receiving.receive_again(rows=[row], now=now)
    comparing.tell_sources(mission_ids=[before])
    journal.record(
        actor=actor,
        role=role,
        verb="mission.taken_apart",
        thing_kind="mission",
        thing_id=before,
        now=now,
        detail={"external": str(row.pk)},
    )


def show_those_behind_the_past(*, now: datetime) -> int:
    """Show what stands behind missions that the public cannot apply to any more; return how many."""
    behind = External.objects.present().filter(same_as__isnull=False).values_list("same_as_id", flat=True)
    count = 0
    for key in volunteering.not_public(ids=sorted({each for each in behind if each})):
        with transaction.atomic():
            receiving.one_batch_at_a_time()
            count += receiving.show_those_hidden_by(mission_ids=[key], now=now)
    return count
