"""The tables of those who come: participants, bans, invitations."""

from typing import Self

from django.db import models
from django.db.models import Q

from entraide.foundation.records import Record
from entraide.meetings.models.columns import one_of
from entraide.meetings.rules.roles import Role
from entraide.meetings.rules.words import ParticipantState


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Named filters."""

    def present(self) -> Self:
        """Keep those who are in their room."""
        return self.filter(state=ParticipantState.PRESENT.value)


class Participant(Record):
    """Somebody who asked to come into a room: once per visitor, whatever became of it.

    `visitor` is a digest of the browser's cookie, or of the person who is signed in. `ticket` is the number of the
    one token that has been given and not been used; `session_digest` recognises who used it. `seen_at` is when a
    gateway last told that they are there: whoever no gateway tells of any more is let go.
    """

    room = models.ForeignKey("meetings.Room", on_delete=models.CASCADE, related_name="participants")
    visitor = models.CharField(max_length=64)
    person = models.ForeignKey("accounts.Person", on_delete=models.SET_NULL, related_name="+", null=True)
    # The latest link that they came by, which counts once for them however often they come again.
    invitation = models.ForeignKey("meetings.Invitation", on_delete=models.SET_NULL, related_name="+", null=True)
    display = models.CharField(max_length=60, blank=True)
    # Who sent them here vouches for their name, and knows them by an id of its own.
    is_named = models.BooleanField(default=False)
    outside_id = models.CharField(max_length=256, blank=True)
    is_guest = models.BooleanField(default=False)
    role = models.CharField(max_length=10)
    state = models.CharField(max_length=8)
    ticket = models.UUIDField(null=True)
    session_digest = models.CharField(max_length=64, blank=True)
    joined_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["seen_at"], name="participant_lost", condition=Q(state=ParticipantState.PRESENT.value))
        ]
        constraints = [
            one_of("role", Role, name="participant_role_is_known"),
            one_of("state", ParticipantState, name="participant_state_is_known"),
            models.UniqueConstraint(fields=["room", "visitor"], name="participant_once_per_room"),
            models.UniqueConstraint(
                fields=["session_digest"], condition=~Q(session_digest=""), name="participant_session_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Ban(models.Model):
    """That a visitor may not come into a room again, nor from a network where `network` is known (a digest)."""

    room = models.ForeignKey("meetings.Room", on_delete=models.CASCADE, related_name="bans")
    visitor = models.CharField(max_length=64)
    network = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey("meetings.Participant", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "visitor"], name="ban_once_per_visitor")]

    def __str__(self) -> str:
        return f"{self.room_id} {self.pk}"


class Invitation(Record):
    """A link that gives a role in a room, or in a planned meeting: so often, until so long. A digest of it is kept.

    A personal one has the address that it was sent to; without one it is for guests, whoever has it. `is_typed` tells
    addresses that the host typed from people of their own mission or organisation.
    """

    room = models.ForeignKey("meetings.Room", on_delete=models.CASCADE, related_name="invitations", null=True)
    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="invitations", null=True)
    digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=10)
    uses_left = models.PositiveIntegerField(null=True)
    ends_at = models.DateTimeField(null=True)
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=5, blank=True)
    person = models.ForeignKey("accounts.Person", on_delete=models.SET_NULL, related_name="+", null=True)
    is_typed = models.BooleanField(default=False)
    revoked_at = models.DateTimeField(null=True)
    # What a tenant says of whom it sends with it, beside the name.
    outside_id = models.CharField(max_length=256, blank=True)
    is_guest = models.BooleanField(default=False)

    class Meta:
        constraints = [
            one_of("role", Role, name="invitation_role_is_known"),
            models.CheckConstraint(condition=~Q(role=Role.WAITING.value), name="invitation_role_is_given"),
            models.CheckConstraint(
                condition=Q(room=None, meeting__isnull=False) | Q(room__isnull=False, meeting=None),
                name="invitation_to_one_thing",
            ),
            models.UniqueConstraint(
                fields=["meeting", "email"],
                condition=Q(revoked_at=None) & ~Q(email=""),
                name="invitation_once_per_address",
            ),
        ]
        indexes = [
            models.Index(fields=["email", "created_at"], name="invitation_of_address", condition=~Q(email="")),
            models.Index(fields=["person"], name="invitation_of_person", condition=Q(person__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.pk)
