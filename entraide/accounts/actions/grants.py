"""Giving roles and taking them back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.actions.people import Deed, NotActive
from entraide.accounts.models import Grant, Organisation, Person
from entraide.accounts.rules import PersonState, Role, Scope, ScopeKind, check_scope, is_in_force
from entraide.journal import api as journal


class LastOne(Exception):
    """The role cannot be taken back: nobody would be left who has it for this scope."""


class UnknownScope(Exception):
    """The thing that a role was to be limited to does not exist."""


@transaction.atomic
def grant_role(*, person_id: UUID, role: Role, scope: Scope, deed: Deed, expires_at: datetime | None = None) -> Grant:
    """Give a person a role; one that they hold already gets the new end and is returned.

    Raises UnfitScope, UnknownScope, or NotActive when the person is suspended or erased.
    """
    check_scope(role=role, scope=scope)
    _check_exists(scope)
    person = Person.objects.select_for_update().filter(pk=person_id, state=PersonState.ACTIVE).first()
    if person is None:
        raise NotActive(str(person_id))
    held = Grant.objects.filter(
        person=person, role=role, scope_kind=scope.kind, scope_id=scope.id, revoked_at=None
    ).first()
    if held is not None:
        if is_in_force(expires_at=held.expires_at, revoked_at=None, now=deed.now):
            return _extended(held, expires_at, deed)
        Grant.objects.filter(pk=held.pk).update(revoked_at=held.expires_at)
    grant = Grant.objects.create(
        person=person,
        role=role,
        scope_kind=scope.kind,
        scope_id=scope.id,
        granted_by=deed.actor,
        granted_at=deed.now,
        expires_at=expires_at,
    )
    _write(grant, "grant_role", deed)
    return grant


@transaction.atomic
def revoke_role(*, grant_id: UUID, deed: Deed) -> None:
    """Take a role back at once; one that was taken back already is left as it is.

    Raises LastOne for the last manager of an organisation and the last operator.
    """
    grant = Grant.objects.filter(pk=grant_id).first()
    if grant is None or grant.revoked_at is not None:
        return
    if grant.role in (Role.ORGANISATION_MANAGER, Role.OPERATOR):
        _keep_one(grant, deed.now)
    if Grant.objects.filter(pk=grant_id, revoked_at=None).update(revoked_at=deed.now, revoked_by=deed.actor):
        _write(grant, "revoke_role", deed)


def _keep_one(grant: Grant, now: datetime) -> None:
    """Lock the grants of the same role and scope, so that two people cannot take each other's role at once."""
    alike = Grant.objects.filter(role=grant.role, scope_kind=grant.scope_kind, scope_id=grant.scope_id)
    locked = list(alike.filter(revoked_at=None).order_by("id").select_for_update().values_list("id", flat=True))
    others = alike.in_force(now).filter(pk__in=locked).exclude(pk=grant.pk)
    if not others.exists():
        raise LastOne(str(grant.pk))


def _extended(held: Grant, expires_at: datetime | None, deed: Deed) -> Grant:
    if held.expires_at != expires_at:
        held.expires_at = expires_at
        Grant.objects.filter(pk=held.pk).update(expires_at=expires_at)
        _write(held, "extend_role", deed)
    return held


def _check_exists(scope: Scope) -> None:
    if scope.kind is ScopeKind.ORGANISATION and not Organisation.objects.filter(pk=scope.id).exists():
        raise UnknownScope(scope.id)


def _write(grant: Grant, verb: str, deed: Deed) -> None:
    journal.record(
        actor=deed.actor,
        role=deed.role,
        verb=verb,
        thing_kind="grant",
        thing_id=grant.pk,
        now=deed.now,
        detail={
            "person": str(grant.person_id),
            "role": grant.role,
            "scope_kind": grant.scope_kind,
            "scope_id": grant.scope_id,
        },
    )
