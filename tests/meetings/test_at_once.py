"""Many who ask at the same time, each on a connection of their own, against the real database."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TypeVar

import pytest
from django.db import connection

from entraide.meetings.actions.entering import NotAdmitted, TicketUsed, come_to_door, join_room
from entraide.meetings.actions.inviting import TooManyInvited, make_guest_link, secret_for
from entraide.meetings.actions.opening import Opener, RoomWish, TooManyRooms, end_room, open_room
from entraide.meetings.actions.placing import Placed, Queued, place_room
from entraide.meetings.actions.scheduling import open_when_due
from entraide.meetings.actions.watching import watch_once
from entraide.meetings.models import Node, Participant, Placement, Room, Tenant
from entraide.meetings.rules.admission import Refused
from entraide.meetings.rules.guests import Guest
from entraide.meetings.rules.invitations import TYPED_A_DAY
from entraide.meetings.rules.load import expected_pps, usable_pps
from entraide.meetings.rules.schedule import Phase
from entraide.meetings.rules.visitors import Visitor
from tests.meetings.situations import (
    KEY,
    host_person,
    node_well,
    opened,
    placed,
    planned,
    pool_named,
    reports,
    unbalanced_nodes,
)

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Make calls that begin together, each in a thread with a connection of its own; return what each returned."""
    together = threading.Barrier(len(calls))

    def call(function: Callable[[], T]) -> T:
        try:
            connection.ensure_connection()
            together.wait(timeout=60)
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def test_two_creates_of_one_room_are_one_room_in_one_place() -> None:
    pool = pool_named("public")
    for name in ("n1", "n2"):
        node_well(name, pool=pool)
    wish = RoomWish(name="conseil-municipal", size_hint=28, has_lobby=True)
    found = at_once([lambda: open_room(opener=Opener(pool), wish=wish)] * 12)
    assert len({each.room.pk for each in found}) == 1
    assert sum(each.is_new for each in found) == 1
    assert sum(isinstance(each.placement, Placed) and each.placement.is_new for each in found) == 1
    assert Placement.objects.count() == 1
    assert unbalanced_nodes() == []


def test_a_room_that_many_want_placed_is_placed_once() -> None:
    pool = pool_named("public")
    for number in range(3):
        node_well(f"n{number}", pool=pool)
    room = opened(pool).room
    outcomes = at_once([lambda: place_room(room_id=room.pk)] * 20)
    assert Counter(isinstance(each, Placed) and each.is_new for each in outcomes) == {True: 1, False: 19}
    assert Placement.objects.count() == 1


def test_a_hundred_who_place_at_once_fill_the_nodes_exactly_and_no_further() -> None:
    pool = pool_named("public")
    cost = expected_pps(8)
    # Seven nodes with room for eleven each: 77 find a place, 23 wait.
    for number in range(7):
        node_well(f"n{number}", pool=pool, capacity_pps=(11 * cost * 100 + 59) // 60)
    rooms = [Room.objects.create(name=f"room-{number}", pool=pool, size_hint=8) for number in range(100)]
    outcomes = at_once([partial(place_room, room_id=room.pk) for room in rooms])
    waiting = [each for each in outcomes if isinstance(each, Queued)]
    for node in Node.objects.all():
        assert node.load_pps <= usable_pps(node.capacity_pps)
        assert node.load_pps == cost * Placement.objects.charged().filter(node=node).count()
    assert len(outcomes) - len(waiting) == Placement.objects.live().count()
    # Whoever lost a race too often waits, though there is room: one round of the watch sees to it.
    watch_once()
    assert Placement.objects.live().count() == 77
    assert Room.objects.in_line().count() == 23
    assert unbalanced_nodes() == []


def test_a_token_that_is_shown_twice_at_once_lets_in_once() -> None:
    pool = pool_named("public")
    room = opened(pool).room
    token = come_to_door(name=room.name, visitor=Visitor(key="a"), key=KEY).token

    def join() -> bool:
        try:
            join_room(token=token, keys=(KEY,))
        except TicketUsed:
            return False
        return True

    assert Counter(at_once([join] * 8)) == {True: 1, False: 7}
    room.refresh_from_db()
    assert room.heads == 1


def test_the_last_seat_is_taken_once_and_the_third_promotes_once() -> None:
    pool = pool_named("public")
    node_well("n1", pool=pool)
    room = opened(pool, most_heads=5).room
    tokens = [come_to_door(name=room.name, visitor=Visitor(key=str(each)), key=KEY).token for each in range(9)]

    def join(token: str) -> bool:
        try:
            join_room(token=token, keys=(KEY,))
        except NotAdmitted as refused:
            return refused.reason != Refused.FULL
        return True

    joined = at_once([partial(join, token) for token in tokens])
    assert sum(joined) == 5
    room.refresh_from_db()
    assert (room.heads, room.mode) == (5, "sfu")
    assert Participant.objects.present().count() == 5
    assert Placement.objects.count() == 1


def test_the_last_room_of_a_tenant_is_opened_once() -> None:
    pool = pool_named("public")
    tenant = Tenant.objects.create(key="school", pool=pool, secret="s" * 32, most_rooms=3)

    def make() -> bool:
        try:
            return open_room(opener=Opener(pool, tenant), wish=RoomWish()).is_new
        except TooManyRooms:
            return False

    assert sum(at_once([make] * 10)) == 3
    assert Room.objects.open().count() == 3


def test_placing_ending_reporting_and_watching_at_once_keep_the_ledger_exact() -> None:
    pool = pool_named("public")
    nodes = [node_well(f"n{number}", pool=pool, capacity_pps=60_000) for number in range(4)]
    there = [placed(pool, heads=6) for _ in range(12)]

    def work(number: int) -> bool:
        for step in range(6):
            match (number + step) % 4:
                case 0:
                    opened(pool, size_hint=5 + step)
                case 1:
                    end_room(room_id=there[(number + step) % len(there)].pk)
                case 2:
                    reports(nodes[number % 4])
                case _:
                    watch_once()
        return True

    at_once([partial(work, number) for number in range(8)])
    assert unbalanced_nodes() == []
    for room in Room.objects.filter(mode="sfu"):
        assert Placement.objects.live().filter(room=room).count() == 1
    assert not Placement.objects.live().exclude(room__mode="sfu").exists()


def test_a_planned_meeting_to_which_all_come_at_once_has_one_room() -> None:
    meeting = planned(host_person(), begins_in=timedelta(minutes=5))
    assert set(at_once([lambda: open_when_due(name=meeting.name)] * 12)) == {Phase.OPEN}
    assert Room.objects.count() == 1


def test_by_a_link_for_three_guests_three_come_in_however_many_try_at_once() -> None:
    host = host_person()
    meeting = planned(host, begins_in=timedelta(minutes=5))
    link = secret_for(make_guest_link(meeting_id=meeting.pk, host_id=host.pk, most=3))
    open_when_due(name=meeting.name)

    def comes(number: int) -> bool:
        return bool(come_to_door(name=meeting.name, visitor=Visitor(key=f"g{number}"), key=KEY, invitation=link).token)

    assert Counter(at_once([partial(comes, number) for number in range(12)])) == {True: 3, False: 9}


def test_two_forms_at_once_do_not_pass_the_bound_of_a_day() -> None:
    host = host_person()
    guests = [[Guest(f"{form}-{number}@example.org") for number in range(TYPED_A_DAY // 2 + 1)] for form in range(4)]

    def plans(form: int) -> bool:
        try:
            planned(host, *guests[form])
        except TooManyInvited:
            return False
        return True

    assert Counter(at_once([partial(plans, form) for form in range(4)])) == {True: 1, False: 3}
