"""Several rooms keep one line in the database, and go on with what they know while it is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from entraide.intake.room.room import Gate, Room
from entraide.waiting.rules.line import Place
from tests.intake.wire import Wire

SECRET = b"a secret that every process of a test shares"


@asynccontextmanager
async def two_rooms(database_url: str) -> AsyncIterator[tuple[Room, Room]]:
    """Two processes' rooms of one line; neither turns by itself."""
    rooms = Room(database_url, SECRET), Room(database_url, SECRET)
    for room in rooms:
        await room.exchange()
    yield rooms
    for room in rooms:
        await room.stop()


async def run(database_url: str, statement: LiteralString) -> list[tuple[object, ...]]:
    """Do or ask something as another process does."""
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as link:
        cursor = await link.execute(statement)
        return await cursor.fetchall() if cursor.description else []


async def age_line(database_url: str, *, seconds: int) -> None:
    """Let so many seconds pass for the line: whatever it remembers is so much older."""
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as link:
        await link.execute(
            "UPDATE waiting_line SET moved_at = moved_at - make_interval(secs => %(s)s), state = state"
            " || jsonb_build_object('moved_at', (state->>'moved_at')::bigint - %(s)s * 1000,"
            " 'admitted_until', (state->>'admitted_until')::bigint - %(s)s * 1000)",
            {"s": seconds},
        )
        await link.execute("UPDATE waiting_second SET second = second - %s", [seconds])


async def test_a_calm_line_lets_everyone_through(database_url: str) -> None:
    async with two_rooms(database_url) as rooms:
        assert [room.gate(None) for room in rooms] == [Gate.THROUGH, Gate.THROUGH]


async def test_a_refusal_closes_the_process_at_once_and_a_crowd_the_others(database_url: str) -> None:
    async with two_rooms(database_url) as (here, there):
        here.refused(is_full=True)
        assert (here.gate(None), there.gate(None)) == (Gate.WAIT, Gate.THROUGH)
        for _ in range(100_000):
            here.issue(key="")
        await here.exchange()
        await age_line(database_url, seconds=2)
        await there.exchange()

        assert there.gate(None) is Gate.WAIT


async def test_a_pause_holds_everyone_in_every_process_and_ends(database_url: str) -> None:
    async with two_rooms(database_url) as (here, there):
        await run(database_url, "UPDATE waiting_line SET is_paused = true")
        for room in (here, there):
            await room.exchange()
        assert [here.gate(None), there.gate(None)] == [Gate.WAIT, Gate.WAIT]
        assert here.standing(here.issue(key="")).paused
        await run(database_url, "UPDATE waiting_line SET is_paused = false")
        await here.exchange()
        await age_line(database_url, seconds=5)
        await there.exchange()

        assert there.gate(None) is Gate.THROUGH


async def test_places_of_all_processes_are_counted_together(database_url: str) -> None:
    async with two_rooms(database_url) as (here, there):
        here.refused(is_full=True)
        for room, count in ((here, 3), (there, 4)):
            for _ in range(count):
                room.issue(key="")
            await room.exchange()

        assert await run(database_url, "SELECT sum(tickets) FROM waiting_second") == [(7,)]


async def test_who_waits_is_let_in_later_in_every_process_and_after_a_restart(database_url: str) -> None:
    async with two_rooms(database_url) as (here, there):
        here.refused(is_full=True)
        text = here.write(here.issue(key=""))
        await here.exchange()
        ticket = there.read(text)
        assert ticket is not None
        assert there.line.place_of(ticket) is Place.WAITING
        # The place outlives the process that gave it: one that starts now moves the line until the turn comes.
        restarted = Room(database_url, SECRET)
        await restarted.exchange()
        assert restarted.line.place_of(ticket) is Place.WAITING
        while restarted.gate(ticket) is not Gate.TURN:
            await run(database_url, "SELECT pg_sleep(0.1)")
            await restarted.exchange()
        assert restarted.line.place_of(ticket) is Place.ADMITTED
        await restarted.stop()


async def test_two_that_move_at_once_move_it_once(database_url: str) -> None:
    async with two_rooms(database_url) as rooms:
        for _ in range(5):
            rooms[0].kept(1, fill=0.1)
            await rooms[0].exchange()
            await age_line(database_url, seconds=2)
            await asyncio.gather(*(room.exchange() for room in rooms * 4))

        # What was kept is taken out of the count by one mover alone; by two it would fall below nothing.
        [(kept,)] = await run(database_url, "SELECT kept FROM waiting_line")
        assert kept == 0


async def test_a_ticket_of_one_process_is_known_to_the_other(database_url: str) -> None:
    async with two_rooms(database_url) as (here, there):
        text = here.write(here.issue(key="a key"))
        ticket = there.read(text)

        assert ticket is not None
        assert there.line.place_of(ticket) is Place.WAITING
        assert there.key_for(ticket, key="a key") == "a key"
        assert there.key_for(ticket, key="another key") == f"ticket:{text}"
        assert there.read(text[:-1] + "!") is None


async def test_without_the_database_places_are_given_and_nobody_new_is_let_in() -> None:
    room = Room("postgresql:///?host=/nowhere", SECRET)
    room.refused(is_full=True)
    until = room.line.admitted_until
    ticket = room.issue(key="")
    await room.exchange()

    assert room.gate(ticket) is Gate.WAIT
    assert room.line.admitted_until == until
    await room.stop()


async def test_places_given_while_the_database_is_away_are_counted_when_it_is_back(
    wire: Wire, database_url: str, tmp_path: Path
) -> None:
    room = Room(psycopg.conninfo.make_conninfo(database_url, host=str(tmp_path), port=5432), SECRET)
    await room.exchange()
    await wire.cut()
    for _ in range(5):
        room.issue(key="")
    await room.exchange()
    await wire.mend()
    await room.exchange()
    await room.stop()

    assert await run(database_url, "SELECT sum(tickets) FROM waiting_second") == [(5,)]


@pytest.mark.parametrize("turning", [True, False])
async def test_a_room_whose_database_stalls_ends_nevertheless(
    wire: Wire, database_url: str, tmp_path: Path, turning: bool
) -> None:
    room = Room(psycopg.conninfo.make_conninfo(database_url, host=str(tmp_path), port=5432), SECRET)
    await room.exchange()
    if turning:
        room.start()
    wire.stall()
    room.refused(is_full=True)

    async with asyncio.timeout(60):
        await room.stop()


async def test_who_asks_to_be_told_is_kept_once(database_url: str) -> None:
    room = Room(database_url, SECRET)
    for _ in range(2):
        await room.keep_asks([("ada@example.org", "fr"), ("grace@example.org", "en")])
    await room.stop()

    found = await run(database_url, "SELECT email, locale FROM waiting_to_tell ORDER BY email")
    assert found == [("ada@example.org", "fr"), ("grace@example.org", "en")]


async def test_where_sign_ups_need_no_database_a_refusal_holds_for_some_seconds_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = Room("postgresql:///?host=/nowhere", SECRET, goes_alone=True)
    await room.exchange()
    room.refused(is_full=True)
    held = room.gate(None)
    monkeypatch.setattr("entraide.intake.room.room.ALONE_AFTER", -1)

    assert (held, room.gate(None)) == (Gate.WAIT, Gate.THROUGH)
    await room.stop()
