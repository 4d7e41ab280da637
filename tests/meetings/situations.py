"""Situations of meetings: pools with nodes that are well, rooms, people who come, and time that has passed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from entraide.accounts.models import Person
from entraide.meetings.actions.entering import Joined, come_to_door, join_room
from entraide.meetings.actions.fleet import NodeDetails, add_node
from entraide.meetings.actions.opening import Opened, Opener, RoomWish, open_room
from entraide.meetings.actions.reporting import Orders, take_report
from entraide.meetings.actions.scheduling import Plan, Purpose, plan_meeting
from entraide.meetings.models import Invitation, Meeting, Node, Participant, Placement, Pool, Room
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.guests import Guest
from entraide.meetings.rules.reports import Report, RoomLoad
from entraide.meetings.rules.tokens import join_key
from entraide.meetings.rules.visitors import Visitor
from entraide.meetings.rules.words import DriverKind, PlacementState

KEY = join_key("a secret of the tests, long enough for anybody")
WIDE = 200_000
# What ages, by table: the tests let time pass by moving what was noted, since the clock is the database's.
AGING = {
    "meetings_node": ("seen_at", "health_at", "probed_well_at", "drain_deadline"),
    "meetings_room": ("few_since", "queued_at", "created_at"),
    "meetings_placement": ("placed_at", "left_at"),
    "meetings_nodeevent": ("at",),
}


def pool_named(key: str, **fields: object) -> Pool:
    """Return the pool of this name."""
    return Pool.objects.get_or_create(key=key, defaults=fields)[0]


def node_new(name: str, *, pool: Pool, capacity_pps: int = WIDE, is_guaranteed: bool = False) -> Node:
    """Return a node that was added and never heard of."""
    details = NodeDetails(name, DriverKind.FAKE, f"fake://{name}", capacity_pps, is_guaranteed)
    return add_node(pool=pool, details=details)


def node_well(name: str, *, pool: Pool, capacity_pps: int = WIDE, is_guaranteed: bool = False) -> Node:
    """Return a node that has shown that it is well and empty."""
    node = node_new(name, pool=pool, capacity_pps=capacity_pps, is_guaranteed=is_guaranteed)
    for _ in range(3):
        reports(node)
    node.refresh_from_db()
    return node


def reports(node: Node, rooms: dict[str, RoomLoad] | None = None) -> Orders:
    """Let a node's agent report; by default what the node should have, each room without anybody in it."""
    if rooms is None:
        placed = Placement.objects.charged().filter(node=node)
        rooms = {str(placement): RoomLoad(0, 0, 0) for placement in placed}
    return take_report(node_id=node.pk, report=Report(rooms))


def opened(pool: Pool, *, size_hint: int | None = None, **wish: object) -> Opened:
    """Open a room with a drawn name."""
    return open_room(opener=Opener(pool), wish=RoomWish(size_hint=size_hint, **wish))  # type: ignore[arg-type]


def placed(pool: Pool, *, heads: int) -> Room:
    """Return a room for so many that has its place."""
    return opened(pool, size_hint=heads).room


def host_person(name: str = "Ada", **fields: str) -> Person:
    """Return somebody who plans meetings."""
    return Person.objects.create(email=f"{name.lower()}@example.org", first_name=name, last_name="Exemple", **fields)


def planned(
    host: Person,
    *guests: Guest,
    begins_in: timedelta = timedelta(days=1),
    lasts: timedelta = timedelta(hours=1),
    purpose: Purpose | None = None,
    **fields: Any,
) -> Meeting:
    """Return a meeting that somebody planned, to which these are invited."""
    starts_at = (database_now() + begins_in).replace(microsecond=0)
    values = {"title": "Réunion d’équipe", "zone": "Europe/Paris", "most_heads": 20, **fields}
    plan = Plan(starts_at=starts_at, ends_at=starts_at + lasts, **values)
    return plan_meeting(host_id=host.pk, plan=plan, guests=list(guests), purpose=purpose)


def invitation_to(meeting: Meeting, email: str) -> Invitation:
    """Return the invitation of an address."""
    return Invitation.objects.get(meeting=meeting, email=email, revoked_at=None)


def moved_by(meeting: Meeting, moved: timedelta) -> None:
    """Let a meeting be so much earlier: the clock is the database's, so that time passes this way."""
    meeting.refresh_from_db()
    times = {"starts_at": meeting.starts_at - moved, "ends_at": meeting.ends_at - moved}
    Meeting.objects.filter(pk=meeting.pk).update(**times)
    Invitation.objects.filter(meeting=meeting, ends_at=meeting.ends_at).update(ends_at=times["ends_at"])


def live_placement(room: Room) -> Placement | None:
    """Return where a room is now."""
    return Placement.objects.live().filter(room_id=room.pk).first()


def comes_in(room: Room, who: str, **fields: object) -> Joined:
    """Let somebody come to the door and join at once."""
    entry = come_to_door(name=room.name, visitor=Visitor(key=who, display=who, **fields), key=KEY)  # type: ignore[arg-type]
    return join_room(token=entry.token, keys=(KEY,))


def host_of(room: Room, who: str = "host") -> Joined:
    """Let somebody join as the owner."""
    joined = comes_in(room, who)
    Participant.objects.filter(pk=joined.participant.pk).update(role="owner")
    return joined


def time_passes(passed: timedelta) -> None:
    """Let everything that ages be so much older."""
    with connection.cursor() as cursor:
        for table, columns in AGING.items():
            moved = ", ".join(f"{column} = {column} - make_interval(secs => %(passed)s)" for column in columns)
            cursor.execute(f"UPDATE {table} SET {moved}", {"passed": passed.total_seconds()})  # noqa: S608 (names of ours)


def unbalanced_nodes() -> list[tuple[str, int, int]]:
    """Return the nodes whose load is not what their placements charge: there must never be any."""
    found = []
    for node in Node.objects.all():
        charged = sum(Placement.objects.charged().filter(node=node).values_list("charged_pps", flat=True))
        if charged != node.load_pps:
            found.append((node.name, node.load_pps, charged))
    return found


def rooms_of(node: Node) -> set[UUID]:
    """Return the rooms that live on a node."""
    live = Placement.objects.filter(node=node, state=PlacementState.LIVE.value)
    return set(live.values_list("room_id", flat=True))
