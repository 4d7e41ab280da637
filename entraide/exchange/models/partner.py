"""The table of partners: other platforms that read our missions, send theirs, or tell of dangers."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entraide.exchange.rules.words import FeedKind, Moderation
from entraide.foundation.records import Record


class PartnerQuerySet(models.QuerySet["Partner"]):
    """Named filters."""

    def with_key(self, digest: str, now: datetime) -> Self:
        """Keep the one whose key this is, or was until a moment that has not come yet."""
        former = Q(former_key_digest=digest, former_key_until__gt=now)
        return self.filter(Q(key_digest=digest) | former, is_active=True)

    def publishing(self) -> Self:
        """Keep those whose missions may be read here, by name."""
        return self.filter(is_active=True, sends_missions=True).order_by("name")

    def to_pull(self) -> Self:
        """Keep those whose feed is fetched by itself."""
        return self.filter(is_active=True).exclude(feed_url="")


class Partner(Record):
    """Another platform. Of its key a digest alone is kept; the former key opens until `former_key_until`.

    `shrink_allowed` is an operator's word, for one run, that a feed may be much smaller than what is online.
    """

    MODERATIONS = {
        Moderation.TRUSTED.value: _("Its missions go online at once"),
        Moderation.QUEUE.value: _("A referent reads each mission first"),
    }
    FEED_KINDS = {
        FeedKind.MISSIONS.value: _("Missions (XML)"),
        FeedKind.ALERTS.value: _("Official alerts (CAP 1.2)"),
    }

    name = models.CharField(_("Name"), max_length=120, unique=True)
    website = models.URLField(_("Website"), max_length=300, blank=True)
    key_digest = models.CharField(max_length=64, unique=True)
    key_made_at = models.DateTimeField()
    former_key_digest = models.CharField(max_length=64, blank=True)
    former_key_until = models.DateTimeField(null=True)
    moderation = models.CharField(_("Moderation"), max_length=8, choices=MODERATIONS, default=Moderation.QUEUE.value)
    sends_missions = models.BooleanField(_("May send missions"), default=False)
    sends_alerts = models.BooleanField(_("May send official alerts"), default=False)
    feed_url = models.URLField(_("Address of its feed"), max_length=1_000, blank=True)
    feed_kind = models.CharField(
        _("What the feed holds"), max_length=8, choices=FEED_KINDS, default=FeedKind.MISSIONS.value
    )
    shrink_allowed = models.BooleanField(default=False)
    is_active = models.BooleanField(pgettext_lazy("partner", "Active"), default=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(moderation__in=[each.value for each in Moderation]), name="partner_moderation_is_known"
            ),
            models.CheckConstraint(
                condition=Q(feed_kind__in=[each.value for each in FeedKind]), name="partner_feed_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
