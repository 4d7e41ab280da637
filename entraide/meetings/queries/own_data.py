"""Everything that meetings keep about a person, for that person alone: no secret, nothing of others."""

from typing import Any
from uuid import UUID

from entraide.meetings.models import Invitation, Meeting, Participant, Room

_ROOM = ("name", "created_at", "size_hint", "has_lobby", "needs_login", "is_locked", "is_e2ee", "ended_at")
_PARTICIPANT = ("room__name", "display", "role", "state", "created_at", "joined_at", "left_at")
_PLANNED = ("title", "starts_at", "ends_at", "zone", "most_heads", "invited_wait", "created_at", "cancelled_at")
_INVITATION = ("meeting__title", "meeting__starts_at", "email", "name", "language", "role", "created_at", "revoked_at")


def meetings_of(*, person_id: UUID) -> dict[str, Any]:
    """Return plain values for JSON, a list for each table. One query a table."""
    rooms = Room.objects.filter(owner_id=person_id).order_by("pk")
    visits = Participant.objects.filter(person_id=person_id).order_by("pk")
    planned = Meeting.objects.filter(host_id=person_id).order_by("pk")
    invitations = Invitation.objects.filter(person_id=person_id).order_by("pk")
    return {
        "rooms": list(rooms.values(*_ROOM)),
        "meetings": list(visits.values(*_PARTICIPANT)),
        "planned_meetings": list(planned.values(*_PLANNED)),
        "meeting_invitations": list(invitations.values(*_INVITATION)),
    }
