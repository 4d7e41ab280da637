"""Rooms get their places: once, within what nodes can take, from lenders when their own pool is full, else in line."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from entraide.meetings.actions import placing
from entraide.meetings.actions.entering import leave_room
from entraide.meetings.actions.fleet import drain_node
from entraide.meetings.actions.opening import BadSize, NotYours, Opener, RoomWish, TooManyRooms, end_room, open_room
from entraide.meetings.actions.placing import Placed, Queued, RoomEnded, place_room
from entraide.meetings.actions.watching import watch_once
from entraide.meetings.models import Loan, Node, Placement, Pool, Room, Tenant
from entraide.meetings.rules.load import expected_pps, usable_pps
from entraide.meetings.rules.names import BadName
from entraide.meetings.rules.reports import RoomLoad
from tests.meetings.situations import (
    comes_in,
    live_placement,
    node_new,
    node_well,
    opened,
    placed,
    pool_named,
    reports,
    rooms_of,
    time_passes,
    unbalanced_nodes,
)

pytestmark = pytest.mark.django_db


def test_a_room_for_many_has_its_load_counted_as_it_is_opened(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    found = opened(pool, size_hint=28)
    assert found.placement == Placed(node.pk, 1, is_new=True)
    node.refresh_from_db()
    assert node.load_pps == expected_pps(28)


def test_a_room_for_two_takes_nothing(pool: Pool) -> None:
    node_well("n1", pool=pool)
    for hint in (None, 1, 2):
        assert opened(pool, size_hint=hint).placement is None
    assert not Placement.objects.exists()


def test_a_server_with_pages_of_its_own_has_every_room(pool: Pool) -> None:
    node_well("n1", pool=pool)
    assert isinstance(opened(pool, can_p2p=False).placement, Placed)


def test_placing_again_is_no_second_placement(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    room = placed(pool, heads=8)
    assert place_room(room_id=room.pk) == Placed(node.pk, 1, is_new=False)
    assert Placement.objects.count() == 1
    assert unbalanced_nodes() == []


def test_opening_again_is_the_same_room_in_the_same_place(pool: Pool) -> None:
    node_well("n1", pool=pool)
    wish = RoomWish(name="conseil-municipal", size_hint=8, has_lobby=True)
    first, second = (open_room(opener=Opener(pool), wish=wish) for _ in range(2))
    assert (first.is_new, second.is_new) == (True, False)
    assert first.room == second.room
    assert isinstance(second.placement, Placed)
    assert not second.placement.is_new


def test_the_name_of_a_room_that_ended_is_free_again(pool: Pool) -> None:
    wish = RoomWish(name="conseil-municipal", has_lobby=True)
    first = open_room(opener=Opener(pool), wish=wish).room
    assert end_room(room_id=first.pk)
    assert not end_room(room_id=first.pk)
    again = open_room(opener=Opener(pool), wish=wish)
    assert again.is_new
    assert again.room != first


def test_a_name_that_somebody_else_has_is_not_given(pool: Pool) -> None:
    tenant = Tenant.objects.create(key="school", pool=pool, secret="s" * 32)
    wish = RoomWish(name="conseil-municipal", has_lobby=True)
    open_room(opener=Opener(pool, tenant), wish=wish)
    with pytest.raises(NotYours):
        open_room(opener=Opener(pool), wish=wish)


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (RoomWish(most_heads=0), BadSize),
        (RoomWish(most_heads=501), BadSize),
        (RoomWish(size_hint=0), BadSize),
        (RoomWish(size_hint=101), BadSize),
        (RoomWish(name="conseil-municipal"), BadName),
        (RoomWish(name="a\x00b", has_lobby=True), BadName),
    ],
)
def test_a_room_that_cannot_be_is_refused_and_nothing_is_kept(
    pool: Pool, wish: RoomWish, error: type[Exception]
) -> None:
    with pytest.raises(error):
        open_room(opener=Opener(pool), wish=wish)
    assert not Room.objects.exists()


def test_a_tenant_opens_as_many_as_it_may(pool: Pool) -> None:
    tenant = Tenant.objects.create(key="school", pool=pool, secret="s" * 32, most_rooms=2)
    rooms = [open_room(opener=Opener(pool, tenant), wish=RoomWish()).room for _ in range(2)]
    with pytest.raises(TooManyRooms):
        open_room(opener=Opener(pool, tenant), wish=RoomWish())
    end_room(room_id=rooms[0].pk)
    assert open_room(opener=Opener(pool, tenant), wish=RoomWish()).is_new
    assert Room.objects.open().count() == 2


def test_rooms_spread_over_the_least_loaded(pool: Pool) -> None:
    nodes = [node_well(f"n{number}", pool=pool) for number in range(4)]
    for _ in range(8):
        placed(pool, heads=8)
    assert [len(rooms_of(node)) for node in nodes] == [2, 2, 2, 2]


def test_a_node_that_is_unheard_of_silent_or_drained_gets_nothing(pool: Pool) -> None:
    node_new("never-heard", pool=pool)
    silent = node_well("silent", pool=pool)
    drained = node_well("drained", pool=pool)
    drain_node(node_id=drained.pk, deadline=None)
    time_passes(timedelta(seconds=6.5))
    assert isinstance(opened(pool, size_hint=8).placement, Queued)
    reports(silent)
    assert isinstance(opened(pool, size_hint=8).placement, Placed)
    assert len(rooms_of(silent)) == 1


def test_a_full_pool_never_overfills_and_says_the_position_in_line(pool: Pool) -> None:
    node = node_well("n1", pool=pool, capacity_pps=2 * expected_pps(8) * 100 // 60 + 2)
    outcomes = [opened(pool, size_hint=8).placement for _ in range(4)]
    assert [type(outcome) for outcome in outcomes] == [Placed, Placed, Queued, Queued]
    assert [outcome.position for outcome in outcomes if isinstance(outcome, Queued)] == [1, 2]
    node.refresh_from_db()
    assert node.load_pps <= usable_pps(node.capacity_pps)


def test_the_line_is_served_in_order_as_soon_as_there_is_room(pool: Pool) -> None:
    node_well("n1", pool=pool, capacity_pps=expected_pps(8) * 100 // 60 + 2)
    first, second, third = (opened(pool, size_hint=8).room for _ in range(3))
    end_room(room_id=first.pk)
    assert watch_once().served == 1
    assert live_placement(second) is not None
    assert live_placement(third) is None
    assert placing.place_room(room_id=third.pk) == Queued(1)


def test_a_room_that_has_waited_long_is_not_overtaken_for_ever(pool: Pool) -> None:
    node = node_well("n1", pool=pool, capacity_pps=expected_pps(8) * 100 // 60 + 2)
    large, small = opened(pool, size_hint=80).room, opened(pool, size_hint=28).room
    assert {live_placement(room) for room in (large, small)} == {None}
    Room.objects.filter(pk=small.pk).update(size_hint=6)
    time_passes(timedelta(seconds=61))
    reports(node)
    watch_once()
    assert live_placement(small) is None
    assert isinstance(opened(pool, size_hint=3).placement, Queued)
    Room.objects.filter(pk=large.pk).update(queued_at=None)
    watch_once()
    assert live_placement(small) is not None


def test_a_full_pool_borrows_and_keeps_what_is_guaranteed(pool: Pool) -> None:
    school = pool_named("education")
    Loan.objects.create(borrower=school, lender=pool)
    kept, lent = node_well("kept", pool=pool, is_guaranteed=True), node_well("lent", pool=pool)
    for _ in range(3):
        placed(school, heads=28)
    assert not rooms_of(kept)
    assert len(rooms_of(lent)) == 3


def test_what_is_measured_counts_when_it_is_more_than_what_was_expected(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    placement = live_placement(placed(pool, heads=8))
    reports(node, {str(placement): RoomLoad(40, 40, 30_000)})
    node.refresh_from_db()
    assert node.load_pps == 30_000
    reports(node, {str(placement): RoomLoad(2, 2, 100)})
    node.refresh_from_db()
    assert 4_700 < node.load_pps <= 4_800
    time_passes(timedelta(minutes=5))
    reports(node, {str(placement): RoomLoad(2, 2, 100)})
    node.refresh_from_db()
    assert 2_300 < node.load_pps <= 2_400


def test_what_is_usual_for_a_tenant_is_expected_where_nobody_says(pool: Pool) -> None:
    node_well("n1", pool=pool)
    tenant = Tenant.objects.create(key="school", pool=pool, secret="s" * 32)
    for peak in (2, 20, 24, 25):
        room = open_room(opener=Opener(pool, tenant), wish=RoomWish()).room
        end_room(room_id=room.pk)
        Room.objects.filter(pk=room.pk).update(peak_heads=peak)
    found = open_room(opener=Opener(pool, tenant), wish=RoomWish(can_p2p=False))
    assert live_placement(found.room).expected_pps == expected_pps(24)  # type: ignore[union-attr]


def test_two_talk_without_a_server_a_third_has_it_placed_and_leaving_demotes(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    room = opened(pool).room
    assert comes_in(room, "a").placement is None
    assert comes_in(room, "b").placement is None
    assert not Placement.objects.exists()
    third = comes_in(room, "c")
    assert isinstance(third.placement, Placed)
    assert third.epoch == 1
    leave_room(participant_id=third.participant.pk)
    assert watch_once().demoted == 0
    time_passes(timedelta(seconds=31))
    reports(node)
    assert watch_once().demoted == 1
    room.refresh_from_db()
    assert (room.mode, room.epoch, live_placement(room)) == ("p2p", 2, None)
    assert unbalanced_nodes() == []


def test_ending_gives_back_everything(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    room = placed(pool, heads=28)
    end_room(room_id=room.pk)
    node.refresh_from_db()
    assert node.load_pps == 0
    with pytest.raises(RoomEnded):
        place_room(room_id=room.pk)


def test_the_database_itself_refuses_a_second_live_placement(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    room = placed(pool, heads=8)
    with pytest.raises(IntegrityError, match="placement_one_live_per_room"), transaction.atomic():
        Placement.objects.create(room=room, node=node, epoch=9, expected_pps=0, charged_pps=0)
    with pytest.raises(IntegrityError, match="placement_once_per_epoch"), transaction.atomic():
        Placement.objects.create(room=room, node=node, epoch=1, expected_pps=0, charged_pps=0, state="leaving")
    with pytest.raises(IntegrityError, match="node_load_not_negative"), transaction.atomic():
        Node.objects.filter(pk=node.pk).update(load_pps=-1)
