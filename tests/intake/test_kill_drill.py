"""Sign-ups go on while the worker is killed again and again: each one acknowledged becomes exactly one person."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, LiteralString

import httpx
import psycopg
import pytest

from tests.intake.conftest import ROOT, Fields, Server, until_ready, until_true

WAVE = 120
# The worker is killed once in each wave: while a set of people is being written and not yet committed (nobody but the
# drain writes people here), or when a set is settled and its mails are still to be written.
WRITING = "SELECT count(*) > 0 FROM pg_locks WHERE relation = 'accounts_person'::regclass AND mode = 'RowExclusiveLock'"
SETTLED = "SELECT count(*) FROM volunteering_settlement"
MOMENTS: tuple[LiteralString, ...] = (WRITING, SETTLED, WRITING, SETTLED, WRITING)
SIGN_UPS = WAVE * len(MOMENTS)


class Worker:
    """A worker process that can be killed and started again."""

    def __init__(self, node: dict[str, str]) -> None:
        self._node = node
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it drains as soon as it is up."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "config.worker"], cwd=ROOT, env=self._node, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        """End it at whatever it is doing."""
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


@pytest.fixture
def worker(node: dict[str, str]) -> Iterator[Worker]:
    """A worker that is gone after the test, and a queue that is empty before it."""
    with psycopg.connect(node["DATABASE_URL"], autocommit=True) as link:
        link.execute("DELETE FROM procrastinate_jobs")
        link.execute("DELETE FROM foundation_mail")
    worker = Worker({**node, "MAIL_PER_SECOND": "500"})
    yield worker
    worker.kill()


async def value(database_url: str, question: LiteralString) -> Any:
    """Return the one value that a question has."""
    async with await psycopg.AsyncConnection.connect(database_url) as link:
        row = await (await link.execute(question)).fetchone()
        return row[0] if row else None


async def sign_up_all(http: httpx.AsyncClient, ada: Fields, numbers: Iterable[int]) -> list[str]:
    """Send these sign-ups, eight at a time, every fifth with the address of an earlier one; return the receipts."""
    turn = asyncio.Semaphore(8)

    async def one(number: int) -> str:
        address = f"person{number - 3 if number % 5 == 4 else number}@example.org"
        async with turn:
            answer = await http.post("/v1/signups", json={**ada, "email": address, "postcode": f"{10000 + number}"})
        assert answer.status_code == 202
        return str(answer.json()["receipt"])

    return await asyncio.gather(*(one(number) for number in numbers))


async def kill_in_the_middle(worker: Worker, link: psycopg.AsyncConnection[Any], moment: LiteralString) -> None:
    """Start the worker and kill it as soon as ``moment``, a question with one value, has another answer than before."""

    async def answer() -> Any:
        return await (await link.execute(moment)).fetchone()

    before = await answer()
    worker.start()
    while await answer() == before:
        continue
    worker.kill()


def welcomed(folder: Path) -> Counter[str]:
    """Count the welcome mails by address."""
    messages = (message_from_bytes(file.read_bytes(), policy=policy.default) for file in folder.glob("*.eml"))
    return Counter(str(message["to"]) for message in messages if str(message["subject"]).startswith("Welcome"))


@pytest.mark.drill
async def test_each_acknowledged_sign_up_becomes_one_person_though_the_worker_is_killed(
    server: Server, worker: Worker, node: dict[str, str], ada: Fields
) -> None:
    process, address = server
    url = node["DATABASE_URL"]
    async with httpx.AsyncClient(base_url=address, timeout=20) as http, asyncio.timeout(240):
        await until_ready(process, http)
        receipts = []
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as link:
            for wave, moment in enumerate(MOMENTS):
                numbers = range(wave * WAVE, (wave + 1) * WAVE)
                sent, _ = await asyncio.gather(
                    sign_up_all(http, ada, numbers), kill_in_the_middle(worker, link, moment)
                )
                receipts += sent
        worker.start()
        # Whatever log a sign-up was in, it is settled when it has gone through.
        while await value(url, SETTLED) < SIGN_UPS:
            continue
        await until_true(url, "SELECT count(*) = 0 FROM volunteering_signup")
        # What a killed worker had taken waits for the end of its lease.
        await until_true(url, "SELECT count(*) = 0 FROM foundation_mail")
        states = {(await http.get(f"/v1/signups/{receipt}")).json()["state"] for receipt in receipts}

    people = {f"person{number}@example.org" for number in range(SIGN_UPS) if number % 5 != 4}
    assert len(set(receipts)) == SIGN_UPS
    assert states == {"done"}
    assert await value(url, "SELECT count(*) FROM volunteering_settlement WHERE person_id IS NULL") == 0
    assert await value(url, "SELECT count(*) FROM accounts_person") == len(people)
    assert await value(url, "SELECT count(DISTINCT person_id) FROM volunteering_volunteer") == len(people)
    assert await value(url, "SELECT count(*) FROM volunteering_volunteer") == len(people)
    # A mail that was being sent at a kill may go twice; none is missing.
    assert set(welcomed(Path(node["VAR_DIR"]) / "mail")) == people
