"""Proofs of work and what stands for one: only ours, only in time, only once, in every process."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, LiteralString

import altcha
import httpx
import psycopg
import pytest

from entraide.guard.rules.proofs import ALGORITHM, CHALLENGE_SECONDS, PREFIX, SLIP_SECONDS
from entraide.intake.abuse.guard import GuardOptions
from entraide.intake.abuse.proofs import Proofs
from entraide.intake.abuse.slips import Age, Slips
from entraide.intake.application import Intake, Options
from tests.intake.conftest import Fields, Rows, caller_of
from tests.intake.test_waiting_room import BROWSER

ASK: LiteralString = (
    "INSERT INTO waiting_line (id, asks_proof) VALUES (1, true) ON CONFLICT (id) DO UPDATE SET asks_proof = true"
)
CHEAP = GuardOptions(per_address=1000, proof_cost=1)
OURS = b"a secret of ours"


@asynccontextmanager
async def asking(kept: Options, options: GuardOptions = CHEAP) -> AsyncIterator[Intake]:
    """Run an intake whose crisis asks for a proof of work."""
    async with await psycopg.AsyncConnection.connect(kept.database_url, autocommit=True) as link:
        await link.execute(ASK)
    intake = Intake(replace(kept, guard=options))
    intake.start()
    try:
        while not intake._room.asks_proof:
            await intake._room.exchange()
        yield intake
    finally:
        await intake.stop()


def solved(challenge: dict[str, Any]) -> str:
    """Solve a challenge as ALTCHA's own library does; return what its clients send."""
    asked = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(asked)
    assert solution
    return str(altcha.Payload(asked, solution).to_base64())


async def a_proof(http: httpx.AsyncClient) -> str:
    """Fetch a challenge and solve it."""
    answer = await http.get("/v1/signups/challenge")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return solved(answer.json())


async def test_a_program_is_told_how_and_gets_in_with_a_proof(kept: Options, ada: Fields, rows: Rows) -> None:
    async with asking(kept) as intake, caller_of(intake) as http:
        refused = await http.post("/v1/signups", json=ada)
        problem = refused.json()
        assert (refused.status_code, problem["type"]) == (403, "urn:entraide:problem:proof_wanted")
        assert (problem["challenge_url"], problem["solution_field"]) == ("/v1/signups/challenge", "altcha")
        assert problem["wait_seconds"] == 120 and problem["slip"]
        assert "altcha" in problem["title"] and refused.headers["content-language"] == "en"
        assert await rows() == []
        taken = await http.post("/v1/signups", json={**ada, "altcha": await a_proof(http)})

    assert taken.status_code == 202
    [row] = await rows()
    assert str(row["receipt"]) == taken.json()["receipt"]
    assert "altcha" not in row["payload"]


async def test_nothing_is_asked_in_quiet_times(http: httpx.AsyncClient, ada: Fields) -> None:
    assert (await http.post("/v1/signups", json=ada)).status_code == 202


async def test_a_solution_is_good_once_in_all_processes_and_for_retries(kept: Options, ada: Fields, rows: Rows) -> None:
    eve = {**ada, "email": "eve@example.org"}
    async with (
        asking(kept) as one,
        asking(kept) as other,
        caller_of(one) as here,
        caller_of(other) as there,
    ):
        proof = await a_proof(here)
        first = await here.post("/v1/signups", json={**ada, "altcha": proof})
        used = [await http.post("/v1/signups", json={**eve, "altcha": proof}) for http in (here, there)]
        retries = [await http.post("/v1/signups", json={**ada, "altcha": proof}) for http in (here, there)]

    assert [answer.status_code for answer in used] == [403, 403]
    assert {answer.json()["type"] for answer in used} == {"urn:entraide:problem:proof_used"}
    assert {answer.json()["receipt"] for answer in retries} == {first.json()["receipt"]}
    assert {row["payload"]["email"] for row in await rows()} == {"ada@example.org"}


def changed(proof: str, **parameters: object) -> str:
    """Return a solution whose challenge says something else."""
    content = json.loads(base64.b64decode(proof))
    content["challenge"]["parameters"].update(parameters)
    return base64.b64encode(json.dumps(content).encode()).decode()


async def test_a_challenge_that_was_changed_is_not_ours(kept: Options, ada: Fields, rows: Rows) -> None:
    async with asking(kept) as intake, caller_of(intake) as http:
        proof = await a_proof(http)
        eased = [changed(proof, keyPrefix=""), changed(proof, cost=0), changed(proof, expiresAt=None)]
        eased += [changed(proof, cost=10**9), changed(proof, algorithm="SHA-256"), changed(proof, expiresAt=10**10)]
        found = [await http.post("/v1/signups", json={**ada, "altcha": each}) for each in eased]

    assert {answer.json()["type"] for answer in found} == {"urn:entraide:problem:proof_wrong"}
    assert await rows() == []


@pytest.mark.parametrize(
    "junk",
    [
        "x",
        "=" * 10,
        "é" * 20,
        "a" * 5000,
        base64.b64encode(b"\xff\xfe").decode(),
        base64.b64encode(b"[]").decode(),
        base64.b64encode(b"{}").decode(),
        base64.b64encode(b"null").decode(),
        base64.b64encode(b'{"challenge":null,"solution":[]}').decode(),
        base64.b64encode(b'{"challenge":{"parameters":{}},"solution":{}}').decode(),
        base64.b64encode(b"[" * 2500).decode(),
    ],
)
async def test_junk_is_no_proof_and_no_fault_of_ours(kept: Options, ada: Fields, junk: str) -> None:
    async with asking(kept) as intake, caller_of(intake) as http:
        answer = await http.post("/v1/signups", json={**ada, "altcha": junk})

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:entraide:problem:proof_wrong")


@pytest.mark.parametrize("fields", [{"altcha": 5}, {"slip": ["a"]}, {"website": {}}])
async def test_passes_of_the_wrong_type_are_named(http: httpx.AsyncClient, ada: Fields, fields: Fields) -> None:
    answer = await http.post("/v1/signups", json={**ada, **fields})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, next(iter(fields)))


async def test_whoever_guesses_loses_the_challenge(kept: Options, ada: Fields) -> None:
    async with asking(kept) as intake, caller_of(intake) as http:
        proof = await a_proof(http)
        content = json.loads(base64.b64decode(proof))
        content["solution"]["counter"] += 1
        guess = base64.b64encode(json.dumps(content).encode()).decode()
        wrong = await http.post("/v1/signups", json={**ada, "altcha": guess})
        late = await http.post("/v1/signups", json={**ada, "altcha": proof})

    assert wrong.json()["type"].endswith("proof_wrong")
    assert late.json()["type"].endswith("proof_used")


def test_a_challenge_ends_and_less_work_than_is_asked_is_not_enough() -> None:
    proofs = Proofs(OURS, cost=1)
    light, heavy = (solved(proofs.challenge(steps=steps, at=2e9)) for steps in (1, 3))

    assert proofs.check(light, steps=1, at=2e9).fault is None
    assert proofs.check(light, steps=2, at=2e9).fault is None  # It became more while this was computed.
    assert proofs.check(light, steps=3, at=2e9).fault == "proof_expired"
    assert proofs.check(heavy, steps=3, at=2e9).fault is None
    assert proofs.check(light, steps=1, at=2e9 + CHALLENGE_SECONDS + 1).fault == "proof_expired"
    assert Proofs(b"of others", cost=1).check(light, steps=1, at=2e9).fault == "proof_wrong"


def test_a_challenge_is_in_altchas_format() -> None:
    challenge = Proofs(OURS, cost=7).challenge(steps=2, at=2e9)

    asked = challenge["parameters"]
    assert (asked["algorithm"], asked["cost"], asked["keyPrefix"]) == (ALGORITHM, 14, PREFIX)
    assert asked["expiresAt"] == 2_000_000_000 + CHALLENGE_SECONDS
    assert len(challenge["signature"]) == 64


def test_a_slip_ripens_and_ends() -> None:
    slips = Slips(OURS, seconds=120)
    slip = slips.issue(at=1000.0)

    assert (slip.age, slip.left) == (Age.EARLY, 120)
    assert [slips.read(slip.text, at=1000.0 + later).age for later in (119, 120, SLIP_SECONDS)] == [  # type: ignore[union-attr]
        Age.EARLY,
        Age.RIPE,
        Age.OVER,
    ]
    assert slips.read(slips.issue(at=1000.0).text, at=1000.0).mark != slip.mark  # type: ignore[union-attr]
    assert Slips(b"of others", seconds=120).read(slip.text, at=1000.0) is None
    assert [slips.read(text, at=0.0) for text in ("", "x", "é" * 32, "A" * 32)] == [None] * 4


async def test_whoever_cannot_compute_waits_and_gets_in_once(kept: Options, ada: Fields, rows: Rows) -> None:
    options = GuardOptions(per_address=1000, slip_seconds=0)
    async with asking(kept, options) as intake, caller_of(intake) as http:
        slip = (await http.post("/v1/signups", json=ada)).json()["slip"]
        taken = await http.post("/v1/signups", json={**ada, "slip": slip})
        again = await http.post("/v1/signups", json={**ada, "slip": slip})
        other = await http.post("/v1/signups", json={**ada, "email": "eve@example.org", "slip": slip})

    assert (taken.status_code, again.json()) == (202, taken.json())
    assert other.json()["type"].endswith("proof_used")
    assert len({row["receipt"] for row in await rows()}) == 1


async def test_impatience_keeps_the_slip(kept: Options, ada: Fields) -> None:
    async with asking(kept) as intake, caller_of(intake) as http:
        slip = (await http.post("/v1/signups", json=ada)).json()["slip"]
        early = await http.post("/v1/signups", json={**ada, "slip": slip})

    assert (early.status_code, early.json()["slip"]) == (403, slip)
    assert 0 < int(early.headers["retry-after"]) <= 120


async def test_few_go_on_by_waiting_so_that_it_is_no_way_around(kept: Options, ada: Fields) -> None:
    options = GuardOptions(per_address=30, slip_seconds=0)
    async with asking(kept, options) as intake, caller_of(intake) as http:
        found = []
        for number in range(4):
            wish = {**ada, "email": f"{number}@example.org"}
            slip = (await http.post("/v1/signups", json=wish)).json()["slip"]
            found.append(await http.post("/v1/signups", json={**wish, "slip": slip}))

    assert [answer.status_code for answer in found] == [202, 202, 202, 429]
    assert found[-1].json()["type"].endswith("slip_many")
    assert int(found[-1].headers["retry-after"]) > 0


async def test_whoever_waited_in_line_is_not_asked_again_and_only_once(kept: Options, ada: Fields, rows: Rows) -> None:
    async with asking(kept) as intake, caller_of(intake) as http:
        ticket = intake._room.write(intake._room.issue(key=""))
        taken = await http.post("/v1/signups", json={**ada, "ticket": ticket})
        other = await http.post("/v1/signups", json={**ada, "email": "eve@example.org", "ticket": ticket})

    assert (taken.status_code, other.status_code) == (202, 403)
    assert len(await rows()) == 1


async def test_no_place_in_line_without_a_proof(kept: Options, ada: Fields) -> None:
    async with asking(kept) as intake, caller_of(intake) as http:
        intake._room.refused(is_full=True)  # Whoever comes next waits.
        without = await http.post("/v1/signups", json=ada)
        placed = await http.post("/v1/signups", json={**ada, "altcha": await a_proof(http)})

    assert (without.status_code, placed.status_code) == (403, 503)
    assert "ticket" in placed.json() and "ticket" not in without.json()


async def test_a_browser_gets_a_page_that_loses_nothing(kept: Options, ada_form: Fields, rows: Rows) -> None:
    async with asking(kept) as intake, caller_of(intake) as http:
        page = await http.post("/v1/signups", data={**ada_form, "last_name": '"><b>'}, headers=BROWSER)
        assert page.status_code == 307  # What is wrong is corrected first.
        page = await http.post("/v1/signups", data={**ada_form, "domains": ["health", "sport"]}, headers=BROWSER)
        wrong = await http.post("/v1/signups", data={**ada_form, "altcha": "x"}, headers=BROWSER)
        right = await http.post("/v1/signups", data={**ada_form, "altcha": await a_proof(http)}, headers=BROWSER)

    assert page.status_code == 403
    for name, value in [("email", "Ada@Example.org"), ("domains", "sport"), ("consent", "on")]:
        assert page.text.count(f'<input type="hidden" name="{name}" value="{value}">') == 2
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "worker-src 'self'" in page.headers["content-security-policy"]
    assert 'data-auto="onload"' in page.text and 'data-auto="off"' in wrong.text
    assert 'name="altcha"' not in wrong.text
    assert (right.status_code, right.headers["location"]) == (303, "/en/signup/received/")
    assert len(await rows()) == 1
