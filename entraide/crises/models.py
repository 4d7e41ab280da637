"""The crisis."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from entraide.crises.rules import Kind, Level
from entraide.foundation.records import Record


class CrisisQuerySet(models.QuerySet["Crisis"]):
    """Named filters."""

    def open_at(self, now: datetime) -> "CrisisQuerySet":
        """Keep those that have begun and are not closed or past."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now).exclude(level=Level.CLOSED)


class Crisis(Record):
    """Something that calls for help beyond the usual, in some départements or everywhere (no zone)."""

    slug = models.SlugField(unique=True)
    name = models.JSONField()
    kind = models.TextField(choices=[(kind, kind) for kind in Kind], default=Kind.OTHER)
    level = models.TextField(choices=[(level, level) for level in Level], default=Level.WATCH)
    zones = ArrayField(models.TextField(), default=list, blank=True)
    banner = models.JSONField(default=dict, blank=True)
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
        ]
        indexes = [models.Index(fields=["level", "starts_at"], name="crisis_open")]

    def __str__(self) -> str:
        return self.slug
