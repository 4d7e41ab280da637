"""A room goes from one node to another, in a new epoch."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from entraide.meetings.actions import ledger
from entraide.meetings.actions.placing import Placed, Queued, charge_some_node, put_in_line, wanted_of
from entraide.meetings.actions.telling import tell_gateways
from entraide.meetings.models import NodeEvent, Placement, Room
from entraide.meetings.queries.moment import database_now
from entraide.meetings.queries.presence import presence_in
from entraide.meetings.rules.promotion import Step, next_step
from entraide.meetings.rules.words import ChangeKind, EndReason, EventKind, PlacementState, RoomMode


@transaction.atomic
def replace_lost_room(*, room_id: UUID, node_id: UUID) -> Placed | Queued | None:
    """Give a room that its dead node has lost another place, or one in line; None when it is not there any more."""
    room = ledger.lock_room(room_id)
    if not _is_live_on(room, node_id):
        return None
    wanted = wanted_of(room)
    # Two nodes are locked here, and no two calls wait for one another: a dead node is never charged.
    ledger.end_placements(room.pk, reason=EndReason.NODE_DEAD)
    NodeEvent.objects.create(node_id=node_id, kind=EventKind.ROOM_LOST.value, detail={"room": str(room.pk)})
    target = charge_some_node(wanted, but=node_id)
    if target is None:
        Room.objects.filter(pk=room.pk).update(mode=RoomMode.NONE.value)
        room.mode = RoomMode.NONE.value
        return put_in_line(room)
    epoch = ledger.enter_node(room.pk, node_id=target, pps=wanted.expected_pps)
    tell_gateways(room.pk, ChangeKind.MOVED)
    return Placed(target, epoch, is_new=True)


@transaction.atomic
def move_room(*, room_id: UUID, node_id: UUID) -> Placed | None:
    """Move a room off a node that still runs: those in it join the new one first and leave the old one after.

    Returns None when the room is not there any more, or when no other node may take it: then it stays.
    """
    room = ledger.lock_room(room_id)
    if not _is_live_on(room, node_id):
        return None
    wanted = wanted_of(room)
    target = charge_some_node(wanted, but=node_id)
    if target is None:
        return None
    _leave_place(room)
    epoch = ledger.enter_node(room.pk, node_id=target, pps=wanted.expected_pps)
    tell_gateways(room.pk, ChangeKind.MOVED)
    return Placed(target, epoch, is_new=True)


@transaction.atomic
def finish_move(*, room_id: UUID) -> None:
    """End what a room has left behind. Raises Room.DoesNotExist."""
    room = ledger.lock_room(room_id)
    reason = EndReason.DEMOTED if room.mode == RoomMode.P2P.value else EndReason.MOVED
    ledger.end_placements(room_id, reason=reason, states=(PlacementState.LEAVING,))


@transaction.atomic
def demote_room(*, room_id: UUID) -> bool:
    """Let a room leave the place that two can do without; its media go peer to peer, in a new epoch.

    The two see each other over the server until they do directly. Returns False when the room needs its server by now.
    Raises Room.DoesNotExist.
    """
    room = ledger.lock_room(room_id)
    if room.ended_at is not None or next_step(presence_in(room, now=database_now())) != Step.DEMOTE:
        return False
    _leave_place(room)
    Room.objects.filter(pk=room.pk).update(mode=RoomMode.P2P.value, epoch=room.epoch + 1, queued_at=None)
    tell_gateways(room.pk, ChangeKind.MOVED)
    return True


def _leave_place(room: Room) -> None:
    Placement.objects.live().filter(room_id=room.pk).update(state=PlacementState.LEAVING.value, left_at=Now())


def _is_live_on(room: Room, node_id: UUID) -> bool:
    return Placement.objects.live().filter(room_id=room.pk, node_id=node_id).exists()
