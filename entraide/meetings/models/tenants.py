"""The table of tenants: who opens rooms here, such as a school's learning platform."""

from django.db import models
from django.db.models import Q

from entraide.foundation.records import Record


class Tenant(Record):
    """Who has rooms opened, in which pool, and within which bounds.

    Its secret makes the checksums of the BigBlueButton API, for which a digest is of no use; the former one is taken
    until `former_secret_until`, so that it can be changed while calls go on.
    """

    key = models.SlugField(max_length=40, unique=True)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+", null=True)
    pool = models.ForeignKey("meetings.Pool", on_delete=models.PROTECT, related_name="+")
    most_rooms = models.PositiveIntegerField(default=200)
    most_heads = models.PositiveIntegerField(default=100)
    secret = models.CharField(max_length=100)
    former_secret = models.CharField(max_length=100, blank=True)
    former_secret_until = models.DateTimeField(null=True)
    # The oldest of the sums, and the only one that many clients know.
    takes_sha1 = models.BooleanField(default=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(secret=""), name="tenant_has_secret"),
        ]

    def __str__(self) -> str:
        return self.key


class TenantRule(models.Model):
    """That rooms of hosts of a mail domain, or of an organisation, are a tenant's, and go to its pool."""

    tenant = models.ForeignKey("meetings.Tenant", on_delete=models.CASCADE, related_name="rules")
    domain = models.CharField(max_length=255, blank=True)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="+", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None) & ~Q(domain="") | Q(organisation__isnull=False, domain=""),
                name="tenant_rule_of_one_kind",
            ),
            models.UniqueConstraint(fields=["domain"], condition=~Q(domain=""), name="tenant_rule_domain_once"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(organisation__isnull=False),
                name="tenant_rule_organisation_once",
            ),
        ]

    def __str__(self) -> str:
        return self.domain or str(self.organisation_id)
