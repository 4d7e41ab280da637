"""The intake as its callers meet it: the real application, the real database, HTTP in between."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, LiteralString

import httpx
import psycopg
import pytest

from config import run
from entraide.foundation import jetstream
from entraide.intake.abuse.guard import GuardOptions
from entraide.intake.application import Intake, Options
from entraide.volunteering import carrying
from entraide.volunteering.rules.signup_log import NAME
from tests.intake.wire import Wire
from tests.nats_cluster import MOST_BYTES, Cluster, cluster

SECRET = "a secret that every process of a test shares"
ROOT = Path(__file__).resolve().parents[2]
Fields = dict[str, Any]
Server = tuple[subprocess.Popen[bytes], str]
Rows = Callable[[], Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def ada() -> Fields:
    """A sign-up with nothing wrong."""
    return {
        "email": "Ada@Example.org",
        "first_name": "Ada",
        "last_name": "Byron",
        "birth_date": "1990-12-10",
        "postcode": "67000",
        "consent": True,
        "locale": "en",
    }


@pytest.fixture
def ada_form(ada: Fields) -> Fields:
    """The same, as a form sends it."""
    return {**ada, "consent": "on"}


@pytest.fixture(scope="session")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three servers of a replicated log, set up for sign-ups."""
    with cluster(tmp_path_factory.mktemp("nats")) as running:
        asyncio.run(jetstream.prepare(running.servers, jetstream.Streams(NAME), most_bytes=MOST_BYTES))
        yield running


@pytest.fixture(params=["postgresql", "jetstream"])
def log(request: pytest.FixtureRequest) -> Iterator[Cluster | None]:
    """Where the intake keeps sign-ups: None for PostgreSQL, or the servers of the replicated log. Tests run with both.

    What a test leaves in the replicated log is taken out after it.
    """
    if request.param == "postgresql":
        yield None
        return
    nats: Cluster = request.getfixturevalue("nats")
    yield nats
    asyncio.run(empty(nats.servers))


@pytest.fixture
def log_servers(log: Cluster | None) -> jetstream.Servers | None:
    """The same, as the intake's options name it."""
    return log.servers if log else None


@pytest.fixture
def node(node: dict[str, str], log: Cluster | None) -> dict[str, str]:
    """The environment of a process of ours, with the log that the test runs with."""
    return {**node, "SIGNUPS_PER_NETWORK": "100000", "INTAKE_LOG": ",".join(log.addresses) if log else ""}


@pytest.fixture
def kept(database_url: str, log_servers: jetstream.Servers | None) -> Options:
    """Options of an intake that says nothing but where sign-ups are kept."""
    return Options(database_url=database_url, secret=SECRET, log_servers=log_servers)


@pytest.fixture
async def intake(kept: Options) -> AsyncIterator[Intake]:
    """A running intake."""
    # A test is one address, and some are a crowd.
    intake = Intake(replace(kept, guard=GuardOptions(per_address=100_000)))
    intake.start()
    yield intake
    await intake.stop()


@pytest.fixture
async def http(intake: Intake) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of the intake."""
    async with caller_of(intake) as client:
        yield client


def caller_of(intake: Intake, *, address: str = "192.0.2.1") -> httpx.AsyncClient:
    """Return a client of an application in this process, calling from an address."""
    transport = httpx.ASGITransport(app=intake, client=(address, 40000))
    return httpx.AsyncClient(transport=transport, base_url="http://intake.test")


@pytest.fixture
async def wire(database_url: str, tmp_path: Path) -> AsyncIterator[Wire]:
    """A mended relay in front of the database."""
    parts = psycopg.conninfo.conninfo_to_dict(database_url)
    wire = Wire(f"{parts['host']}/.s.PGSQL.{parts.get('port') or 5432}", tmp_path / ".s.PGSQL.5432")
    await wire.mend()
    yield wire
    wire.flow()
    await wire.cut()


@pytest.fixture
async def carried(
    database_url: str, log_servers: jetstream.Servers | None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Carry from the replicated log into the inbox as the worker does; called, it returns when nothing is left."""
    if log_servers is None:
        yield _nothing_to_carry
        return
    monkeypatch.setattr(carrying, "WAIT_SECONDS", 0.2)
    stopped = asyncio.Event()
    duty = asyncio.create_task(carrying.carry(log_servers, stopped))
    seen = jetstream.Log(log_servers, jetstream.Streams(NAME))

    async def until_empty() -> None:
        async with asyncio.timeout(30):
            while not (await seen.state()).is_empty:
                assert not duty.done()

    yield until_empty
    stopped.set()
    await duty
    await seen.close()


async def _nothing_to_carry() -> None:
    """Sign-ups are in the inbox as soon as they are acknowledged."""


@pytest.fixture
def rows(database_url: str, carried: Callable[[], Awaitable[None]]) -> Rows:
    """Read what the inbox holds, as another process sees it, once all that was acknowledged has come there."""

    async def read() -> list[dict[str, Any]]:
        await carried()
        async with await psycopg.AsyncConnection.connect(database_url) as link:
            cursor = link.cursor(row_factory=psycopg.rows.dict_row)
            await cursor.execute("SELECT * FROM volunteering_signup ORDER BY id")
            return await cursor.fetchall()

    return read


async def empty(servers: jetstream.Servers) -> None:
    """Take whatever is in the replicated log out of it."""
    log = jetstream.Log(servers, jetstream.Streams(NAME))
    while not (await log.state()).is_empty:
        for part in log.parts:
            await log.settle(await log.read(part, most=100, seconds=0.1))
    await log.close()


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(node: dict[str, str], *options: str) -> Iterator[Server]:
    """Run the intake as production does, in a process of its own, with these options of its server on top."""
    port = free_port()
    command = run.server("config.intake:application", interface="asgi", host="127.0.0.1", port=port)
    process = subprocess.Popen(
        [*command, *options], cwd=ROOT, env=node, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        # Killed outright, Granian would leave its own worker process behind, and with it the pipe open.
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture
def server(node: dict[str, str]) -> Iterator[Server]:
    """The intake as production runs it."""
    with serving(node) as running:
        yield running


async def until_ready(process: subprocess.Popen[bytes], http: httpx.AsyncClient) -> None:
    """Return when the server answers."""
    while True:
        assert process.poll() is None, process.communicate()
        try:
            assert (await http.get("/readyz")).status_code == 200
        except httpx.TransportError:
            await asyncio.sleep(0.05)
        else:
            return


async def until_true(database_url: str, question: LiteralString) -> None:
    """Return when the database answers yes. It paces the asking itself."""
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as link:
        while await (await link.execute(question)).fetchone() != (True,):
            await link.execute("SELECT pg_sleep(0.01)")


async def until_taken(
    http: httpx.AsyncClient, content: Fields, *, ticket: str, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """Send a sign-up with its ticket again and again, as a patient program does, until it is no longer in line."""
    while True:
        answer = await http.post("/v1/signups", json={**content, "ticket": ticket}, headers=headers)
        if answer.status_code != 503:
            return answer
        ticket = answer.json()["ticket"]
        await asyncio.sleep(0.1)


async def until_turn(http: httpx.AsyncClient) -> str:
    """Look at the place in line until the turn comes; return the page."""
    while True:
        page = (await http.get("/v1/queue")).text
        if "data-send" in page:
            return page
        await asyncio.sleep(0.1)
