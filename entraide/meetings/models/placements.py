"""The table of placements: which room is on which node, in which epoch, and what it counts there."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from entraide.meetings.models.columns import one_of
from entraide.meetings.rules.words import CHARGED, EndReason, PlacementState

_CHARGED = [state.value for state in CHARGED]


class PlacementQuerySet(models.QuerySet["Placement"]):
    """Named filters."""

    def live(self) -> Self:
        """Keep those where rooms are now."""
        return self.filter(state=PlacementState.LIVE.value)

    def charged(self) -> Self:
        """Keep those that count against their node."""
        return self.filter(state__in=_CHARGED)


class Placement(models.Model):
    """A room on a node in one epoch. `charged_pps` is its part of the node's load; an ended one has none.

    A room has one live placement at most. While it moves, the former one is leaving and still counts.
    """

    room = models.ForeignKey("meetings.Room", on_delete=models.CASCADE, related_name="placements")
    node = models.ForeignKey("meetings.Node", on_delete=models.PROTECT, related_name="placements")
    epoch = models.PositiveIntegerField()
    state = models.CharField(max_length=8, default=PlacementState.LIVE.value)
    expected_pps = models.PositiveIntegerField()
    live_pps = models.PositiveIntegerField(default=0)
    charged_pps = models.PositiveIntegerField()
    heads = models.PositiveIntegerField(default=0)
    placed_at = models.DateTimeField(db_default=Now())
    left_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=12, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", PlacementState, name="placement_state_is_known"),
            models.UniqueConstraint(
                fields=["room"], condition=Q(state=PlacementState.LIVE.value), name="placement_one_live_per_room"
            ),
            models.UniqueConstraint(fields=["room", "epoch"], name="placement_once_per_epoch"),
            models.CheckConstraint(
                condition=(
                    Q(state__in=_CHARGED, ended_at=None, end_reason="")
                    | Q(
                        state=PlacementState.ENDED.value,
                        ended_at__isnull=False,
                        charged_pps=0,
                        end_reason__in=[each.value for each in EndReason],
                    )
                ),
                name="placement_ended_charges_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["node"], name="placement_charged", condition=Q(state__in=_CHARGED)),
            models.Index(fields=["ended_at"], name="placement_ended", condition=Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}.{self.epoch}"
