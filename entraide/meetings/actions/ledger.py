"""The ledger of load: what a node carries is the sum of what its placements charge, always in one transaction."""

from uuid import UUID

from django.db import connection

from entraide.meetings.models import Room
from entraide.meetings.rules.load import USABLE_PERCENT
from entraide.meetings.rules.placement import FRESH_FOR
from entraide.meetings.rules.words import CHARGED, EndReason, PlacementState

_CHARGE = """
UPDATE meetings_node SET load_pps = load_pps + %(pps)s
WHERE id = %(node)s AND standing = 'in_service' AND health = 'fresh'
  AND seen_at >= clock_timestamp() - make_interval(secs => %(fresh_for)s)
  AND load_pps + %(pps)s <= capacity_pps::bigint * %(usable)s / 100
"""
_ENTER = """
WITH entered AS (
    UPDATE meetings_room
    SET mode = 'sfu', epoch = epoch + 1, queued_at = NULL, was_placed = true
    WHERE id = %(room)s RETURNING id, epoch
)
INSERT INTO meetings_placement
    (room_id, node_id, epoch, state, expected_pps, live_pps, charged_pps, heads, placed_at, end_reason)
SELECT id, %(node)s, epoch, 'live', %(pps)s, 0, %(pps)s, 0, clock_timestamp(), '' FROM entered
RETURNING epoch
"""
_LOCK_NODES = """
SELECT id FROM meetings_node
WHERE id = ANY(%(more)s) OR id IN (
    SELECT node_id FROM meetings_placement WHERE room_id = %(room)s AND state = ANY(%(states)s)
)
ORDER BY id FOR NO KEY UPDATE
"""
_END = """
WITH before AS (
    SELECT id, node_id, charged_pps FROM meetings_placement
    WHERE room_id = %(room)s AND state = ANY(%(states)s) FOR UPDATE
), ended AS (
    UPDATE meetings_placement
    SET state = 'ended', charged_pps = 0, ended_at = clock_timestamp(), end_reason = %(reason)s
    FROM before WHERE meetings_placement.id = before.id
), given_back AS (
    SELECT node_id, sum(charged_pps) AS pps FROM before GROUP BY node_id
)
UPDATE meetings_node SET load_pps = load_pps - given_back.pps
FROM given_back WHERE meetings_node.id = given_back.node_id
"""


def lock_room(room_id: UUID) -> Room:
    """Lock a room's row, which every change of it begins with. Raises Room.DoesNotExist."""
    return Room.objects.select_for_update(no_key=True).get(pk=room_id)


def lock_nodes(room_id: UUID, *more: UUID) -> None:
    """Lock the nodes that a room is charged to, and others that it may go to, in the order that avoids deadlocks."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_NODES, {"room": room_id, "more": list(more), "states": _words(*CHARGED)})


def charge_node(node_id: UUID, *, pps: int) -> bool:
    """Reserve load on a node; return False when it must not take it now. This decides among all who ask at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CHARGE, {"node": node_id, "pps": pps, "fresh_for": FRESH_FOR.total_seconds(), "usable": USABLE_PERCENT}
        )
        return bool(cursor.rowcount)


def enter_node(room_id: UUID, *, node_id: UUID, pps: int) -> int:
    """Put a room without a live placement on a node that was charged for it; return its new epoch."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, {"room": room_id, "node": node_id, "pps": pps})
        row = cursor.fetchone()
    return int(row[0])


def end_placements(room_id: UUID, *, reason: EndReason, states: tuple[PlacementState, ...] = CHARGED) -> None:
    """End a room's placements in these states and give back what they charge."""
    lock_nodes(room_id)
    with connection.cursor() as cursor:
        cursor.execute(_END, {"room": room_id, "states": _words(*states), "reason": reason.value})


def _words(*states: PlacementState) -> list[str]:
    return [state.value for state in states]
