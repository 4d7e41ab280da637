"""The load that asks everybody for a proof of work is that of all processes; without the database, of each one."""

from dataclasses import replace

import httpx
import psycopg
import pytest

from entraide.guard.rules.proofs import RAISED_AFTER_SECONDS
from entraide.intake.application import Intake, Options
from tests.intake.conftest import Fields, caller_of
from tests.intake.test_guard import guarded, people, statuses, value_of


async def attack(intake: Intake, http: httpx.AsyncClient, ada: Fields, *, steps: int) -> None:
    """Let robots come to one process until the load asks for so many steps; the alarm's clock runs fast meanwhile."""
    while intake._guard.steps < steps:
        for wish in people(ada, 20):
            await http.post("/v1/signups", json={**wish, "website": "spam"})
        await make_older(intake._options.database_url, seconds=2)
        await intake._guard._watch(2)


async def make_older(database_url: str, *, seconds: int) -> None:
    """Let so many seconds pass for the alarm."""
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as link:
        await link.execute("UPDATE guard_alarm SET moved_at = moved_at - make_interval(secs => %s)", [seconds])


async def test_an_attack_on_one_process_makes_everybody_prove_in_all_and_its_end_ends_it(
    kept: Options, ada: Fields
) -> None:
    async with (
        guarded(kept, per_address=1000) as one,
        guarded(kept, per_address=1000) as silent,
        caller_of(one) as here,
        caller_of(silent) as there,
    ):
        before = await statuses(there, people(ada, 1))
        costs = []
        for steps in (1, 2):
            await attack(one, here, ada, steps=steps)
            await silent._guard._watch(1)
            assert await statuses(here, people(ada, 1)) + await statuses(there, people(ada, 1)) == [403, 403]
            costs.append((await there.get("/v1/signups/challenge")).json()["parameters"]["cost"])
        # It is over: a process that starts now hears of it all the same, and it ends for all.
        async with guarded(kept, per_address=1000) as late:
            await late._guard._watch(1)
            assert late._guard.steps == 2
            while one._guard.steps or silent._guard.steps:
                await make_older(kept.database_url, seconds=2)
                for intake in (one, silent, late):
                    await intake._guard._watch(2)
        after = await statuses(there, people(ada, 1))

    assert (before, after) == ([202], [202])
    assert costs[1] == 2 * costs[0]


async def test_without_the_database_each_process_has_an_alarm_of_its_own(kept: Options, ada: Fields) -> None:
    before = value_of("entraide_guard_unshared_total", {"what": "alarm"})
    async with (
        guarded(replace(kept, database_url="postgresql://nobody@127.0.0.1:1/nowhere"), per_address=1000) as intake,
        caller_of(intake) as http,
    ):
        for wish in people(ada, 20):
            await http.post("/v1/signups", json={**wish, "website": "spam"})
        await intake._guard._watch(RAISED_AFTER_SECONDS)
        assert await statuses(http, people(ada, 1)) == [403]

    assert value_of("entraide_guard_unshared_total", {"what": "alarm"}) > before


async def test_a_calm_process_writes_nothing_into_the_alarm(kept: Options) -> None:
    async with guarded(kept) as intake:
        await intake._guard._watch(1)
    async with await psycopg.AsyncConnection.connect(kept.database_url) as link:
        assert await (await link.execute("SELECT * FROM guard_alarm")).fetchall() == []


@pytest.mark.parametrize("seconds", [-86_400, 86_400])
async def test_an_alarm_goes_on_when_the_databases_clock_was_moved(kept: Options, ada: Fields, seconds: int) -> None:
    async with guarded(kept, per_address=1000) as intake, caller_of(intake) as http:
        await attack(intake, http, ada, steps=1)
        await make_older(kept.database_url, seconds=seconds)
        await intake._guard._watch(1)
        assert intake._guard.steps == 1
        await attack(intake, http, ada, steps=2)
