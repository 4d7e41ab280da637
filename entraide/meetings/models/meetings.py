"""The table of meetings that were planned."""

from django.db import models
from django.db.models import F, Q

from entraide.foundation.records import Record
from entraide.meetings.models.columns import one_of
from entraide.meetings.rules.load import MOST_HEADS
from entraide.meetings.rules.words import About


class Meeting(Record):
    """A meeting at a time, with people who are invited. Its room is opened when the first of them comes.

    `name` is that of the room, drawn when the meeting is planned, so that its address stands from then on. `about` says
    for whom it is: the host alone, or an organisation or mission whose id is `about_id`. `sequence` grows with each
    change that calendars must hear of. `invited_wait` is whether even who is invited waits at the door.
    """

    name = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=120)
    host = models.ForeignKey("accounts.Person", on_delete=models.SET_NULL, related_name="+", null=True)
    about = models.CharField(max_length=12, default=About.PERSON.value)
    about_id = models.UUIDField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=40)
    invited_wait = models.BooleanField(default=False)
    most_heads = models.PositiveIntegerField()
    sequence = models.PositiveIntegerField(default=0)
    room = models.OneToOneField("meetings.Room", on_delete=models.SET_NULL, related_name="meeting", null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("about", About, name="meeting_about_is_known"),
            models.CheckConstraint(
                condition=Q(about=About.PERSON.value, about_id=None)
                | (~Q(about=About.PERSON.value) & Q(about_id__isnull=False)),
                name="meeting_about_something",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_times_in_order"),
            models.CheckConstraint(condition=Q(most_heads__range=(2, MOST_HEADS)), name="meeting_heads_in_bounds"),
        ]
        indexes = [
            models.Index(fields=["host", "starts_at"], name="meeting_of_host"),
            models.Index(fields=["ends_at"], name="meeting_old"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
