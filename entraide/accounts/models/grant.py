"""The tables of roles: grants that count until they expire or are revoked, and invitations that become grants."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from entraide.accounts.rules import Role, ScopeKind
from entraide.foundation.records import Record


class GrantQuerySet(models.QuerySet["Grant"]):
    """Named filters of grants."""

    def in_force(self, now: datetime) -> Self:
        """Return those that count at `now`: neither revoked nor expired, of a person who may sign in."""
        return self.filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=now), revoked_at=None, person__is_active=True
        )

    def of_organisation(self, organisation_id: object) -> Self:
        """Return the grants of an organisation's people."""
        return self.filter(scope_kind=ScopeKind.ORGANISATION, scope_id=str(organisation_id))


class Grant(Record):
    """A role of a person, limited to a scope, given by someone (or by the machine's operator: granted_by is null)."""

    ROLES = {
        Role.ORGANISATION_MANAGER.value: _("Manager"),
        Role.ORGANISATION_MEMBER.value: _("Member"),
        Role.REFERENT.value: _("Territory referent"),
        Role.CRISIS_COORDINATOR.value: _("Crisis coordinator"),
        Role.OPERATOR.value: _("Operator"),
    }
    SCOPE_KINDS = {
        ScopeKind.ORGANISATION.value: _("Organisation"),
        ScopeKind.DEPARTEMENT.value: _("Département"),
        ScopeKind.REGION.value: _("Region"),
        ScopeKind.CRISIS.value: _("Crisis"),
        ScopeKind.PLATFORM.value: _("Whole platform"),
    }

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=24, choices=ROLES)
    scope_kind = models.CharField(max_length=12, choices=SCOPE_KINDS)
    scope_id = models.CharField(max_length=36, blank=True)
    granted_by = models.UUIDField(null=True)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "scope_kind", "scope_id"],
                condition=models.Q(revoked_at=None),
                name="grant_once_while_not_revoked",
            ),
        ]
        indexes = [
            models.Index(
                fields=["scope_kind", "scope_id", "role"], name="grant_by_scope", condition=models.Q(revoked_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.scope_kind} {self.scope_id}".strip()


class Invitation(Record):
    """A role in an organisation offered by mail; it becomes a grant once, when its address's owner accepts it."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=24, choices=Grant.ROLES)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_once_while_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
