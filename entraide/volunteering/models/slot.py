"""The table of slots, whose counters decide who has a place."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from entraide.foundation.records import Record
from entraide.volunteering.models.columns import one_of
from entraide.volunteering.rules.states import SLOT_LIVE, SlotState

MOST_PLACES = 10_000
_LIVE = [state.value for state in SLOT_LIVE]


class SlotQuerySet(models.QuerySet["Slot"]):
    """Named filters."""

    def live(self) -> Self:
        """Keep those that somebody could join, full ones included."""
        return self.filter(state__in=_LIVE)

    def ahead(self, now: datetime) -> Self:
        """Keep those that have not begun."""
        return self.filter(starts_at__gt=now)

    def with_places(self, seats: int = 1) -> Self:
        """Keep those whose counters leave so many places; ended holds that nobody tidied yet count as taken here."""
        return self.filter(capacity_max__gte=F("taken") + F("held") + seats)


class Slot(Record):
    """A time at which volunteers come. `taken` and `held` change in the transaction of their participations.

    `meeting_at` is when they meet, where that is before the work begins. `role` is what those of this slot do: a
    mission that needs two drivers and six packers has two slots at the same time, each with places of its own.
    """

    mission = models.ForeignKey("volunteering.Mission", on_delete=models.CASCADE, related_name="slots")
    place = models.ForeignKey(
        "volunteering.MissionPlace", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    series_id = models.UUIDField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    meeting_at = models.DateTimeField(null=True, blank=True)
    role = models.CharField(max_length=60, blank=True, default="", db_default="")
    capacity_min = models.PositiveIntegerField(default=0)
    capacity_max = models.PositiveIntegerField()
    taken = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    state = models.CharField(max_length=12, default=SlotState.OPEN.value)

    objects = SlotQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", SlotState, name="slot_state_is_known"),
            models.CheckConstraint(condition=Q(taken__gte=0), name="slot_taken_not_negative"),
            models.CheckConstraint(condition=Q(held__gte=0), name="slot_held_not_negative"),
            models.CheckConstraint(condition=Q(capacity_max__gte=F("taken") + F("held")), name="slot_never_overbooked"),
            models.CheckConstraint(
                condition=Q(capacity_max__range=(1, MOST_PLACES), capacity_min__lte=F("capacity_max")),
                name="slot_capacity_in_order",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_start"),
            models.CheckConstraint(
                condition=Q(meeting_at=None) | Q(meeting_at__lte=F("starts_at")), name="slot_meets_before_start"
            ),
        ]
        indexes = [
            models.Index(fields=["mission", "starts_at"], name="slot_of_mission"),
            models.Index(fields=["starts_at"], name="slot_live", condition=Q(state__in=_LIVE)),
            models.Index(
                fields=["starts_at"],
                name="slot_to_advance",
                condition=Q(state__in=[SlotState.CLOSED.value, SlotState.UNDER_WAY.value]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
