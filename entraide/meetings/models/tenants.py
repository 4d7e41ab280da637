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
