"""The replicated log against three real servers: what is acknowledged stays, whoever is killed."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from entraide.foundation.jetstream import Away, Log, Mismatch, Stream
from tests.journeys.node import wait_for
from tests.nats_cluster import Cluster, cluster, ready


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("nats")) as running:
        yield running


async def test_what_is_appended_is_read_in_order_and_once(servers: Cluster) -> None:
    log = await ready(Stream(servers.servers, "in-order"))
    for number in range(5):
        await log.append(b"%d" % number)
    await asyncio.to_thread(wait_for, "the stream to be full", lambda: servers.messages("in-order") == 5)
    first = await log.read(most=3, seconds=5)
    await log.settle(first)
    rest = await log.read(most=10, seconds=1)
    await log.settle(rest)
    assert [message.payload for message in first + rest] == [b"0", b"1", b"2", b"3", b"4"]
    assert await log.read(most=2, seconds=0.2) == []
    # The servers agree a moment later that what was settled is gone.
    await asyncio.to_thread(wait_for, "the stream to be empty", lambda: servers.messages("in-order") == 0)
    await log.close()


async def test_a_message_that_is_not_settled_comes_again_after_the_reader_is_gone(servers: Cluster) -> None:
    writer, reader = await ready(Stream(servers.servers, "again")), Log(Stream(servers.servers, "again"))
    await writer.append(b"kept")
    await reader.read(most=2, seconds=5)
    await reader.close()
    assert await writer.depth() == 1
    await writer.close()


async def test_many_append_at_once(servers: Cluster) -> None:
    log = await ready(Stream(servers.servers, "many"))
    await asyncio.gather(*(log.append(b"x") for _ in range(500)))
    assert await log.depth() == 500
    await log.close()


async def test_two_processes_that_make_the_stream_at_once_make_one(servers: Cluster) -> None:
    logs = await asyncio.gather(*(ready(Stream(servers.servers, "made-twice")) for _ in range(4)))
    for log in logs:
        await log.append(b"x")
    assert await logs[0].depth() == 4
    for log in logs:
        await log.close()


async def test_a_stream_with_fewer_copies_than_asked_for_is_refused(servers: Cluster) -> None:
    careless = await ready(Stream(servers.servers, "careless", replicas=1))
    await careless.append(b"x")
    careful = Log(Stream(servers.servers, "careless", replicas=3))
    with pytest.raises(Mismatch, match="keeps 1 copies"):
        await careful.append(b"x")
    await careless.close()
    await careful.close()


async def test_a_wrong_password_is_away_not_a_crash(servers: Cluster) -> None:
    log = Log(Stream(tuple(address.replace("only-on", "not-on") for address in servers.servers), "closed"))
    with pytest.raises(Away):
        await log.append(b"x")
    await log.close()


def test_every_server_writes_to_its_disk_before_it_acknowledges(servers: Cluster) -> None:
    for port in servers.monitors:
        told = httpx.get(f"http://127.0.0.1:{port}/varz").json()
        assert told["jetstream"]["config"]["sync_always"] is True
