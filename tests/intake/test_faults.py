"""The database goes away and comes back, stalls; a real server stops. Nothing is acknowledged that is not kept."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from entraide.foundation.jetstream import Servers
from entraide.intake.application import Intake, Options
from tests.intake.conftest import (
    SECRET,
    Fields,
    Rows,
    Server,
    caller_of,
    serving,
    until_ready,
    until_taken,
    until_true,
    until_turn,
)
from tests.intake.wire import Wire

PAGE = {"Accept": "text/html"}
in_postgresql = pytest.mark.parametrize("log", ["postgresql"], indirect=True)
in_jetstream = pytest.mark.parametrize("log", ["jetstream"], indirect=True)


@asynccontextmanager
async def intake_behind(
    wire: Wire, database_url: str, tmp_path: Path, log_servers: Servers | None = None
) -> AsyncIterator[Intake]:
    """Run an intake whose database is reached through the wire."""
    through_the_wire = psycopg.conninfo.make_conninfo(database_url, host=str(tmp_path), port=5432)
    intake = Intake(Options(database_url=through_the_wire, secret=SECRET, log_servers=log_servers))
    intake.start()
    yield intake
    await intake.stop()


@in_postgresql
async def test_a_database_that_is_away_gives_503_and_the_lane_mends_itself(
    wire: Wire, database_url: str, tmp_path: Path, ada: Fields, rows: Rows
) -> None:
    async with intake_behind(wire, database_url, tmp_path) as intake, caller_of(intake) as http:
        assert (await http.post("/v1/signups", json=ada)).status_code == 202
        await wire.cut()
        for _ in range(3):
            refused = await http.post("/v1/signups", json={**ada, "postcode": "75011"})
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) > 0
            assert refused.json()["type"].removeprefix("urn:entraide:problem:") in ("unavailable", "line")
        assert (await http.get("/readyz")).status_code == 503
        assert (await http.get("/healthz")).status_code == 200
        assert len(await rows()) == 1
        await wire.mend()
        answer = await until_taken(http, {**ada, "postcode": "75011"}, ticket=refused.json()["ticket"])
        assert answer.status_code == 202
        assert (await http.get("/readyz")).status_code == 200
    assert len(await rows()) == 2


@in_postgresql
async def test_a_browser_keeps_what_was_typed_while_the_database_is_away(
    wire: Wire, database_url: str, tmp_path: Path, ada_form: Fields, rows: Rows
) -> None:
    wishes = {"domains": ["health", "sport"], "phone": '"><script>', "token": "a-token"}
    async with intake_behind(wire, database_url, tmp_path) as intake, caller_of(intake) as http:
        await wire.cut()
        page = await http.post("/v1/signups", data={**ada_form, **wishes, "phone": ""}, headers=PAGE)

        place = await http.get(page.headers["location"])
        assert (page.status_code, page.headers["location"]) == (303, "/v1/queue?language=en&from=form")
        assert "You are in line" in place.text
        assert "ada@example.org" not in str(page.headers).lower()
        await wire.mend()
        turn = await until_turn(http)

    for name, value in [("email", "Ada@Example.org"), ("domains", "health"), ("domains", "sport"), ("consent", "on")]:
        assert f'<input type="hidden" name="{name}" value="{value}">' in turn
    assert await rows() == []


@in_postgresql
async def test_a_commit_whose_answer_is_lost_is_found_by_its_retry(
    wire: Wire, database_url: str, tmp_path: Path, ada: Fields, rows: Rows
) -> None:
    """The line is cut between the commit and its answer: the caller hears 503 and tries again with the same key."""
    key = {"Idempotency-Key": "the-first-try"}
    async with intake_behind(wire, database_url, tmp_path) as intake, caller_of(intake) as http:
        # The first one prepares the statement, so that the next needs a single round trip.
        assert (await http.post("/v1/signups", json={**ada, "postcode": "75011"})).status_code == 202
        async with await psycopg.AsyncConnection.connect(database_url) as other:
            # The row is held back by a lock that the insert needs, so that the cut falls before its answer.
            await other.execute("LOCK TABLE volunteering_signup IN SHARE MODE")
            trying = asyncio.create_task(http.post("/v1/signups", json=ada, headers=key))
            await until_true(
                database_url,
                "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'volunteering_signup'::regclass",
            )
            wire.stall()
            await other.commit()
            await until_true(database_url, "SELECT count(*) = 2 FROM volunteering_signup")
        await wire.cut()
        assert (await trying).status_code == 503
        wire.flow()
        await wire.mend()
        again = await until_taken(http, ada, ticket=(await trying).json()["ticket"], headers=key)
    assert again.status_code == 202
    # It is in the log twice, under one receipt: the drain takes it once.
    assert {str(row["receipt"]) for row in (await rows())[1:]} == {again.json()["receipt"]}


@in_jetstream
async def test_sign_ups_go_on_without_the_database_when_their_log_is_another(
    wire: Wire, database_url: str, tmp_path: Path, ada: Fields, rows: Rows, log_servers: Servers
) -> None:
    async with intake_behind(wire, database_url, tmp_path, log_servers) as intake, caller_of(intake) as http:
        await wire.cut()
        contents = [{**ada, "email": f"ada{number}@example.org"} for number in range(20)]
        found = [await http.post("/v1/signups", json=content) for content in contents]
        told = await http.get(found[0].headers["location"])
        unknown = await http.get("/v1/signups/00000000-0000-7000-8000-000000000000")
        retried = await http.post("/v1/signups", json=contents[0])
        assert (await http.get("/readyz")).status_code == 200
        await wire.mend()
    assert {answer.status_code for answer in found} == {202}
    assert (told.status_code, told.json()["state"]) == (200, "received")
    # Whether somebody else's receipt is known, nobody can tell without the database.
    assert unknown.status_code == 503
    assert retried.json() == found[0].json()
    assert {str(row["receipt"]) for row in await rows()} == {answer.json()["receipt"] for answer in found}


async def test_a_real_server_takes_refuses_and_stops(server: Server, ada: Fields, ada_form: Fields, rows: Rows) -> None:
    process, address = server
    async with httpx.AsyncClient(base_url=address, timeout=60) as http, asyncio.timeout(120):
        await until_ready(process, http)
        posts = [http.post("/v1/signups", json={**ada, "email": f"ada{number}@example.org"}) for number in range(200)]
        found = await asyncio.gather(*posts)
        page = await http.post("/v1/signups", data=ada_form, headers=PAGE)
        huge = await refusal_of_ten_megabytes(http)
        # Under load, the stop is asked for; whatever was answered 202 is there afterwards.
        late = [
            asyncio.create_task(http.post("/v1/signups", json={**ada, "email": f"late{number}@example.org"}))
            for number in range(50)
        ]
        await asyncio.wait(late, return_when=asyncio.FIRST_COMPLETED)
        process.send_signal(signal.SIGTERM)
        ends = await asyncio.gather(*late, return_exceptions=True)
        code = await asyncio.to_thread(process.wait, 15)

    assert {answer.status_code for answer in found} == {202}
    assert (page.status_code, page.headers["location"]) == (303, "/en/signup/received/")
    assert huge in (413, None)
    late_answers = [end for end in ends if isinstance(end, httpx.Response) and end.status_code == 202]
    receipts = {answer.json()["receipt"] for answer in (*found, *late_answers)}
    assert receipts <= {str(row["receipt"]) for row in await rows()}
    assert len(receipts) == 200 + len(late_answers)
    assert code == 0


async def refusal_of_ten_megabytes(http: httpx.AsyncClient) -> int | None:
    """Return the status that 10 MB get, None when the server closes the line before all was sent, as it may."""
    try:
        answer = await http.post("/v1/signups", content=b"a" * 10_000_000, headers={"Content-Type": "application/json"})
    except httpx.TransportError:
        return None
    return answer.status_code


@in_postgresql
@pytest.mark.parametrize("said", [b"", b"P", b"POST /v1/signups HTTP/1.1\r\nHost: localhost\r\n"])
async def test_whoever_says_nothing_or_half_a_head_is_sent_away(node: dict[str, str], said: bytes) -> None:
    with serving(node, "--http1-header-read-timeout", "500") as (process, address):
        async with httpx.AsyncClient(base_url=address, timeout=10) as http:
            await until_ready(process, http)
        reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(address).port)
        async with asyncio.timeout(30):
            writer.write(said)
            assert await reader.read() == b""
        writer.close()
