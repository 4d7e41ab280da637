"""Everything that meetings keep about a person, for that person alone: no secret, nothing of others."""

from typing import Any
from uuid import UUID

from entraide.meetings.models import Participant, Room

_ROOM = ("name", "created_at", "size_hint", "has_lobby", "needs_login", "is_locked", "is_e2ee", "ended_at")
_PARTICIPANT = ("room__name", "display", "role", "state", "created_at", "joined_at", "left_at")


def meetings_of(*, person_id: UUID) -> dict[str, Any]:
    """Return plain values for JSON, a list for each table. One query a table."""
    rooms = Room.objects.filter(owner_id=person_id).order_by("pk")
    visits = Participant.objects.filter(person_id=person_id).order_by("pk")
    return {"rooms": list(rooms.values(*_ROOM)), "meetings": list(visits.values(*_PARTICIPANT))}
