"""One round of the watch: judge the nodes, place again what dead ones lost, move, serve the line, demote, tidy up.

Every step is a transaction of its own and takes only what is still as it was seen, so that a watch that is killed, or
two at once, harm nothing.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from entraide.meetings.actions import moving, opening, placing, reporting
from entraide.meetings.actions.being_there import let_go_of_lost
from entraide.meetings.drivers import janus_probe
from entraide.meetings.models import Meeting, Node, Placement, Room
from entraide.meetings.queries.line import line_of
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules import moves, queue
from entraide.meetings.rules.lifetime import ALONE_FOR, LONGEST, has_outlived
from entraide.meetings.rules.load import PEERS
from entraide.meetings.rules.moves import LEAVING_FOR, Moving
from entraide.meetings.rules.placement import FRESH_FOR
from entraide.meetings.rules.promotion import DEMOTED_AFTER
from entraide.meetings.rules.words import DriverKind, Health, PlacementState, RoomMode, Standing

# One watch at a time, over all processes. Any number that nothing else in this database locks.
WATCH_LOCK = 7_316_105_091
# What a node in one of these had is lost: it has to come back empty.
_LOST = (Health.DEAD.value, Health.RETURNING.value)
_BELIEVED = (Health.FRESH.value, Health.SUSPECT.value)
MOST_PROBES = 32


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did: rooms of dead nodes that found a place, or wait; rooms moved, served from the line, demoted,
    ended since nobody is there any more."""

    replaced: int
    waiting: int
    moved: int
    served: int
    demoted: int
    ended: int


def watch_once() -> Round:
    """Do what is due now."""
    probe_silent_nodes()
    judge_nodes()
    let_go_of_lost()
    replaced, waiting = replace_lost_rooms()
    done = Round(
        replaced=replaced,
        waiting=waiting,
        moved=move_off_draining(),
        served=serve_lines(),
        demoted=demote_small_rooms(),
        ended=end_outlived_rooms(),
    )
    finish_moves()
    return done


def watch_alone() -> Round | None:
    """Do what is due now, unless another process is at it: then None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [WATCH_LOCK])
        if not cursor.fetchone()[0]:
            return None
        try:
            return watch_once()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [WATCH_LOCK])


def probe_silent_nodes() -> None:
    """Ask the nodes of which nothing was heard whether they are there: it may be us who heard nothing of anybody."""
    silent = list(
        Node.objects.watched().filter(
            driver=DriverKind.JANUS.value, health__in=_BELIEVED, seen_at__lt=database_now() - FRESH_FOR
        )
    )
    if silent:
        with ThreadPoolExecutor(MOST_PROBES) as threads:
            answered = list(threads.map(janus_probe.answers, [node.url for node in silent]))
        for node, is_well in zip(silent, answered, strict=True):
            reporting.take_probe(node_id=node.pk, succeeded=is_well)


def judge_nodes() -> None:
    """Judge every node by what was, or was not, heard of it."""
    for node_id in Node.objects.watched().values_list("pk", flat=True):
        with transaction.atomic():
            node = Node.objects.select_for_update(no_key=True).get(pk=node_id)
            reporting.believe(node, now=database_now())


def replace_lost_rooms() -> tuple[int, int]:
    """Give the rooms of dead nodes other places, the biggest first; return how many found one and how many wait."""
    lost = list(Placement.objects.live().filter(node__health__in=_LOST).select_related("room"))
    node_of = {placement.room_id: placement.node_id for placement in lost}
    outcomes = [moving.replace_lost_room(room_id=room_id, node_id=node_of[room_id]) for room_id in _biggest_first(lost)]
    replaced = sum(isinstance(outcome, placing.Placed) for outcome in outcomes)
    return replaced, sum(isinstance(outcome, placing.Queued) for outcome in outcomes)


def move_off_draining() -> int:
    """Move the rooms of draining nodes whose deadline has come, the biggest first; return how many moved."""
    now, moved = database_now(), 0
    for node in Node.objects.filter(standing=Standing.DRAINING.value, health=Health.FRESH.value):
        if moves.must_leave(deadline=node.drain_deadline, now=now):
            live = Placement.objects.live().filter(node=node).select_related("room")
            outcomes = [moving.move_room(room_id=each, node_id=node.pk) for each in _biggest_first(live)]
            moved += sum(outcome is not None for outcome in outcomes)
    return moved


def serve_lines() -> int:
    """Place the rooms that wait, in their order, while there is room; return how many found a place."""
    now = database_now()
    pools = set(Room.objects.in_line().values_list("pool_id", flat=True))
    return sum(_serve(pool_id, now) for pool_id in pools)


def demote_small_rooms() -> int:
    """Demote the rooms in which two or fewer have been for a while; return how many were."""
    now = database_now()
    small = (
        Room.objects.open().exclude(mode=RoomMode.P2P.value).filter(few_since__lt=now - DEMOTED_AFTER, heads__lte=PEERS)
    )
    return sum(moving.demote_room(room_id=room_id) for room_id in small.values_list("pk", flat=True))


def end_outlived_rooms() -> int:
    """End the rooms that nobody is in any more, or that have lasted too long; return how many ended."""
    now = database_now()
    over = Room.objects.open().filter(Q(few_since__lt=now - ALONE_FOR, heads__lte=1) | Q(created_at__lt=now - LONGEST))
    awaited = set(Meeting.objects.filter(room__in=over, ends_at__gt=now).values_list("room_id", flat=True))
    return sum(
        opening.end_room(room_id=room.pk)
        for room in over
        if has_outlived(
            heads=room.heads,
            few_for=now - room.few_since,
            age=now - room.created_at,
            is_awaited=room.pk in awaited,
        )
    )


def finish_moves() -> None:
    """End what moved rooms have left behind."""
    left = Placement.objects.filter(state=PlacementState.LEAVING.value, left_at__lt=database_now() - LEAVING_FOR)
    for room_id in set(left.values_list("room_id", flat=True)):
        moving.finish_move(room_id=room_id)


def _serve(pool_id: UUID, now: datetime) -> int:
    served = 0
    unplaced: list[queue.Waiting] = []
    for waiting in line_of(pool_id):
        if not queue.may_overtake(unplaced, now=now):
            break
        try:
            outcome = placing.place_room(room_id=cast(UUID, waiting.room))
        except placing.RoomEnded:
            continue
        if isinstance(outcome, placing.Placed):
            served += 1
        else:
            unplaced.append(waiting)
    return served


def _biggest_first(placements: Iterable[Placement]) -> list[UUID]:
    """Return the rooms of placements, those that need the largest gap elsewhere first."""
    rooms = [Moving(each.room_id, placing.wanted_of(each.room)) for each in placements]
    return [cast(UUID, each.room) for each in moves.biggest_first(rooms)]
