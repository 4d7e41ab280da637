"""The tables of what happened: to nodes, for operators and judgement; to rooms, for the gateways that must hear it."""

from django.db import models
from django.db.models.functions import Now

from entraide.meetings.models.columns import one_of
from entraide.meetings.rules.words import ChangeKind, EventKind


class NodeEvent(models.Model):
    """What happened to a node. `detail` holds states, counts and ids; a complaint has the participant who made it."""

    node = models.ForeignKey("meetings.Node", on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12)
    participant = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [one_of("kind", EventKind, name="node_event_kind_is_known")]
        indexes = [
            models.Index(fields=["node", "kind", "-at"], name="node_event_latest"),
            models.Index(fields=["at"], name="node_event_old"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M:%S}"


class RoomChange(models.Model):
    """What the gateways must hear of a room, in the order of `id`: a NOTIFY wakes them, this is what it is about.

    Ids of overlapping transactions may appear out of order, but those of one room never do: its row is locked first.
    """

    room = models.ForeignKey("meetings.Room", on_delete=models.CASCADE, related_name="+")
    epoch = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    participant = models.UUIDField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [one_of("kind", ChangeKind, name="room_change_kind_is_known")]
        indexes = [models.Index(fields=["at"], name="room_change_old")]

    def __str__(self) -> str:
        return f"{self.room_id}.{self.epoch} {self.kind}"
