"""The disk of PostgreSQL is full under load: nothing is acknowledged that is not there, and with space it goes on."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.drills import recoveries
from tests.drills.node import Node, until
from tests.drills.sign_ups import SignUps, assert_nothing_is_lost

pytestmark = pytest.mark.drill

PEOPLE = 8
REFUSALS = 4 * PEOPLE
# Long enough for more than a first statement to fail.
FULL_SECONDS = 8.0
# Beside what is there already: enough to begin with, and soon used up by something else.
SPACE_MB = 96


@pytest.fixture
def small_disk(stopped_node: Node) -> Iterator[Path]:
    """The data of a node's PostgreSQL on a disk of its own, which has not much space."""
    data = stopped_node.cluster.folder
    aside = data.with_name("aside")
    data.rename(aside)
    data.mkdir()
    used = sum(file.stat().st_blocks * 512 for file in aside.rglob("*") if file.is_file()) // 1_000_000
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={used + SPACE_MB}m", "tmpfs", str(data)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root only")
    subprocess.run(["cp", "-a", f"{aside}/.", str(data)], check=True)
    shutil.rmtree(aside)
    yield data
    if stopped_node.left_over():
        stopped_node.kill_everything()
    subprocess.run(["umount", "--lazy", str(data)], check=True)


def fill(file: Path) -> None:
    """Write until there is no space left at all."""
    with file.open("wb", buffering=0) as opened, suppress(OSError):
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):
                while opened.write(bytes(size)) == size:
                    continue


def is_full(disk: Path) -> bool:
    """Tell whether the disk has no page left."""
    return os.statvfs(disk).f_bavail == 0


def test_a_full_disk_of_postgresql_costs_no_acknowledged_sign_up(small_disk: Path, stopped_node: Node) -> None:
    node, filling = stopped_node, small_disk / "something-else"
    node.start()
    with SignUps(node, people=PEOPLE) as sign_ups:
        sign_ups.until_more(100)
        web = node.pid_of("web")
        fill(filling)
        filled_at = time.time()

        def many_are_told_to_come_back() -> bool:
            # What the server gives up while it fails is taken too, so that it stays as full as it is.
            if not is_full(small_disk):
                fill(filling.with_name(f"more-{time.monotonic_ns()}"))
            waited = time.time() > filled_at + FULL_SECONDS
            return waited and len(sign_ups.refused(since=filled_at)) >= REFUSALS

        until("people are told to come back", many_are_told_to_come_back)
        last = max((line.at + line.seconds for line in sign_ups.acknowledged(since=filled_at)), default=filled_at)
        for file in (filling, *small_disk.glob("more-*")):
            file.unlink()
        freed_at = time.time()
        seconds = sign_ups.until_answered(since=freed_at)
        sign_ups.until_more(100)
    recoveries.note(
        f"PostgreSQL's disk full for {freed_at - filled_at:.0f} s", seconds=seconds,
        more_mb=sign_ups.growth_mb, seen=f"the last one taken {last - filled_at:.1f} s after it was full",
    )  # fmt: skip
    assert "No space left on device" in node.cluster.log.read_text()
    assert node.pid_of("web") == web
    assert_nothing_is_lost(node, sign_ups)
    node.stop()
