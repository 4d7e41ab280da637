"""Reads for pages and for decisions: the roles that a person holds, and the one that they act in."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from entraide.accounts.models import Grant, Organisation
from entraide.accounts.permissions import Acting, HeldRole
from entraide.accounts.rules import Role, Scope, ScopeKind


def held_roles(*, person_id: UUID, now: datetime) -> list[HeldRole]:
    """Return the roles that a person holds at `now`, in the order of `Role`, with the names of their scopes."""
    order = list(Role)
    grants = Grant.objects.in_force(now).filter(person_id=person_id)
    return sorted(_described(grants), key=lambda held: (order.index(held.role), held.scope_name))


def acting_as(*, person_id: UUID, grant_id: str | None, now: datetime) -> Acting:
    """Return a person in the role of one of their grants, or without a role when that grant counts no more."""
    if grant_id is None:
        return Acting(person_id)
    held = _described(Grant.objects.in_force(now).filter(person_id=person_id, id=grant_id))
    return Acting(person_id, held[0] if held else None)


def _described(grants: Iterable[Grant]) -> list[HeldRole]:
    rows = list(grants)
    names = _organisation_names([row.scope_id for row in rows if row.scope_kind == ScopeKind.ORGANISATION])
    return [
        HeldRole(
            grant_id=row.id,
            role=Role(row.role),
            scope=Scope(kind=ScopeKind(row.scope_kind), id=row.scope_id),
            scope_name=names.get(row.scope_id, row.scope_id),
            role_name=str(Grant.ROLES[Role(row.role)]),
            departements=frozenset({row.scope_id}) if row.scope_kind == ScopeKind.DEPARTEMENT else frozenset(),
            expires_at=row.expires_at,
        )
        for row in rows
    ]


def _organisation_names(ids: list[str]) -> dict[str, str]:
    if not ids:
        return {}
    return {str(key): name for key, name in Organisation.objects.filter(id__in=ids).values_list("id", "name")}
