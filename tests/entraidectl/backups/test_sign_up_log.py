"""Acknowledged sign-ups that wait in the log are copied without being taken out, and come back as they were."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from entraide.foundation.jetstream import Away, Log, Message, Servers, Streams
from entraide.volunteering.rules.signup_log import NAME, Entry, decode_group, encode_groups
from entraidectl.backups import signups
from entraidectl.backups.place import Unfit
from tests.nats_cluster import SIZE, Cluster, cluster, ready


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Cluster]:
    """Three servers of the log."""
    with cluster(tmp_path) as running:
        yield running


@pytest.fixture
def environment(log: Cluster, tmp_path: Path) -> Path:
    """The platform's settings, which name the log as systemd's files do."""
    file = tmp_path / "environment"
    file.write_text(f'# Settings\nMODE=production\nINTAKE_LOG="{",".join(log.addresses)}"\n')
    return file


async def append(servers: Servers, receipts: list[UUID]) -> None:
    """Append a group for each receipt, as the intake does."""
    opened = await ready(servers, Streams(NAME))
    for receipt in receipts:
        for message in encode_groups([Entry(receipt, datetime(2026, 4, 15, tzinfo=UTC), b"{}")]):
            await opened.append(message)
    await opened.close()


async def taken_out(servers: Servers) -> list[UUID]:
    """Take everything out of the log, as the worker does; return the receipts in it."""
    opened = Log(servers, Streams(NAME))
    receipts = []
    try:
        for part in opened.parts:
            while messages := await read(opened, part):
                receipts += [entry.receipt for message in messages for entry in decode_group(message.payload)]
                await opened.settle(messages)
    finally:
        await opened.close()
    return receipts


async def read(opened: Log, part: str) -> list[Message]:
    """Read a part of the log; while its servers choose a leader, again."""
    async with asyncio.timeout(60):
        while True:
            with suppress(Away):
                return await opened.read(part, most=100, seconds=0.5)


def test_what_is_copied_stays_in_the_log_and_can_be_appended_again(log: Cluster, environment: Path) -> None:
    receipts = [uuid4() for _ in range(25)]
    asyncio.run(append(log.servers, receipts))
    lines = signups.read(environment)
    assert len(lines.splitlines()) == len(receipts)
    assert sorted(asyncio.run(taken_out(log.servers))) == sorted(receipts)
    assert signups.read(environment) == b""
    assert signups.append(environment, lines) == len(receipts)
    assert sorted(asyncio.run(taken_out(log.servers))) == sorted(receipts)


def test_a_log_that_is_away_is_told(tmp_path: Path) -> None:
    file = tmp_path / "environment"
    file.write_text("INTAKE_LOG=nats://127.0.0.1:1\n")
    with pytest.raises(Unfit, match="does not answer"):
        signups.read(file, patience=1)


def test_servers_that_choose_a_leader_are_waited_for(log: Cluster, environment: Path) -> None:
    receipts = [uuid4() for _ in range(25)]
    asyncio.run(append(log.servers, receipts))
    # The one of three that is left is no majority: it answers that no leader is known, or not at all.
    leader = log.leader_of(signups.STREAMS[0])
    for server in (leader, (leader + 1) % SIZE):
        log.kill(server)
    with pytest.raises(Unfit, match="does not answer"):
        signups.read(environment, patience=1)
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(signups.read, environment)
        # The servers come back while it asks.
        log.restart_all()
        lines = reading.result()
    assert len(lines.splitlines()) == len(receipts)


def test_one_server_of_three_that_is_down_changes_nothing(log: Cluster, environment: Path) -> None:
    receipts = [uuid4() for _ in range(25)]
    asyncio.run(append(log.servers, receipts))
    log.kill(log.leader_of(signups.STREAMS[0]))
    lines = signups.read(environment)
    assert len(lines.splitlines()) == len(receipts)
    assert signups.append(environment, lines) == len(receipts)
    assert set(asyncio.run(taken_out(log.servers))) == set(receipts)


def test_without_a_log_there_is_nothing_to_copy(tmp_path: Path) -> None:
    file = tmp_path / "environment"
    file.write_text("MODE=production\n")
    assert signups.read(file) == b""
