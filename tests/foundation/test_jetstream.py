"""The replicated log against three real servers: what is acknowledged stays; nothing that could lose it is accepted."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from nats.js.api import DiscardPolicy, StreamConfig
from nats.js.errors import NoStreamResponseError, ServiceUnavailableError

from entraide.foundation.jetstream import Away, Full, Log, Mismatch, Servers, Streams, keeping, prepare
from entraide.foundation.jetstream.link import patiently
from entraide.foundation.jetstream.streams import faults, subject_of, to_move, wish
from tests.nats_cluster import MOST_BYTES, cluster, ready


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with cluster(tmp_path_factory.mktemp("nats")) as running:
        yield running.servers


async def emptied(log: Log) -> list[bytes]:
    """Read everything, settle it, return it."""
    found = []
    for part in log.parts:
        while messages := await log.read(part, most=100, seconds=1):
            found += [message.payload for message in messages]
            await log.settle(messages)
    return found


async def until_holding(log: Log, count: int) -> None:
    """Return when the streams hold so many messages: followers count a moment later."""
    async with asyncio.timeout(20):
        # Asking takes its time; nothing else has to be waited for.
        while (await log.state()).messages != count:
            continue


async def test_what_is_appended_is_read_in_order_and_once(servers: Servers) -> None:
    log = await ready(servers, Streams("in-order"))
    for number in range(5):
        await log.append(b"%d" % number)
    first = await log.read(log.parts[0], most=3, seconds=5)
    await log.settle(first)
    rest = await log.read(log.parts[0], most=10, seconds=1)
    await log.settle(rest)
    assert [message.payload for message in first + rest] == [b"0", b"1", b"2", b"3", b"4"]
    assert await log.read(log.parts[0], most=2, seconds=0.2) == []
    await until_holding(log, 0)
    await log.close()


async def test_a_message_that_is_not_settled_comes_again_after_the_reader_is_gone(servers: Servers) -> None:
    streams = Streams("again")
    writer, reader = await ready(servers, streams), Log(servers, streams)
    await writer.append(b"kept")
    await reader.read(reader.parts[0], most=2, seconds=5)
    await reader.close()
    assert (await writer.state()).messages == 1
    await writer.close()


async def test_many_append_at_once(servers: Servers) -> None:
    log = await ready(servers, Streams("many"))
    await asyncio.gather(*(log.append(b"x") for _ in range(500)))
    await until_holding(log, 500)
    state = await log.state()
    assert state.takes
    assert state.size > 500
    await log.close()


async def test_preparing_twice_at_once_makes_the_streams_once_and_a_new_bound_updates_them(servers: Servers) -> None:
    streams = Streams("prepared")
    made = await asyncio.gather(*(prepare(servers, streams, most_bytes=MOST_BYTES) for _ in range(2)))
    again = await prepare(servers, streams, most_bytes=MOST_BYTES)
    wider = await prepare(servers, streams, most_bytes=2 * MOST_BYTES)
    assert {part.name for part in made[0]} == {"prepared-1", "prepared-2", "prepared-3"}
    assert {(part.done, part.copies, part.most_bytes) for part in again} == {("as it was", 3, MOST_BYTES // 3)}
    assert {(part.done, part.most_bytes) for part in wider} == {("updated", 2 * MOST_BYTES // 3)}


async def test_a_try_that_is_not_answered_is_followed_by_another() -> None:
    answers = iter([ServiceUnavailableError(), NoStreamResponseError(), "here"])

    async def ask() -> object:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert await patiently(ask, seconds=20) == "here"


async def test_patience_ends_although_the_client_makes_errors_of_its_own_of_the_end() -> None:
    async def ask() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise ServiceUnavailableError from None

    with pytest.raises(Away):
        await patiently(ask, seconds=0.05)
    called_off = asyncio.create_task(patiently(ask, seconds=60))
    await asyncio.sleep(0)
    called_off.cancel()
    with pytest.raises(asyncio.CancelledError):
        await called_off


async def test_a_log_that_nobody_prepared_takes_nothing(servers: Servers) -> None:
    log = Log(servers, Streams("nobody"))
    with pytest.raises(Mismatch, match="there is no stream nobody-1"):
        await log.append(b"x")
    await log.close()


async def test_a_log_with_fewer_copies_than_asked_for_is_refused(servers: Servers) -> None:
    careless = await ready(servers, Streams("careless", copies=1))
    await careless.append(b"x")
    careful = Log(servers, Streams("careless"))
    with pytest.raises(Mismatch, match="keeps 1 copies, not 3"):
        await careful.append(b"x")
    with pytest.raises(Mismatch, match="keeps 1 copies, not 3"):
        await careful.state()
    await careless.close()
    await careful.close()


async def test_a_full_log_takes_no_more_drops_nothing_and_takes_again_when_it_was_read(servers: Servers) -> None:
    log = await ready(servers, Streams("narrow"), most_bytes=3 * 40_000)
    taken = []
    with pytest.raises(Full):
        for number in range(1000):
            payload = b"%04d" % number * 1000
            await log.append(payload)
            taken.append(payload)
    # All three streams were filled, one after the other.
    assert 24 <= len(taken) <= 30
    assert sorted(await emptied(log)) == taken
    await log.append(b"again")
    assert await emptied(log) == [b"again"]
    await log.close()


async def test_more_than_the_servers_have_room_for_is_refused_with_the_reason(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PREPARE_SECONDS", 1.0)
    with pytest.raises((Mismatch, Away), match=r"(?i)insufficient|resource|storage|peers"):
        await prepare(servers, Streams("huge", count=1), most_bytes=10**16)


async def test_a_wrong_password_is_away_not_a_crash(servers: Servers) -> None:
    log = Log(Servers(tuple(address.replace("only-on", "not-on") for address in servers.addresses)), Streams("closed"))
    with pytest.raises(Away):
        await log.append(b"x")
    await log.close()


async def test_leaders_are_spread_until_each_server_has_one(servers: Servers) -> None:
    log = await ready(servers, Streams("spread"))
    await log.append(b"before")
    async with asyncio.timeout(60):
        quiet = 0
        while quiet < 3:
            quiet = 0 if await log.spread() else quiet + 1
            await asyncio.sleep(0.3)
    assert await emptied(log) == [b"before"]
    await log.close()


def test_every_server_writes_to_its_disk_before_it_acknowledges(tmp_path_factory: pytest.TempPathFactory) -> None:
    with cluster(tmp_path_factory.mktemp("nats")) as running:
        for port in running.monitors:
            told = httpx.get(f"http://127.0.0.1:{port}/varz").json()
            assert told["jetstream"]["config"]["sync_always"] is True


@pytest.mark.parametrize(
    ("leaders", "servers", "moved"),
    [
        ({"s-1": "a", "s-2": "b", "s-3": "c"}, "abc", None),
        ({"s-1": "a", "s-2": "a", "s-3": "c"}, "abc", "s-1"),
        ({"s-1": "a", "s-2": "a", "s-3": "a"}, "abc", "s-1"),
        ({"s-1": "a", "s-2": "c", "s-3": "c"}, "ac", None),
        ({"s-1": "a"}, "abc", None),
        ({}, "", None),
    ],
)
def test_a_leader_of_two_gives_one_up_while_a_server_leads_none(
    leaders: dict[str, str], servers: str, moved: str | None
) -> None:
    assert to_move(leaders, servers=servers) == moved


def test_a_stream_that_could_lose_what_it_acknowledged_is_named_with_every_fault() -> None:
    streams = Streams("log")
    careless = StreamConfig(name="log-1", num_replicas=1, discard=DiscardPolicy.OLD, max_age=60)
    assert len(faults(streams, careless)) == 5
    assert faults(streams, wish(streams, "log-1", most_bytes=9)) == []
    assert subject_of("log-1") == "log-1.entry"
