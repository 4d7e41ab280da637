"""The clock of the portal's processes jumps, forwards and back, while people sign up. The database's own does not."""

import time
from pathlib import Path

import psycopg
import pytest

from tests.drills import recoveries
from tests.drills.node import ROOT, Node, until
from tests.drills.sign_ups import SignUps, assert_nothing_is_lost

pytestmark = pytest.mark.drill

PEOPLE = 4
# Hours, days, more than a period in which receipts are recognised; then back to the true time. What was settled is
# forgotten after 65 days, which is what a clock that far ahead would ask for.
JUMPS = ("-3h", "+2d", "-2d", "+31d", "-31d", "+0")


# Python sleeps until a moment of the steady clock, which the library refuses; this waits as long by another call.
SLEEP = """
import threading, time
time.sleep = lambda seconds: threading.Event().wait(seconds) and None
"""


class Clock:
    """The clock that a node's processes are told, but for PostgreSQL; it is a file, so that it moves while they run."""

    def __init__(self, folder: Path) -> None:
        libraries = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        if not libraries:
            pytest.fail("the drill moves a process's clock with libfaketime: apt-get install libfaketime")
        self._file = folder / "clock"
        (folder / "sitecustomize.py").write_text(SLEEP, encoding="utf-8")
        self.variables = {
            "PYTHONPATH": f"{folder}:{ROOT}",
            "LD_PRELOAD": str(libraries[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            # What a step of the clock does in a system: timers count on by the other clock.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.jump("+0")

    def jump(self, offset: str) -> None:
        """Tell the time that is so far from the true one."""
        draft = self._file.with_suffix(".part")
        draft.write_text(f"{offset}\n", encoding="ascii")
        draft.replace(self._file)


@pytest.fixture
def clock(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    """A clock that tells the true time at first."""
    return Clock(tmp_path_factory.mktemp("clock"))


def test_a_clock_that_jumps_costs_no_acknowledged_sign_up(stopped_node: Node, clock: Clock) -> None:
    node = stopped_node
    node.start(**clock.variables)
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(50)
        web, worker = node.pid_of("web"), node.pid_of("worker")
        began_at = time.time()
        for jump in JUMPS:
            clock.jump(jump)
            jumped_at = time.time()
            sign_ups.until_answered(since=jumped_at)
            sign_ups.until_more(50)
        seconds = sign_ups.until_answered(since=jumped_at)
    silence = sign_ups.longest_silence(since=began_at)
    recoveries.note(
        f"the clock moved by {', '.join(JUMPS)}", seconds=seconds,
        more_mb=sign_ups.growth_mb, seen=f"{silence:.1f} s of silence at most",
    )  # fmt: skip
    assert (node.pid_of("web"), node.pid_of("worker")) == (web, worker)
    assert_nothing_is_lost(node, sign_ups)
    earliest, latest = _received(node)
    assert earliest < -30 * 86_400
    assert latest > 30 * 86_400
    node.stop()


def _received(node: Node) -> tuple[float, float]:
    """Return the earliest and the latest time at which a sign-up says that it came, in seconds from now."""
    ends = "SELECT extract(epoch FROM min(received_at) - now()), extract(epoch FROM max(received_at) - now())"
    with psycopg.connect(node.cluster.url) as connection:
        row = connection.execute(f"{ends} FROM volunteering_settlement").fetchone()
    assert row
    return float(row[0]), float(row[1])


def test_a_worker_whose_clock_is_behind_makes_people_all_the_same(stopped_node: Node, clock: Clock) -> None:
    """What was received by a clock that went ahead is not left waiting for that time to come."""
    node = stopped_node
    clock.jump("+2d")
    node.start(**clock.variables)
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(50)
        clock.jump("-2d")
        sign_ups.until_more(50)
    until("the portal is ready", node.is_ready)
    assert_nothing_is_lost(node, sign_ups)
    node.stop()
