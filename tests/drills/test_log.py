"""The replicated log of sign-ups while its servers are killed: what was acknowledged stays."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from entraide.foundation.jetstream import Away, Log, Message, Streams
from tests.nats_cluster import cluster, ready

# The client leaves the transport of a connection that broke to the garbage collector, which warns of it.
pytestmark = [pytest.mark.drill, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]


DISK_MB = 64
PROMISED_BYTES = 12_000_000


async def everything(log: Log) -> set[bytes]:
    """Read and settle until the log says that nothing waits in it, however long its readers take to find a leader."""
    found: set[bytes] = set()
    async with asyncio.timeout(60):
        while not await is_empty(log):
            for part in log.parts:
                found |= {message.payload for message in await some(log, part)}
    return found


async def is_empty(log: Log) -> bool:
    """Tell whether all streams answer and none holds anything."""
    try:
        return (await log.state()).is_empty
    except Away:
        return False


async def some(log: Log, part: str) -> list[Message]:
    """Read and settle some messages of a stream: none while it has no leader, or none waits."""
    try:
        messages = await log.read(part, most=10, seconds=0.5)
        await log.settle(messages)
    except Away:
        return []
    return messages


async def test_nothing_acknowledged_is_lost_when_servers_are_killed_in_turn(tmp_path: Path) -> None:
    with cluster(tmp_path) as running:
        log = await ready(running.servers, Streams("killed"))
        acknowledged = []
        for node in range(3):
            await log.append(b"before %d" % node)
            acknowledged.append(b"before %d" % node)
            running.kill(node)
            for _attempt in range(6):
                try:
                    await log.append(b"after %d" % node)
                except Away:
                    continue
                acknowledged.append(b"after %d" % node)
                break
            running.start(node)
            running.wait_until_healthy(node)
        found = await everything(log)
        await log.close()
    assert len(acknowledged) == 6
    assert set(acknowledged) <= found


async def test_without_a_majority_nothing_is_acknowledged_and_afterwards_it_goes_on(tmp_path: Path) -> None:
    with cluster(tmp_path) as running:
        log = await ready(running.servers, Streams("majority"))
        await log.append(b"before")
        running.kill(0)
        running.kill(1)
        with pytest.raises(Away):
            await log.append(b"nobody holds this")
        running.start(0)
        running.wait_until_healthy(0)
        for _attempt in range(6):
            try:
                await log.append(b"afterwards")
                break
            except Away:
                continue
        found = await everything(log)
        await log.close()
    assert {b"before", b"afterwards"} <= found


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that is soon full."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def test_a_full_disk_costs_nothing_that_was_acknowledged(small_disk: Path) -> None:
    """Something else fills the disk of all servers at once, so that not even what they were promised is there."""
    filling = small_disk / "something-else"
    with cluster(small_disk) as running:
        log = await ready(running.servers, Streams("small"), most_bytes=PROMISED_BYTES)
        acknowledged = {b"before %d" % number * 1_000 for number in range(100)}
        for payload in acknowledged:
            await log.append(payload)
        fill(filling)
        with pytest.raises(Away):
            for number in range(10_000):
                payload = b"%05d" % number * 2_000
                await log.append(payload)
                acknowledged.add(payload)
        await log.close()
        for node in range(3):
            running.kill(node)
        filling.unlink()
        running.restart_all()
        log = Log(running.servers, Streams("small"))
        found = await everything(log)
        await again(log, b"afterwards")
        assert await everything(log) == {b"afterwards"}
        await log.close()
    assert acknowledged <= found


def fill(file: Path) -> None:
    """Write until there is no space left."""
    with file.open("wb", buffering=0) as opened, suppress(OSError):
        while opened.write(bytes(64 * 1024)):
            continue


async def again(log: Log, payload: bytes) -> None:
    """Append as often as it takes."""
    async with asyncio.timeout(60):
        while True:
            with suppress(Away):
                return await log.append(payload)
