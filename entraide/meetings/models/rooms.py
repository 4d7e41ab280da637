"""The table of rooms."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from entraide.foundation.records import Record
from entraide.meetings.models.columns import one_of
from entraide.meetings.rules.load import MOST_HEADS
from entraide.meetings.rules.words import RoomMode


class RoomQuerySet(models.QuerySet["Room"]):
    """Named filters."""

    def open(self) -> Self:
        """Keep those that have not ended."""
        return self.filter(ended_at=None)

    def in_line(self) -> Self:
        """Keep those that wait for a node."""
        return self.filter(ended_at=None, queued_at__isnull=False)


class Room(Record):
    """A place to meet under a name, until it ends.

    `epoch` grows each time its media go elsewhere; a placement, a token and the room on a node each belong to one
    epoch. Its mode is SFU exactly while it has a live placement. `heads` are those who are in it, counted in the
    transactions that let them in and out; `few_since` is since when two or fewer are there.
    """

    name = models.CharField(max_length=64)
    is_chosen = models.BooleanField(default=False)
    tenant = models.ForeignKey("meetings.Tenant", on_delete=models.PROTECT, related_name="+", null=True)
    pool = models.ForeignKey("meetings.Pool", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("accounts.Person", on_delete=models.SET_NULL, related_name="+", null=True)
    size_hint = models.PositiveIntegerField(null=True)
    most_heads = models.PositiveIntegerField(default=100)
    has_lobby = models.BooleanField(default=False)
    needs_login = models.BooleanField(default=False)
    is_locked = models.BooleanField(default=False)
    is_e2ee = models.BooleanField(default=False)
    can_p2p = models.BooleanField(default=True)
    mode = models.CharField(max_length=4, default=RoomMode.P2P.value)
    epoch = models.PositiveIntegerField(default=0)
    heads = models.IntegerField(default=0)
    peak_heads = models.PositiveIntegerField(default=0)
    few_since = models.DateTimeField(db_default=Now())
    queued_at = models.DateTimeField(null=True)
    was_placed = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("mode", RoomMode, name="room_mode_is_known"),
            models.UniqueConstraint(fields=["name"], condition=Q(ended_at=None), name="room_name_once"),
            models.CheckConstraint(condition=Q(heads__gte=0, heads__lte=F("most_heads")), name="room_heads_in_bounds"),
            models.CheckConstraint(condition=Q(most_heads__range=(1, MOST_HEADS)), name="room_most_heads_in_bounds"),
            models.CheckConstraint(
                condition=Q(size_hint=None) | Q(size_hint__range=(1, MOST_HEADS)), name="room_hint_in_bounds"
            ),
            models.CheckConstraint(
                condition=~Q(is_chosen=True) | Q(has_lobby=True) | Q(needs_login=True), name="room_chosen_has_door"
            ),
            models.CheckConstraint(
                condition=Q(queued_at=None) | ~Q(mode=RoomMode.SFU.value), name="room_in_line_has_no_server"
            ),
        ]
        indexes = [
            models.Index(
                fields=["pool", "queued_at"],
                name="room_in_line",
                condition=Q(ended_at__isnull=True, queued_at__isnull=False),
            ),
            models.Index(fields=["few_since"], name="room_few", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["tenant", "-ended_at"], name="room_of_tenant"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
