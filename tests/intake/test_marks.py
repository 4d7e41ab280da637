"""A ticket, a proof or a slip lets in one sign-up: in one process, in all of them, and when something is away."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import LiteralString
from uuid import UUID

import httpx
import psycopg
import pytest
from prometheus_client import REGISTRY

from entraide.intake.claims import Claims
from entraide.intake.inbox import Inbox
from entraide.intake.log import Wish
from entraide.intake.marks import Marks
from entraide.volunteering.rules.signup_log import Entry
from tests.intake.conftest import Fields, Rows, Server, caller_of, serving, until_ready, until_taken
from tests.intake.test_faults import in_postgresql, intake_behind
from tests.intake.test_room import run
from tests.intake.test_waiting_room import PAUSE, RESUME
from tests.intake.wire import Wire

ONE, OTHER, THIRD = (UUID(int=number) for number in (1, 2, 3))
CLOSED: LiteralString = """
SELECT state->>'moved_at' FROM waiting_line WHERE NOT is_paused AND state @> '{"paused": false, "is_open": false}'
"""
# So many came after whoever waits that the line stays closed for hours once they had their turn.
A_CROWD: LiteralString = """
INSERT INTO waiting_second (second, tickets) VALUES (extract(epoch FROM clock_timestamp())::bigint + 1, 10000000)
"""


def a_wish(receipt: UUID, mark: bytes = b"") -> Wish:
    return Wish(Entry(receipt, datetime(2026, 4, 15, 8, 30, tzinfo=UTC), b'{"email":"ada@example.org"}'), mark)


def unshared() -> float:
    """Return how often marks could not be shared."""
    return REGISTRY.get_sample_value("entraide_guard_unshared_total", {"what": "claims"}) or 0.0


@pytest.fixture
def servers(node: dict[str, str]) -> Iterator[list[Server]]:
    """Two processes of one deployment."""
    with ExitStack() as stack:
        yield [stack.enter_context(serving(node)) for _ in range(2)]


async def test_a_ticket_lets_in_one_sign_up_in_two_processes(
    servers: list[Server], database_url: str, ada: Fields, rows: Rows
) -> None:
    """Real processes and a line that stays closed: the first uses the ticket, the second learns it of the database."""
    eve = {**ada, "email": "eve@example.org"}
    (one, here_url), (other, there_url) = servers
    async with (
        httpx.AsyncClient(base_url=here_url, timeout=20) as here,
        httpx.AsyncClient(base_url=there_url, timeout=20) as there,
        asyncio.timeout(120),
    ):
        await until_ready(one, here)
        await until_ready(other, there)
        await run(database_url, PAUSE)
        ticket = await until_in_line(here, ada)
        await run(database_url, A_CROWD)
        await run(database_url, RESUME)
        taken = await until_taken(here, ada, ticket=ticket)
        await until_told(there, await until_closed(database_url))
        # The second may not have heard yet that it is this ticket's turn; then the place is kept.
        while (refused := await there.post("/v1/signups", json={**eve, "ticket": ticket})).status_code == 503:
            if refused.json()["ticket"] != ticket:
                break
            await asyncio.sleep(0.1)
        retried = await until_taken(there, ada, ticket=ticket)

    assert (taken.status_code, refused.status_code) == (202, 503)
    assert retried.json() == taken.json()
    assert {row["payload"]["email"] for row in await rows()} == {"ada@example.org"}


async def until_in_line(http: httpx.AsyncClient, content: Fields) -> str:
    """Send a sign-up of others again and again until the process hears of the pause; return the ticket."""
    number = 0
    while (answer := await http.post("/v1/signups", json={**content, "phone": f"06000000{number:02}"})).is_success:
        number += 1
        await asyncio.sleep(0.1)
    return str(answer.json()["ticket"])


async def until_closed(database_url: str) -> int:
    """Return the line's time when it was moved after the pause, others waiting."""
    while True:
        found = await run(database_url, CLOSED)
        if found:
            return int(str(found[0][0]))
        await asyncio.sleep(0.1)


async def until_told(http: httpx.AsyncClient, moved_at: int) -> None:
    """Return when a process knows the line as it was at some time, or later."""
    while True:
        if (await http.get("/v1/queue/state")).json()["moved_at"] >= moved_at:
            return
        await asyncio.sleep(0.1)


@in_postgresql
async def test_a_ticket_whose_sign_up_was_not_kept_is_good_for_a_corrected_one(
    wire: Wire, database_url: str, tmp_path: Path, ada: Fields, rows: Rows
) -> None:
    async with intake_behind(wire, database_url, tmp_path) as intake, caller_of(intake) as http:
        ticket = intake._room.write(intake._room.issue(key=""))
        await wire.cut()
        refused = await http.post("/v1/signups", json={**ada, "ticket": ticket})
        await wire.mend()
        taken = await until_taken(http, {**ada, "postcode": "75011"}, ticket=ticket)

    assert (refused.status_code, taken.status_code) == (503, 202)
    assert [row["payload"]["postcode"] for row in await rows()] == ["75011"]
    assert [bytes(mark)[:6] for (mark,) in await marks_in(database_url)] == [b"ticket"]


async def marks_in(database_url: str) -> list[tuple[bytes]]:
    """Return the marks that were used."""
    async with await psycopg.AsyncConnection.connect(database_url) as link:
        return await (await link.execute("SELECT mark FROM guard_spent")).fetchall()


@pytest.fixture
async def inboxes(database_url: str) -> AsyncIterator[tuple[Inbox, Inbox]]:
    """The logs of two processes."""
    both = Inbox(database_url), Inbox(database_url)
    yield both
    for inbox in both:
        await inbox.close()


@in_postgresql
async def test_a_group_keeps_all_but_those_whose_mark_another_used(inboxes: tuple[Inbox, Inbox], rows: Rows) -> None:
    first = [a_wish(ONE, b"ticket1"), a_wish(ONE, b"ticket1"), a_wish(OTHER)]
    await inboxes[0].keep(first)
    second = [a_wish(THIRD, b"ticket1"), a_wish(THIRD, b"ticket2"), a_wish(ONE, b"ticket1"), a_wish(OTHER)]
    await inboxes[1].keep(second)

    assert [wish.is_ours for wish in first] == [True] * 3
    assert [wish.is_ours for wish in second] == [False, True, True, True]
    assert second[0].used_for == ONE
    assert [row["receipt"] for row in await rows()].count(THIRD) == 1


@in_postgresql
async def test_groups_that_use_the_same_marks_at_once_never_stop_each_other(
    inboxes: tuple[Inbox, Inbox], rows: Rows
) -> None:
    marks = [b"ticket%d" % number for number in range(200)]
    shuffled = random.Random(7)  # noqa: S311 (test data)
    groups = []
    for turn in range(10):
        for process in range(2):
            shuffled.shuffle(marks)
            receipts = (UUID(int=1000 * turn + 500 * process + number + 1) for number in range(200))
            groups.append([a_wish(receipt, mark) for receipt, mark in zip(receipts, marks, strict=True)])
    async with asyncio.timeout(60):
        for one, other in zip(groups[::2], groups[1::2], strict=True):
            await asyncio.gather(inboxes[0].keep(one), inboxes[1].keep(other))

    kept = {wish.entry.receipt for group in groups for wish in group if wish.is_ours}
    assert len(kept) == len(marks)
    assert {row["receipt"] for row in await rows()} == kept


async def test_where_the_log_is_another_a_mark_is_good_once_in_each_process_without_the_database() -> None:
    """Few ask for a database that is away, and nobody waits for it."""
    asked: list[None] = []

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(None)
        writer.close()

    database = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = database.sockets[0].getsockname()[1]
    claims, used = Claims(f"postgresql://nobody@127.0.0.1:{port}/nowhere?sslmode=disable"), Marks()
    claims.start()

    async def use(mark: bytes, receipt: UUID) -> bool:
        wish = a_wish(receipt, mark)
        if not used.use(mark, receipt):
            return False
        await claims.claim(wish)
        return wish.is_ours

    before = unshared()
    found = [await use(b"proof", ONE), await use(b"proof", OTHER), await use(b"proof", ONE)]
    times = len(asked)
    found += [await use(b"proof %d" % number, OTHER) for number in range(20)]
    await claims.stop()
    database.close()

    assert found == [True, False, True] + [True] * 20
    # Who comes while it is away does not wait to find that out again.
    assert len(asked) == times > 0
    assert unshared() - before == 22


def test_what_is_remembered_is_bounded_and_the_latest() -> None:
    used = Marks(most=3)
    for number in range(5):
        assert used.use(b"%d" % number, ONE)

    assert [used.is_used(b"%d" % number) for number in range(5)] == [False, False, True, True, True]


def test_a_mark_is_released_by_the_sign_up_that_used_it_alone() -> None:
    used = Marks()
    used.use(b"mark", ONE)
    used.release(b"mark", OTHER)
    assert not used.use(b"mark", OTHER)
    used.release(b"mark", ONE)
    assert used.use(b"mark", OTHER)


def test_a_burnt_mark_is_good_for_nobody() -> None:
    used = Marks()
    used.burn(b"mark")
    assert not used.use(b"mark", ONE)
