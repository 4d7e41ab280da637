"""A fleet that lives at random: rooms come and go, people too, nodes die, freeze, lie and return, watches run or not.

The actions are the real ones on the real database; nodes are simulated servers whose agents report. Whatever happens,
no node is given more than it may have, no room is in two places, epochs only grow, and dead nodes get nothing.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from entraide.meetings.actions.entering import leave_room
from entraide.meetings.actions.fleet import drain_node, put_in_service
from entraide.meetings.actions.opening import end_room
from entraide.meetings.actions.placing import Placed
from entraide.meetings.actions.watching import watch_once
from entraide.meetings.drivers.base import Media, RoomSettings
from entraide.meetings.drivers.fake import FakeDriver, FakeNode
from entraide.meetings.models import Node, Participant, Placement, Pool, Room
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.fencing import NodeRoom, read_node_room
from entraide.meetings.rules.load import usable_pps
from entraide.meetings.rules.reports import RoomLoad
from tests.meetings.situations import comes_in, node_well, opened, pool_named, reports, time_passes, unbalanced_nodes

NODES = 3
CAPACITY = 90_000
NUMBERS = st.integers(0, 1_000)


class Fleet(RuleBasedStateMachine):
    """The fleet, and what must always hold of it."""

    @initialize()
    def begin(self) -> None:
        self.pool: Pool = pool_named("public")
        self.servers: dict[UUID, FakeNode] = {}
        self.epochs: dict[UUID, int] = {}
        self.up: set[UUID] = set()
        self.came = 0
        for number in range(NODES):
            node = node_well(f"n{number}", pool=self.pool, capacity_pps=CAPACITY)
            self.servers[node.pk] = FakeNode(name=node.name, capacity_pps=CAPACITY)
            self.up.add(node.pk)

    @rule(heads=st.one_of(st.none(), st.integers(1, 60)))
    def a_room_opens(self, heads: int | None) -> None:
        placed = opened(self.pool, size_hint=heads).placement
        if isinstance(placed, Placed):
            self._must_have_been_allowed(placed.node_id)

    @rule(number=NUMBERS)
    def somebody_comes(self, number: int) -> None:
        room = self._some_room(number)
        if room is None:
            return
        self.came += 1
        joined = comes_in(room, f"visitor {self.came}")
        if isinstance(joined.placement, Placed):
            if joined.placement.is_new:
                self._must_have_been_allowed(joined.placement.node_id)
            self._enters_server(room.pk, joined.placement, str(joined.participant.pk))

    @rule(number=NUMBERS)
    def somebody_leaves(self, number: int) -> None:
        present = list(Participant.objects.present().order_by("pk").values_list("pk", flat=True))
        if present:
            assert leave_room(participant_id=present[number % len(present)])

    @rule(number=NUMBERS)
    def a_room_ends(self, number: int) -> None:
        room = self._some_room(number)
        if room is not None:
            assert end_room(room_id=room.pk)

    @rule(number=NUMBERS)
    def a_node_dies(self, number: int) -> None:
        node_id = self._some_node(number)
        self.servers[node_id].crash()
        self.up.discard(node_id)

    @rule(number=NUMBERS)
    def a_node_freezes(self, number: int) -> None:
        node_id = self._some_node(number)
        self.servers[node_id].freeze()
        self.up.discard(node_id)

    @rule(number=NUMBERS)
    def a_node_comes_back(self, number: int) -> None:
        node_id = self._some_node(number)
        server = self.servers[node_id]
        if node_id not in self.up:
            # Frozen ones go on with what they had; dead ones have nothing.
            if server.rooms:
                server.thaw()
            else:
                server.start()
            self.up.add(node_id)

    @rule()
    def agents_report(self) -> None:
        for node in Node.objects.filter(pk__in=self.up):
            self._reports(node)

    @rule(number=NUMBERS, factor=st.sampled_from([0, 1, 5]))
    def an_agent_lies(self, number: int, factor: int) -> None:
        node_id = self._some_node(number)
        if node_id in self.up:
            self._reports(Node.objects.get(pk=node_id), factor=factor)

    @rule(seconds=st.sampled_from([1, 3, 6, 8, 40]))
    def time_goes_by(self, seconds: int) -> None:
        time_passes(timedelta(seconds=seconds))
        if seconds < 6:
            self.agents_report()

    @rule()
    def a_watch_goes_round(self) -> None:
        before = set(Placement.objects.values_list("pk", flat=True))
        watch_once()
        for placement in Placement.objects.live().exclude(pk__in=before):
            self._must_have_been_allowed(placement.node_id)
        lost = Placement.objects.live().filter(node__health__in=["dead", "returning"])
        assert not lost.exists()

    @rule(number=NUMBERS, drains=st.booleans())
    def an_operator_drains_or_puts_back(self, number: int, drains: bool) -> None:
        node_id = self._some_node(number)
        if drains:
            drain_node(node_id=node_id, deadline=database_now())
        else:
            put_in_service(node_id=node_id)

    @precondition(lambda self: hasattr(self, "pool"))
    @invariant()
    def a_node_carries_what_its_placements_charge(self) -> None:
        assert unbalanced_nodes() == []

    @precondition(lambda self: hasattr(self, "pool"))
    @invariant()
    def reservations_alone_never_exceed_what_may_be_used(self) -> None:
        # What is measured may: people come as they like, and agents lie.
        for node in Node.objects.all():
            measured = sum(Placement.objects.charged().filter(node=node).values_list("live_pps", flat=True))
            assert node.load_pps - measured <= usable_pps(node.capacity_pps)

    @precondition(lambda self: hasattr(self, "pool"))
    @invariant()
    def a_room_is_in_one_place_and_its_mode_says_so(self) -> None:
        for room in Room.objects.all():
            live = list(Placement.objects.live().filter(room=room).values_list("epoch", flat=True))
            assert live == ([room.epoch] if room.mode == "sfu" else [])

    @precondition(lambda self: hasattr(self, "pool"))
    @invariant()
    def epochs_only_grow(self) -> None:
        for pk, epoch in Room.objects.values_list("pk", "epoch"):
            assert epoch >= self.epochs.get(pk, 0)
            self.epochs[pk] = epoch

    @precondition(lambda self: hasattr(self, "pool"))
    @invariant()
    def heads_are_those_who_are_present(self) -> None:
        for room in Room.objects.open():
            assert room.heads == Participant.objects.present().filter(room=room).count()

    def _reports(self, node: Node, *, factor: int = 1) -> None:
        driver = FakeDriver(self.servers[node.pk])
        said = {
            str(room): RoomLoad(load.heads, load.heads, factor * (load.pps or 0))
            for room, load in driver.stats().rooms.items()
        }
        orders = reports(node, said)
        for name in orders.destroy:
            stale = read_node_room(name)
            assert stale is not None
            assert not Placement.objects.charged().filter(room=stale.room, epoch=stale.epoch, node=node).exists()
            driver.end(room=stale)

    def _enters_server(self, room_id: UUID, placed: Placed, participant: str) -> None:
        if placed.node_id not in self.up:
            return
        driver, room = FakeDriver(self.servers[placed.node_id]), NodeRoom(room_id, placed.epoch)
        driver.create(room=room, settings=RoomSettings(most_heads=100))
        moment = datetime.now(UTC)
        info = driver.join_info(room=room, participant=participant, now=moment)
        self.servers[placed.node_id].enter(info, now=moment, sends=list(Media))

    def _must_have_been_allowed(self, node_id: UUID) -> None:
        node = Node.objects.get(pk=node_id)
        assert (node.standing, node.health) == ("in_service", "fresh")
        assert database_now() - node.seen_at < timedelta(seconds=6.5)
        assert node.load_pps <= usable_pps(node.capacity_pps)

    def _some_room(self, number: int) -> Room | None:
        rooms = list(Room.objects.open().order_by("pk"))
        return rooms[number % len(rooms)] if rooms else None

    def _some_node(self, number: int) -> UUID:
        return list(self.servers)[number % NODES]


@pytest.mark.django_db
def test_whatever_happens_the_fleet_stays_whole() -> None:
    class Isolated(Fleet):
        """Each life in a transaction that is taken back."""

        def __init__(self) -> None:
            super().__init__()
            self.life = transaction.atomic()
            self.life.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.life.__exit__(None, None, None)

    run_state_machine_as_test(
        Isolated,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
