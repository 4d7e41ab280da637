"""PostgreSQL stands still for longer than anybody waits for it (SIGSTOP), then goes on as if nothing had been."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.drills import recoveries
from tests.drills.node import Node, until
from tests.drills.sign_ups import SignUps, assert_nothing_is_lost

pytestmark = pytest.mark.drill

PEOPLE = 8
# More refusals than people: everybody has given up waiting for a first answer, and asked again.
REFUSALS = 4 * PEOPLE


@contextmanager
def paused(node: Node) -> Iterator[None]:
    """Stop every process of PostgreSQL where it is; let them go on at the end, whatever happened."""
    # The first process before its children, so that it starts no other meanwhile.
    first = node.pid_of("database")
    os.kill(first, signal.SIGSTOP)
    others = [pid for pid in node.processes_of_the_database() if pid != first]
    for pid in others:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in (*others, first):
            os.kill(pid, signal.SIGCONT)


def test_a_database_that_stands_still_costs_no_acknowledged_sign_up(node: Node) -> None:
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(100)
        web = node.pid_of("web")
        with paused(node):
            paused_at = time.time()
            until("people are told to come back", lambda: len(sign_ups.refused(since=paused_at)) >= REFUSALS)
            # What was acknowledged after the first moment had been committed before it.
            assert sign_ups.acknowledged(since=paused_at) == []
        ended_at = time.time()
        seconds = sign_ups.until_answered(since=ended_at)
        sign_ups.until_more(100)
    recoveries.note(
        f"PostgreSQL stopped for {ended_at - paused_at:.0f} s (SIGSTOP)",
        seconds=seconds,
        more_mb=sign_ups.growth_mb,
    )
    assert node.pid_of("web") == web
    assert_nothing_is_lost(node, sign_ups)
    node.stop()
