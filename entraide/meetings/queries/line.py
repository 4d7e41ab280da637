"""The line of rooms that wait for a node."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from entraide.meetings.models import Room
from entraide.meetings.rules import queue

_KEPT = """
SELECT EXISTS (
    SELECT FROM meetings_room
    WHERE pool_id = %(pool)s AND ended_at IS NULL
      AND queued_at <= clock_timestamp() - make_interval(secs => %(overtaken_for)s)
      AND id <> %(room)s AND (%(since)s::timestamptz IS NULL OR queued_at < %(since)s)
)
"""


def line_of(pool_id: UUID) -> list[queue.Waiting]:
    """Return the rooms of a pool that wait, in the order they are served."""
    rows = Room.objects.in_line().filter(pool_id=pool_id).values_list("pk", "queued_at", "was_placed")
    return queue.in_order(queue.Waiting(pk, since, was_placed) for pk, since, was_placed in rows if since is not None)


def is_kept_for_another(room: Room) -> bool:
    """Tell whether what gets free is kept for a room that has waited too long to be overtaken by this one."""
    if room.was_placed:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            _KEPT,
            {
                "pool": room.pool_id,
                "room": room.pk,
                "since": room.queued_at,
                "overtaken_for": queue.OVERTAKEN_FOR.total_seconds(),
            },
        )
        return bool(cursor.fetchone()[0])


def lines_of(participant_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return the rooms of these participants that wait for a node, each with its position in line."""
    rooms = Room.objects.in_line().filter(participants__in=participant_ids).distinct()
    return {room.pk: position for room in rooms if (position := position_of(room)) is not None}


def position_of(room: Room) -> int | None:
    """Return a room's position in line, the first being 1; None when it does not wait."""
    return None if room.queued_at is None else queue.position(line_of(room.pool_id), room.pk)
