"""Nodes die, freeze, flap, lie and come back; rooms are placed again in a new epoch and never live on two."""

from datetime import timedelta

import pytest

from entraide.meetings.actions import moving
from entraide.meetings.actions.fleet import NotEmpty, drain_node, put_in_service, retire_node
from entraide.meetings.actions.placing import Placed
from entraide.meetings.actions.reporting import NotThere, take_complaint, take_probe
from entraide.meetings.actions.watching import watch_once
from entraide.meetings.models import Node, NodeEvent, Placement, Pool, Room, RoomChange
from entraide.meetings.queries.line import position_of
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.load import expected_pps
from entraide.meetings.rules.reports import BadReport, RoomLoad, read_rooms
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
SILENCE = timedelta(seconds=7.5)


def dies(node: Node, *others: Node) -> None:
    """Let a node fall silent for long enough, while the others go on reporting."""
    time_passes(SILENCE)
    for other in others:
        reports(other)


def health_of(node: Node) -> str:
    return Node.objects.values_list("health", flat=True).get(pk=node.pk)


def test_rooms_of_a_dead_node_get_other_places_in_the_next_epoch(pool: Pool) -> None:
    dead = node_well("dead", pool=pool)
    rooms = [placed(pool, heads=heads) for heads in (6, 28, 12)]
    others = [node_well(f"n{number}", pool=pool) for number in range(3)]
    dies(dead, *others)
    done = watch_once()
    assert (done.replaced, done.waiting) == (3, 0)
    assert health_of(dead) == "dead"
    assert rooms_of(dead) == set()
    assert [live_placement(room).epoch for room in rooms] == [2, 2, 2]  # type: ignore[union-attr]
    assert [len(rooms_of(node)) for node in others] == [1, 1, 1]
    assert unbalanced_nodes() == []
    assert Placement.objects.filter(node=dead, end_reason="node_dead").count() == 3


def test_the_biggest_are_placed_first_and_what_does_not_fit_waits_at_the_head_of_the_line(pool: Pool) -> None:
    dead = node_well("dead", pool=pool)
    small, large = placed(pool, heads=6), placed(pool, heads=28)
    left = node_well("left", pool=pool, capacity_pps=(expected_pps(28) + 1_000) * 100 // 60)
    filler = opened(pool_named("other"), size_hint=8).room
    dies(dead, left)
    newcomer = opened(pool, size_hint=40).room
    done = watch_once()
    assert (done.replaced, done.waiting) == (1, 1)
    assert rooms_of(left) == {large.pk}
    small.refresh_from_db()
    assert (small.mode, small.epoch, small.was_placed) == ("none", 1, True)
    newcomer.refresh_from_db()
    assert small.queued_at > newcomer.queued_at  # type: ignore[operator]
    assert [position_of(room) for room in (small, newcomer)] == [1, 2]
    assert live_placement(filler) is None


def test_those_in_a_room_are_told_where_it_went(pool: Pool) -> None:
    dead = node_well("dead", pool=pool)
    room = placed(pool, heads=6)
    for who in "abc":
        comes_in(room, who)
    other = node_well("n1", pool=pool)
    dies(dead, other)
    watch_once()
    assert list(RoomChange.objects.filter(room=room).values_list("kind", "epoch")) == [("moved", 2)]


def test_one_missed_report_forgets_no_room(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    room = placed(pool, heads=28)
    time_passes(timedelta(seconds=4))
    watch_once()
    assert health_of(node) == "fresh"
    reports(node, {})
    assert live_placement(room) is not None
    node.refresh_from_db()
    assert node.load_pps > 0


def test_a_suspect_node_keeps_its_rooms_and_gets_no_others(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    room = placed(pool, heads=28)
    time_passes(timedelta(seconds=6.5))
    watch_once()
    assert health_of(node) == "suspect"
    assert rooms_of(node) == {room.pk}
    assert not isinstance(opened(pool, size_hint=6).placement, Placed)
    reports(node)
    assert health_of(node) == "suspect"
    reports(node)
    assert health_of(node) == "fresh"


def test_a_node_that_freezes_and_thaws_finds_its_rooms_elsewhere_and_is_told_to_destroy_them(pool: Pool) -> None:
    frozen = node_well("frozen", pool=pool)
    room = placed(pool, heads=28)
    before = str(live_placement(room))
    other = node_well("n1", pool=pool)
    dies(frozen, other)
    watch_once()
    orders = reports(frozen, {before: RoomLoad(20, 20, 9_000), "somebody-elses": RoomLoad(1, 1, 1)})
    assert orders.destroy == (before,)
    assert orders.health == "returning"
    assert rooms_of(frozen) == set()
    for _ in range(4):
        assert reports(frozen, {before: RoomLoad(20, 20, 9_000)}).health == "returning"
    for _ in range(2):
        orders = reports(frozen, {})
    assert orders.health == "fresh"
    assert orders.destroy == ()
    assert live_placement(room).node_id == other.pk  # type: ignore[union-attr]
    assert NodeEvent.objects.filter(node=frozen, kind="stale_room").exists()


def test_a_node_that_dies_and_returns_before_anybody_looked_has_lost_its_rooms_too(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    room = placed(pool, heads=6)
    Node.objects.filter(pk=node.pk).update(health="dead", good_reports=0)
    reports(node, {})
    assert health_of(node) == "returning"
    other = node_well("n2", pool=pool)
    watch_once()
    assert live_placement(room).node_id == other.pk  # type: ignore[union-attr]


def test_a_new_node_must_show_three_times_that_it_is_well_and_empty(pool: Pool) -> None:
    node = node_new("new", pool=pool)
    assert [reports(node, {}).health for _ in range(3)] == ["returning", "returning", "fresh"]


def test_a_flapping_node_never_holds_a_room_in_two_places(pool: Pool) -> None:
    flapping, steady = node_well("flapping", pool=pool), node_well("steady", pool=pool)
    rooms = [placed(pool, heads=6) for _ in range(6)]
    for _ in range(5):
        dies(flapping, steady)
        watch_once()
        reports(flapping)
        reports(steady)
        watch_once()
        for room in rooms:
            assert Placement.objects.live().filter(room=room).count() == 1
        assert unbalanced_nodes() == []
    assert rooms_of(steady) == {room.pk for room in rooms}


def test_complaints_of_two_and_failed_probes_make_a_node_dead_within_moments(pool: Pool) -> None:
    dead = node_well("dead", pool=pool)
    room = placed(pool, heads=6)
    people = [comes_in(room, who).participant for who in "abc"]
    other = node_well("n1", pool=pool)
    assert take_complaint(node_id=dead.pk, participant_id=people[0].pk) == 1
    assert take_complaint(node_id=dead.pk, participant_id=people[0].pk) == 1
    assert take_probe(node_id=dead.pk, succeeded=False) == "fresh"
    assert take_complaint(node_id=dead.pk, participant_id=people[1].pk) == 2
    assert take_probe(node_id=dead.pk, succeeded=False) == "dead"
    watch_once()
    assert live_placement(room).node_id == other.pk  # type: ignore[union-attr]


def test_complaints_alone_kill_no_node(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    room = placed(pool, heads=6)
    for who in "abcdef":
        take_complaint(node_id=node.pk, participant_id=comes_in(room, who).participant.pk)
    watch_once()
    assert health_of(node) == "fresh"
    assert take_probe(node_id=node.pk, succeeded=True) == "fresh"


def test_nobody_complains_about_a_node_that_they_are_not_on(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    stranger = comes_in(opened(pool).room, "a").participant
    with pytest.raises(NotThere):
        take_complaint(node_id=node.pk, participant_id=stranger.pk)
    assert not NodeEvent.objects.filter(kind="complaint").exists()


def test_a_node_whose_agent_alone_died_is_spared_while_probes_succeed(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    room = placed(pool, heads=6)
    time_passes(timedelta(seconds=10))
    take_probe(node_id=node.pk, succeeded=True)
    watch_once()
    assert health_of(node) == "suspect"
    assert rooms_of(node) == {room.pk}
    time_passes(timedelta(seconds=21))
    watch_once()
    assert health_of(node) == "dead"


def test_draining_lets_rooms_be_until_the_deadline_and_then_moves_them_make_before_break(pool: Pool) -> None:
    old = node_well("old", pool=pool)
    room = placed(pool, heads=12)
    new = node_well("new", pool=pool)
    drain_node(node_id=old.pk, deadline=database_now() + timedelta(minutes=1))
    assert watch_once().moved == 0
    assert not isinstance(opened(pool, size_hint=8).placement, Placed) or len(rooms_of(old)) == 1
    time_passes(timedelta(minutes=1))
    reports(old)
    reports(new)
    assert watch_once().moved == 1
    states = dict(Placement.objects.filter(room=room).values_list("node__name", "state"))
    assert states == {"old": "leaving", "new": "live"}
    assert reports(old).destroy == ()
    with pytest.raises(NotEmpty):
        retire_node(node_id=old.pk)
    time_passes(timedelta(seconds=31))
    reports(old)
    reports(new)
    watch_once()
    assert dict(Placement.objects.filter(room=room).values_list("node__name", "state"))["old"] == "ended"
    assert unbalanced_nodes() == []
    retire_node(node_id=old.pk)


def test_a_drain_whose_rooms_fit_nowhere_else_leaves_them(pool: Pool) -> None:
    old = node_well("old", pool=pool)
    room = placed(pool, heads=12)
    drain_node(node_id=old.pk, deadline=database_now())
    assert watch_once().moved == 0
    assert rooms_of(old) == {room.pk}
    put_in_service(node_id=old.pk)
    old.refresh_from_db()
    assert (old.standing, old.drain_deadline) == ("in_service", None)


def test_two_watches_at_once_do_each_thing_once(pool: Pool) -> None:
    dead = node_well("dead", pool=pool)
    room = placed(pool, heads=6)
    other = node_well("n1", pool=pool)
    dies(dead, other)
    watch_once()
    assert moving.replace_lost_room(room_id=room.pk, node_id=dead.pk) is None
    assert moving.move_room(room_id=room.pk, node_id=dead.pk) is None
    room.refresh_from_db()
    assert room.epoch == 2


def test_rooms_that_nobody_is_in_end_and_give_back_their_place(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    empty, busy = placed(pool, heads=28), placed(pool, heads=28)
    for who in "abc":
        comes_in(busy, who)
    time_passes(timedelta(minutes=5, seconds=1))
    reports(node)
    assert watch_once().ended == 1
    assert set(Room.objects.open().values_list("pk", flat=True)) == {busy.pk}
    time_passes(timedelta(hours=8))
    reports(node)
    assert watch_once().ended == 1
    assert not Room.objects.filter(pk=empty.pk).open().exists()


@pytest.mark.parametrize(
    "rooms",
    [
        {"r": [1, 1]},
        {"r": [1, 1, 1, 1]},
        {"r": "1,1"},
        {"r": [1, 1, -1]},
        {"r": [-1, 0, 0]},
        {"r": [1, 2, 0]},
        {"r": [1, 1, 1.5]},
        {"r": [True, 0, 0]},
        {"r": [1, 1, 10**12]},
        {"r": [10**6, 0, 0]},
        {"r": None},
        {str(number): [0, 0, 0] for number in range(20_001)},
    ],
    ids=lambda rooms: str(rooms)[:30],
)
def test_a_report_that_cannot_be_true_is_refused_whole(rooms: dict[str, object]) -> None:
    with pytest.raises(BadReport):
        read_rooms(rooms)


def test_a_node_that_says_it_does_nothing_is_not_filled_beyond_its_reservations(pool: Pool) -> None:
    liar = node_well("liar", pool=pool, capacity_pps=expected_pps(8) * 3 * 100 // 60 + 3)
    for _ in range(10):
        opened(pool, size_hint=8)
        reports(liar)
    assert len(rooms_of(liar)) == 3
