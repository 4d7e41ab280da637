"""Sign-ups in the replicated log, on three real servers, reach the inbox of a real database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from math import inf
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections

from entraide.foundation.jetstream import Log, State, Streams, streams
from entraide.volunteering import carrying
from entraide.volunteering.actions.drain_signups import drain_signups
from entraide.volunteering.actions.log_signups import append_signups
from entraide.volunteering.models import Settlement, SignUp, Volunteer
from entraide.volunteering.rules.signup_log import NAME, Entry, Unreadable, decode_group, encode_groups
from tests.journeys.node import wait_for
from tests.nats_cluster import Cluster, cluster, ready

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)
PAYLOAD = (
    b'{"email":"n%d@example.org","first_name":"Ada","last_name":"Byron","birth_date":"1990-12-10","postcode":"67000",'
    b'"locale":"fr","phone":"","slot_id":null,"mission_id":null,"domains":[],"availability":[],"languages":[]}'
)


@pytest.fixture(autouse=True)
def readers_are_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the servers hand out again soon what a reader kept."""
    monkeypatch.setattr(streams, "SETTLE_SECONDS", 2.0)
    monkeypatch.setattr(carrying, "WAIT_SECONDS", 0.2)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("nats")) as running:
        yield running


def entries(count: int) -> list[Entry]:
    return [Entry(uuid4(), NOON, b'{"email": "n%d@example.org"}' % number) for number in range(count)]


def message_of(group: list[Entry]) -> bytes:
    [message] = encode_groups(group)
    return message


def _left(state: State) -> float:
    """Return how many messages are left; while a stream does not answer, nobody can tell."""
    return state.messages if state.is_whole else inf


@sync_to_async
def rows() -> list[SignUp]:
    """Read the inbox in a thread of its own, whose connection ends with it."""
    try:
        return list(SignUp.objects.order_by("pk"))
    finally:
        connections.close_all()


async def receipts() -> list[UUID]:
    return [row.receipt for row in await rows()]


@asynccontextmanager
async def carrying_on(servers: Cluster) -> AsyncIterator[asyncio.Task[None]]:
    """Run the duty; stop it as the worker does, also after a failure, and see that it ends."""
    stopped = asyncio.Event()
    duty = asyncio.create_task(carrying.carry(servers.servers, stopped))
    try:
        yield duty
    finally:
        stopped.set()
        async with asyncio.timeout(30):
            await duty


async def carried_until(log: Log, servers: Cluster, count: int, *, left: int = 0) -> list[UUID]:
    """Let the duty run until the inbox holds so many rows and the log so few messages."""
    async with carrying_on(servers) as duty, asyncio.timeout(30):
        while len(found := await receipts()) < count or _left(await log.state()) > left:
            assert not duty.done()
            await asyncio.sleep(0.02)
    return found


async def test_groups_become_rows_in_order_and_leave_the_log(servers: Cluster) -> None:
    log = await ready(servers.servers, Streams(NAME))
    first, second = entries(3), entries(2)
    await log.append(message_of(first))
    await log.append(message_of(second))
    assert await carried_until(log, servers, 5) == [entry.receipt for entry in first + second]
    await log.close()
    row = (await rows())[0]
    assert (row.received_at, row.payload) == (NOON, {"email": "n0@example.org"})


async def test_what_is_no_group_stays_in_the_log_and_holds_nobody_up(servers: Cluster) -> None:
    log = await ready(servers.servers, Streams(NAME))
    await log.append(b"\xc1 not a group")
    group = entries(2)
    await log.append(message_of(group))
    assert await carried_until(log, servers, 2, left=1) == [entry.receipt for entry in group]
    for message in await _rest(log):
        await log.settle([message])
    await log.close()


async def test_a_database_in_trouble_is_waited_out(servers: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    log = await ready(servers.servers, Streams(NAME))
    group = entries(2)
    await log.append(message_of(group))
    await sql("ALTER TABLE volunteering_signup RENAME TO elsewhere")
    carrying.logger.addHandler(caplog.handler)
    async with carrying_on(servers) as duty:
        await asyncio.to_thread(
            wait_for, "the trouble to be told", lambda: duty.done() or "sign-ups wait in the log" in caplog.text
        )
        assert not duty.done()
        await sql("ALTER TABLE elsewhere RENAME TO volunteering_signup")
    carrying.logger.removeHandler(caplog.handler)
    # Whoever held the message is gone; it comes again to the next reader.
    assert set(await carried_until(log, servers, 2)) == {entry.receipt for entry in group}
    await log.close()


async def test_what_comes_again_after_it_became_a_person_makes_no_second_one(servers: Cluster) -> None:
    """The servers know nothing of a message that was settled: only the drain can tell."""
    log = await ready(servers.servers, Streams(NAME))
    group = [Entry(uuid4(), NOON, PAYLOAD % number) for number in range(3)]
    for _ in range(3):
        await log.append(message_of(group))
        await carried_until(log, servers, 3)
        await drain()
        assert await counts() == (3, 3)
    await log.close()


async def test_a_group_that_is_in_the_log_twice_and_came_before_makes_each_person_once(servers: Cluster) -> None:
    """As after a failure: another stream has the group too, and a killed worker had committed it already."""
    log = await ready(servers.servers, Streams(NAME))
    group = [Entry(uuid4(), NOON, PAYLOAD % number) for number in range(3)]
    await sync_to_async(_committed)(group)
    await log.append(message_of(group))
    await log.append(message_of(group[1:]))
    found = await carried_until(log, servers, 8)
    await drain()
    assert len(found) == 8
    assert await counts() == (3, 3)
    await log.close()


@sync_to_async
def drain() -> None:
    """Drain the inbox as the worker does."""
    try:
        while drain_signups(now=NOON):
            continue
    finally:
        connections.close_all()


@sync_to_async
def counts() -> tuple[int, int]:
    """Return how many people and how many settled receipts there are."""
    try:
        return Volunteer.objects.count(), Settlement.objects.count()
    finally:
        connections.close_all()


def _committed(group: list[Entry]) -> None:
    try:
        append_signups(group)
    finally:
        connections.close_all()


@sync_to_async
def sql(statement: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connections.close_all()


async def _rest(log: Log) -> list:  # type: ignore[type-arg]
    async with asyncio.timeout(40):
        while not (messages := await log.read(log.parts[0], most=10, seconds=1)):
            continue
    return messages


def test_a_group_survives_the_way_through_messages_however_large_it_is() -> None:
    group = entries(100)
    [whole] = encode_groups(group)
    parts = list(encode_groups(group, most=1_000))
    assert decode_group(whole) == group
    assert [entry for part in parts for entry in decode_group(part)] == group
    assert max(map(len, parts)) <= 1_000
    assert [decode_group(part) for part in encode_groups(group[:2], most=1)] == [[group[0]], [group[1]]]


@pytest.mark.parametrize("message", [b"", b"\xc1", b"[]", b"\x81\xa1a\x01"])
def test_garbage_is_unreadable(message: bytes) -> None:
    with pytest.raises(Unreadable):
        decode_group(message)
