"""The tables of the BigBlueButton API: the meetings that tenants create, and the webhooks that they ask for."""

from typing import Self

from django.db import models
from django.db.models import Q

from entraide.foundation.records import Record
from entraide.meetings.models.columns import one_of
from entraide.meetings.rules.bbb_words import GuestPolicy


class TenantMeetingQuerySet(models.QuerySet["TenantMeeting"]):
    """Named filters."""

    def open(self) -> Self:
        """Keep those that have not ended."""
        return self.filter(ended_at=None)


class TenantMeeting(Record):
    """A room as a tenant knows it: under an id of the tenant's own, with what the tenant said when it created it.

    `parameters` is whatever else was said, kept for servers that know it. `created_ms` is part of links to come in,
    so that those to an earlier meeting of the same id open nothing.
    """

    room = models.OneToOneField("meetings.Room", on_delete=models.CASCADE, related_name="tenant_meeting")
    tenant = models.ForeignKey("meetings.Tenant", on_delete=models.CASCADE, related_name="+")
    meeting_id = models.CharField(max_length=256)
    name = models.CharField(max_length=256)
    attendee_password = models.CharField(max_length=64)
    moderator_password = models.CharField(max_length=64)
    guest_policy = models.CharField(max_length=16, default=GuestPolicy.ACCEPT.value)
    voice_bridge = models.CharField(max_length=20, blank=True)
    minutes = models.PositiveIntegerField(default=0)
    created_ms = models.BigIntegerField()
    had_somebody = models.BooleanField(default=False)
    metadata = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)

    objects = TenantMeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("guest_policy", GuestPolicy, name="tenant_meeting_guest_policy_is_known"),
            models.UniqueConstraint(
                fields=["tenant", "meeting_id"], condition=Q(ended_at=None), name="tenant_meeting_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class TenantHook(models.Model):
    """An address that a tenant wants to be told at what happens in its meetings, or in one of them."""

    tenant = models.ForeignKey("meetings.Tenant", on_delete=models.CASCADE, related_name="hooks")
    url = models.CharField(max_length=1500)
    meeting_id = models.CharField(max_length=256, blank=True)
    events = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "url", "meeting_id"], name="tenant_hook_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
