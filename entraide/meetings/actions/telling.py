"""What gateways hear of a room: a row that stays, and a NOTIFY that wakes them when the transaction has ended."""

from uuid import UUID

from django.db import connection
from django.db.models import Max

from entraide.meetings.models import RoomChange
from entraide.meetings.rules.words import ChangeKind

CHANNEL = "meetings_room"
WATCH_CHANNEL = "meetings_watch"
_TELL = """
WITH told AS (
    INSERT INTO meetings_roomchange (room_id, epoch, kind, participant, at)
    SELECT id, epoch, %(kind)s, %(participant)s, clock_timestamp() FROM meetings_room WHERE id = %(room)s
    RETURNING id
)
SELECT pg_notify(%(channel)s, id::text) FROM told
"""


def tell_gateways(room_id: UUID, kind: ChangeKind, *, participant: UUID | None = None) -> None:
    """Tell of a change of a room, in its present epoch, in the transaction that makes it."""
    with connection.cursor() as cursor:
        cursor.execute(_TELL, {"room": room_id, "kind": kind.value, "participant": participant, "channel": CHANNEL})


def wake_watch() -> None:
    """Let the watch look at once, when this transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [WATCH_CHANNEL])


def latest_change(room_id: UUID) -> int:
    """Return the number of a room's latest change, 0 before the first. Its row is locked, so that none is under way."""
    found = RoomChange.objects.filter(room_id=room_id).aggregate(latest=Max("id"))["latest"]
    return found or 0
