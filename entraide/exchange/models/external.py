"""The tables of what partners sent: each mission as they gave it, and the organisations that they name."""

from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from entraide.foundation.records import Record


class ExternalQuerySet(models.QuerySet["External"]):
    """Named filters."""

    def present(self) -> Self:
        """Keep those that their partner still has."""
        return self.filter(withdrawn_at=None)

    def online(self) -> Self:
        """Keep those that a mission of ours shows, its own or that of another partner."""
        return self.present().filter(models.Q(mission__isnull=False) | models.Q(same_as__isnull=False))

    def of_partner(self, partner_id: UUID) -> Self:
        """Keep those of one partner."""
        return self.filter(partner_id=partner_id)


class External(Record):
    """A mission of a partner as it was last accepted, or why it was refused (`code`, else empty).

    It is shown by a mission of its own, or by another platform's that is the same (`same_as`), or by none. `apart` are
    what a referent said that it is not: records of partners, missions of ours. A feed that is pulled says nothing of
    what `is_pushed`. `content` is the document as it was given, less what runs, and `checksum` tells it from others;
    `digest` tells how the feed wrote it, so that what is written the same need not be read again.
    """

    partner = models.ForeignKey("exchange.Partner", on_delete=models.PROTECT, related_name="+")
    client_id = models.CharField(max_length=200)
    checksum = models.CharField(max_length=64)
    digest = models.CharField(max_length=32, blank=True, db_default="")
    content = models.JSONField()
    code = models.CharField(max_length=30, blank=True)
    field = models.CharField(max_length=40, blank=True)
    mission = models.OneToOneField("volunteering.Mission", on_delete=models.PROTECT, related_name="+", null=True)
    same_as = models.ForeignKey("volunteering.Mission", on_delete=models.PROTECT, related_name="+", null=True)
    apart = ArrayField(models.UUIDField(), default=list, blank=True)
    block = models.CharField(max_length=80, blank=True)
    title_key = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    is_pushed = models.BooleanField(default=False)

    objects = ExternalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "client_id"], name="external_once_per_partner"),
            models.CheckConstraint(
                condition=models.Q(mission=None) | models.Q(same_as=None), name="external_shown_once"
            ),
        ]
        indexes = [
            models.Index(fields=["block"], name="external_block", condition=~models.Q(block="")),
        ]

    def __str__(self) -> str:
        return self.client_id


class PartnerOrganisation(models.Model):
    """Which organisation stands for one that a partner names, by its numbers, else by the partner's own id or name."""

    partner = models.ForeignKey("exchange.Partner", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "key"], name="partner_organisation_once")]

    def __str__(self) -> str:
        return self.key
