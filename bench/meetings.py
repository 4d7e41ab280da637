"""`bin/bench meetings`: how rooms are placed, how soon people see each other, and what it costs.

The worst node over the mean at most 1.35 on 20 nodes and 1.5 on 100, when seven rooms in ten say how many will come. On
PostgreSQL with 100 nodes at least 400 placements a second, and no node given more than it may have. In browsers, a
picture 1.2 s after the click at the door, and again 3 s after a media server was killed, 8 s after it froze.
"""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean, median

from bench import meeting_apart, node
from bench.lane import own_database, say
from bench.meeting_burst import Outcome, Run, capacity_for, meetings
from bench.meeting_rules import RULES, Ours
from bench.report import Figure, Side, finish
from entraide.foundation import postgres

THREADS = 8
ROOMS_PER_NODE = 35


@dataclass(frozen=True, slots=True)
class Scale:
    """How many bursts are played on 20 and on 100 nodes, and how many rooms are placed on PostgreSQL."""

    seeds: dict[int, int]
    placements: int


FULL = Scale({20: 40, 100: 8}, 4_000)
QUICK = Scale({20: 3, 100: 1}, 400)
BOUNDS = {20: 1.35, 100: 1.5}


def main(*, quick: bool) -> int:
    """Measure and report; return 1 when a bound does not hold."""
    scale = QUICK if quick else FULL
    figures = [figure for nodes, seeds in scale.seeds.items() for figure in bursts(nodes, seeds)]
    setup = {
        "servers of the bursts": "simulated",
        "placements": f"{THREADS} threads, PostgreSQL with fsync on the same machine",
    }
    for part in meeting_apart.PARTS:
        if lacks := meeting_apart.missing(part):
            setup[part] = f"not measured: {lacks}"
        else:
            figures += meeting_apart.figures_of(part, quick=quick)
    figures += placed(scale.placements)
    return finish(benchmark="meetings", figures=figures, quick=quick, setup=setup)


def bursts(nodes: int, seeds: int) -> Iterator[Figure]:
    """Play the same bursts under every rule."""
    for make in RULES:
        say(f"{nodes} nodes: {make.name}")
        outcomes = [_outcome(make, nodes, seed) for seed in range(seeds)]
        bound = BOUNDS[nodes] if make is Ours else None
        worst = median(outcome.worst_over_mean for outcome in outcomes)
        yield Figure(f"{nodes} nodes, worst over mean: {make.name}", worst, "times", Side.AT_MOST, bound)
        over = mean(outcome.over_capacity for outcome in outcomes)
        yield Figure("  nodes over their capacity", over, "nodes", Side.AT_MOST, 0 if make is Ours else None)
        if issubclass(make, Ours):
            yield Figure("  rooms that had to wait", mean(outcome.waiting for outcome in outcomes), "rooms")


def _outcome(make: type, nodes: int, seed: int) -> Outcome:
    burst = meetings(rooms=ROOMS_PER_NODE * nodes, seed=seed)
    capacity = capacity_for(burst, nodes=nodes)
    rule = make(nodes, capacity, random.Random(seed))  # noqa: S311 (a simulation)
    return Run(burst, nodes=nodes, rule=rule, capacity=capacity).outcome()


def placed(count: int) -> Iterator[Figure]:
    """Place rooms on PostgreSQL from several threads: with room for all, then with room for half."""
    node.settle_environment()
    with postgres.hold(node.VAR_DIR) as lease, own_database(lease.url, name="bench_meetings") as url:
        os.environ["DATABASE_URL"] = url
        import django

        django.setup()
        from bench import meeting_places

        yield from meeting_places.figures(count=count, threads=THREADS)
