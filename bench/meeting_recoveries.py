"""How long three who meet do not see each other when their media server is killed, and when it freezes.

It is done by what the drill of media servers does, several times, and the median is what is bounded.
"""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from bench.lane import say
from bench.meeting_joins import portal
from bench.report import Figure, Side
from tests.drills.media import hurt_and_see_all_again, left_on, three_meet, two_media_nodes
from tests.drills.node import Node, until
from tests.journeys.calling import cameras, ends_for_all, newcomers
from tests.journeys.media import MediaNode

ROUNDS, QUICK_ROUNDS = 3, 1
# What is done, how it is told, and for how many seconds at most somebody may see nothing of another.
FAULTS = {signal.SIGKILL: ("killed", 3), signal.SIGSTOP: ("frozen", 8)}


def figures(*, quick: bool) -> Iterator[Figure]:
    """Kill and freeze media servers, and tell for how long somebody saw nothing of another."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with (
        portal() as node,
        two_media_nodes(node, Path(node.var_dir)) as nodes,
        sync_playwright() as playwright,
        cameras(playwright) as browser,
    ):
        for fault, (told, bound) in FAULTS.items():
            gaps = []
            for number in range(1, rounds + 1):
                say(f"a media server is {told}: {number} of {rounds}")
                with newcomers(browser, node.url) as newcomer:
                    gaps.append(gap(node, nodes, newcomer, fault))
            yield Figure(f"no picture when a media server is {told}, median", median(gaps), "s", Side.AT_MOST, bound)
            yield Figure("  the longest", max(gaps), "s")


def gap(node: Node, nodes: dict[str, MediaNode], newcomer: Callable[..., Page], fault: signal.Signals) -> float:
    """Let three meet, hurt their server, and end their meeting; return the seconds in which somebody saw nothing."""
    people = three_meet(newcomer)
    seconds = hurt_and_see_all_again(node, nodes, people, fault)
    # The next three are to be alone on the two servers.
    ends_for_all(people)
    until("both servers are empty", lambda: not any(left_on(node, name) for name in nodes))
    return seconds
