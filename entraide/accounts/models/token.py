"""The table of tokens of the HTTP API. The token itself is shown once and never kept, only its digest."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from entraide.accounts.rules import ApiScope
from entraide.foundation.records import Record


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Named filters of tokens."""

    def in_force(self, now: datetime) -> Self:
        """Return those that open something at `now`."""
        return self.filter(expires_at__gt=now, revoked_at=None, person__is_active=True)


class ApiToken(Record):
    """A key with which a program acts for a person, within the scopes that the person chose."""

    SCOPES = {
        ApiScope.MISSIONS_READ.value: _("Read missions"),
        ApiScope.PARTICIPATIONS_READ.value: _("Read my participations"),
        ApiScope.PARTICIPATIONS_WRITE.value: _("Apply and cancel for me"),
    }

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("Name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40, choices=SCOPES))
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
