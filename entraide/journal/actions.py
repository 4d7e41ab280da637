"""Writing to the journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from entraide.foundation import logs
from entraide.foundation.rows import insert_rows
from entraide.journal.models import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that somebody did to a thing.

    `detail` holds states, counts and opaque ids, never a name, an address or a text that a person wrote.
    """

    actor: UUID | None
    role: str
    verb: str
    thing_kind: str
    thing_id: UUID | str
    detail: Mapping[str, Any] = field(default_factory=dict)


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
    """Write who did what to what, in the current transaction: the entry stands only if the deed does."""
    deed = Deed(actor=actor, role=role, verb=verb, thing_kind=thing_kind, thing_id=thing_id, detail=detail or {})
    record_all([deed], now=now)


def record_all(deeds: Sequence[Deed], *, now: datetime) -> None:
    """Write the deeds of one moment in one statement."""
    request_id = logs.request_id.get()
    insert_rows(
        Entry(
            at=now,
            actor=deed.actor,
            role=deed.role,
            verb=deed.verb,
            thing_kind=deed.thing_kind,
            thing_id=str(deed.thing_id),
            detail=dict(deed.detail),
            request_id=request_id,
        )
        for deed in deeds
    )
