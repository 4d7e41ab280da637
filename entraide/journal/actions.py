"""Writing to the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from entraide.foundation import logs
from entraide.journal.models import Entry


def record(
    *,
    actor: UUID | None,
    role: str,
    verb: str,
    thing_kind: str,
    thing_id: UUID | str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write who did what to what, in the current transaction: the entry stands only if the deed does.

    `detail` holds states, counts and opaque ids, never a name, an address or a text that a person wrote.
    """
    Entry.objects.create(
        at=now,
        actor=actor,
        role=role,
        verb=verb,
        thing_kind=thing_kind,
        thing_id=str(thing_id),
        detail=dict(detail or {}),
        request_id=logs.request_id.get(),
    )
