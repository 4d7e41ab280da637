"""The crisis."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from entraide.crises.rules import NO_LIMITS, Kind, Level, Limits, ProposalKind, ProposalState
from entraide.foundation.records import Record


class CrisisQuerySet(models.QuerySet["Crisis"]):
    """Named filters."""

    def open_at(self, now: datetime) -> "CrisisQuerySet":
        """Keep those that have begun and are not closed or past."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now).exclude(level=Level.CLOSED)


class Crisis(Record):
    """Something that calls for help beyond the usual, in some départements or everywhere (no zone).

    `allowed_domains`, `age_min` and `age_max` are its limits (`rules.Limits`).
    """

    slug = models.SlugField(unique=True)
    name = models.JSONField()
    kind = models.TextField(choices=[(kind, kind) for kind in Kind], default=Kind.OTHER)
    level = models.TextField(choices=[(level, level) for level in Level], default=Level.WATCH)
    zones = ArrayField(models.TextField(), default=list, blank=True)
    banner = models.JSONField(default=dict, blank=True)
    allowed_domains = ArrayField(models.TextField(), default=list, blank=True)
    age_min = models.PositiveSmallIntegerField(null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    level_changed_at = models.DateTimeField()

    objects = CrisisQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=list(Level)), name="crisis_level_is_known"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")), name="crisis_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(age_min=None) | Q(age_max=None) | Q(age_max__gte=models.F("age_min")),
                name="crisis_ages_in_order",
            ),
        ]
        indexes = [models.Index(fields=["level", "starts_at"], name="crisis_open")]

    def __str__(self) -> str:
        return self.slug

    @property
    def limits(self) -> Limits:
        """What it allows of its missions while it lasts."""
        if self.level == Level.CLOSED:
            return NO_LIMITS
        return Limits(frozenset(self.allowed_domains), self.age_min, self.age_max)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Named filters."""

    def waiting(self, now: datetime) -> "ProposalQuerySet":
        """Keep those that an operator may still decide about."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), state=ProposalState.WAITING)


class Proposal(Record):
    """A draft that an official alert made: of a crisis to open, or of what is to change about one. Nobody but operators
    reads it, and nothing follows from it before one of them decides.

    `zones` are empty where the alert names no département that we know. `source` is who sent the alert.
    """

    kind = models.TextField(choices=[(kind, kind) for kind in ProposalKind])
    state = models.TextField(choices=[(state, state) for state in ProposalState], default=ProposalState.WAITING)
    crisis = models.ForeignKey("crises.Crisis", on_delete=models.PROTECT, related_name="+", null=True)
    name = models.JSONField()
    text = models.JSONField(default=dict)
    crisis_kind = models.TextField(choices=[(kind, kind) for kind in Kind], default=Kind.OTHER)
    level = models.TextField(choices=[(level, level) for level in Level], default=Level.WATCH)
    zones = ArrayField(models.TextField(), default=list, blank=True)
    areas = models.TextField(blank=True)
    source = models.CharField(max_length=200)
    expires_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(ProposalKind)), name="proposal_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=list(ProposalState)), name="proposal_state_is_known"),
            models.CheckConstraint(
                condition=Q(kind=ProposalKind.OPEN) | Q(crisis__isnull=False), name="proposal_about_a_crisis"
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="proposal_waiting")]

    def __str__(self) -> str:
        return str(self.pk)
