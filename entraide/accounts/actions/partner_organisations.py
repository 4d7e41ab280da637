"""Organisations that a partner platform names: written as they are told of, managed by nobody here."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from entraide.accounts.actions.organisations import OrganisationDetails
from entraide.accounts.models import Organisation
from entraide.accounts.rules import OrganisationState
from entraide.foundation.rows import insert_rows, update_rows

_BARRED = (OrganisationState.SUSPENDED, OrganisationState.FLAGGED, OrganisationState.DEREGISTERED)


@transaction.atomic
def put_unmanaged_organisations(
    *, given: Sequence[tuple[UUID | None, OrganisationDetails]], now: datetime
) -> list[UUID]:
    """Write organisations, each new (None) or as another text of one written before; return their ids in order.

    They stay drafts without a manager or a level of verification: whoever is the organisation registers it apart.
    """
    known = Organisation.objects.in_bulk([key for key, _ in given if key])
    rows: list[Organisation] = []
    new: list[Organisation] = []
    changed: list[Organisation] = []
    for key, details in given:
        row = known.get(key) if key else None
        (changed if row else new).append(row := row or Organisation(state_changed_at=now))
        for name, value in asdict(details).items():
            setattr(row, name, value)
        rows.append(row)
    insert_rows(new)
    if changed:
        update_rows(changed, list(asdict(given[0][1])))
    return [row.pk for row in rows]


def barred_numbers(*, sirens: Sequence[str], rnas: Sequence[str]) -> frozenset[str]:
    """Return those of these numbers whose organisation was suspended, flagged or struck off here."""
    rows = Organisation.objects.filter(
        Q(siren__in=[each for each in sirens if each]) | Q(rna__in=[each for each in rnas if each]), state__in=_BARRED
    )
    return frozenset(number for pair in rows.values_list("siren", "rna") for number in pair if number)
