"""Rooms opened and placed on PostgreSQL by many threads at once, for `bench.meetings`. Loaded once Django is set up."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.core.management import call_command
from django.db import connection
from django.db.models import F, Sum

from bench.lane import say
from bench.meeting_burst import LARGEST, meetings
from bench.report import Figure, Side
from entraide.meetings.actions.opening import Opener, RoomWish, open_room
from entraide.meetings.actions.placing import Queued
from entraide.meetings.models import Node, Placement, Pool, Room
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.load import USABLE_PERCENT, expected_pps
from entraide.meetings.rules.words import DriverKind, Health

NODES = 100


def figures(*, count: int, threads: int) -> Iterator[Figure]:
    """Place with room for all, which is timed, then with room for half, which must not be exceeded."""
    say("migrate")
    call_command("migrate", verbosity=0)
    hints = [len(meeting.joins) for meeting in meetings(rooms=2 * count, seed=0)][:count]
    needed = sum(expected_pps(hint) for hint in hints)
    # A node takes the largest room there is, however few rooms a rehearsal has.
    largest = expected_pps(LARGEST) * 100 // USABLE_PERCENT
    pool = _pool("roomy", capacity=max(2 * needed // NODES, 4 * largest))
    say(f"{count} rooms on {NODES} nodes")
    took, queued = _place_all(pool, hints, threads)
    yield Figure("rooms opened and placed, 100 nodes", count / took, "rooms/s", Side.AT_LEAST, 400)
    yield Figure("  had to wait though there was room", queued, "rooms", Side.AT_MOST, 0)
    yield from _exact(pool)
    pool = _pool("tight", capacity=max(needed * 100 // USABLE_PERCENT // 2 // NODES, largest))
    say(f"{count} rooms on nodes with room for half of them")
    took, queued = _place_all(pool, hints, threads)
    yield Figure("rooms asked for with room for half", count / took, "rooms/s")
    yield Figure("  had to wait", queued, "rooms")
    yield from _exact(pool)
    connection.close()


def _pool(key: str, *, capacity: int) -> Pool:
    """Make a pool of nodes that are well, and were heard of for as long as this lasts."""
    pool = Pool.objects.create(key=key)
    heard = database_now() + timedelta(hours=1)
    Node.objects.bulk_create(
        Node(
            pool=pool, name=f"{key}-{number}", driver=DriverKind.FAKE.value, url="", capacity_pps=capacity,
            health=Health.FRESH.value, seen_at=heard,
        )
        for number in range(NODES)
    )  # fmt: skip
    return pool


def _place_all(pool: Pool, hints: list[int], threads: int) -> tuple[float, int]:
    """Open a room for each hint; return the seconds that it took and how many had to wait."""

    def work(part: list[int]) -> int:
        try:
            opener = Opener(pool)
            return sum(
                isinstance(open_room(opener=opener, wish=RoomWish(size_hint=each)).placement, Queued) for each in part
            )
        finally:
            connection.close()

    parts = [hints[start::threads] for start in range(threads)]
    with ThreadPoolExecutor(threads) as workers:
        started = time.perf_counter()
        queued = sum(workers.map(work, parts))
        return time.perf_counter() - started, queued


def _exact(pool: Pool) -> Iterator[Figure]:
    """Tell whether the ledger is what the placements say, and no node has more than it may."""
    nodes = Node.objects.filter(pool=pool)
    over = nodes.filter(load_pps__gt=F("capacity_pps") * USABLE_PERCENT / 100).count()
    charged = dict(Placement.objects.charged().filter(node__pool=pool).values_list("node").annotate(Sum("charged_pps")))
    wrong = sum(charged.get(pk, 0) != load for pk, load in nodes.values_list("pk", "load_pps"))
    live = Placement.objects.live().filter(room__pool=pool).count()
    placed_rooms = Room.objects.open().filter(pool=pool, queued_at=None).count()
    yield Figure("  nodes given more than they may have", over, "nodes", Side.AT_MOST, 0)
    yield Figure("  nodes whose load is not the sum of their rooms", wrong, "nodes", Side.AT_MOST, 0)
    yield Figure("  rooms placed other than once", abs(live - placed_rooms), "rooms", Side.AT_MOST, 0)
