"""A room gets a place on a node: its load is reserved in the transaction that places it."""

import random
from dataclasses import dataclass, replace
from typing import cast
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from entraide.meetings.actions import ledger
from entraide.meetings.actions.telling import tell_gateways
from entraide.meetings.models import Placement, Room
from entraide.meetings.queries.fleet import lent_fleet, own_fleet
from entraide.meetings.queries.line import is_kept_for_another, position_of
from entraide.meetings.queries.usual import usual_heads
from entraide.meetings.rules import pools
from entraide.meetings.rules.load import PEERS, expected_heads, expected_pps
from entraide.meetings.rules.placement import NodeFacts
from entraide.meetings.rules.words import ChangeKind, RoomMode

# Among those who ask at once, all but one find that the node they chose has just taken another room. They choose
# again among what is left then; whoever loses so often is told to wait, and is served by the line a moment later.
TRIES = 8
# What cannot be guessed need not be kept secret here: any source of chance will do.
_draw = random.SystemRandom().randrange


@dataclass(frozen=True, slots=True)
class Placed:
    """A room is on a node. `is_new` tells whether this very call put it there."""

    node_id: UUID
    epoch: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Queued:
    """There is no node for a room now; `position` is its place in line, the first being 1."""

    position: int


class RoomEnded(Exception):
    """The room has ended."""


@transaction.atomic
def place_room(*, room_id: UUID) -> Placed | Queued:
    """Place a room that needs a server: once, however many ask. Raises Room.DoesNotExist, RoomEnded."""
    room = ledger.lock_room(room_id)
    if room.ended_at is not None:
        raise RoomEnded
    return place_locked(room)


def place_locked(room: Room) -> Placed | Queued:
    """Place a room whose row is locked in this transaction, or put it in line."""
    if room.mode == RoomMode.SFU.value:
        live = Placement.objects.live().get(room_id=room.pk)
        return Placed(live.node_id, live.epoch, is_new=False)
    wanted = wanted_of(room)
    node_id = None if is_kept_for_another(room) else charge_some_node(wanted)
    if node_id is None:
        return put_in_line(room)
    epoch = ledger.enter_node(room.pk, node_id=node_id, pps=wanted.expected_pps)
    if room.heads or room.queued_at is not None:
        tell_gateways(room.pk, ChangeKind.MOVED)
    room.mode, room.epoch, room.queued_at = RoomMode.SFU.value, epoch, None
    return Placed(node_id, epoch, is_new=True)


def wanted_of(room: Room) -> pools.Wanted:
    """Return what a room needs of a node: for the people who are there and those who are expected."""
    usual = None if room.size_hint else usual_heads(room.tenant_id)
    heads = expected_heads(hint=room.size_hint, usual=usual, present=max(room.heads, PEERS + 1))
    return pools.Wanted(pool=room.pool_id, heads=heads, expected_pps=expected_pps(heads))


def charge_some_node(wanted: pools.Wanted, *, but: UUID | None = None) -> UUID | None:
    """Reserve load on the node that the rules choose; return it, or None when no node may take it."""
    refused: set[object] = set() if but is None else {but}
    for _ in range(TRIES):
        node = _chosen(wanted, refused)
        if node is None:
            return None
        node_id = cast(UUID, node.key)
        if ledger.charge_node(node_id, pps=wanted.expected_pps):
            return node_id
    return None


def _chosen(wanted: pools.Wanted, refused: set[object]) -> NodeFacts | None:
    for fleet_of in (own_fleet, lent_fleet):
        fleet = fleet_of(cast(UUID, wanted.pool))
        fleet = replace(fleet, nodes=[node for node in fleet.nodes if node.key not in refused])
        node = pools.place(wanted, fleet=fleet, draw=_draw)
        if node is not None:
            return node
    return None


def put_in_line(room: Room) -> Queued:
    """Let a locked room wait for a node, keeping the place in line that it has."""
    if room.queued_at is None:
        Room.objects.filter(pk=room.pk, queued_at=None).update(queued_at=Now())
        room.refresh_from_db(fields=["queued_at"])
        if room.heads:
            tell_gateways(room.pk, ChangeKind.QUEUED)
    return Queued(position_of(room) or 1)
