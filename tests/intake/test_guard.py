"""Limits, the trap and disposable mail as callers meet them, and what is left of the limits without the database."""

import ipaddress
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from entraide.foundation.env import IPNetwork
from entraide.guard.rules.mail_domains import DisposableMail, MailDomains
from entraide.intake.abuse.guard import GuardOptions
from entraide.intake.application import Intake, Options
from tests.intake.conftest import Fields, Rows, caller_of
from tests.intake.test_proofs import a_proof
from tests.intake.test_waiting_room import BROWSER

PROXY: tuple[IPNetwork, ...] = (ipaddress.ip_network("10.0.0.0/8"),)
Headers = list[tuple[str, str]]


@asynccontextmanager
async def guarded(kept: Options, *, proxies: tuple[IPNetwork, ...] = (), **options: Any) -> AsyncIterator[Intake]:
    """Run an intake with options of its guard."""
    guard = GuardOptions(**options)
    intake = Intake(replace(kept, guard=guard, trusted_proxies=proxies))
    intake.start()
    try:
        yield intake
    finally:
        await intake.stop()


def people(ada: Fields, count: int, *, domain: str = "gmail.com") -> list[Fields]:
    """Return sign-ups of so many people."""
    return [{**ada, "email": f"person-{number}@{domain}"} for number in range(count)]


async def statuses(http: httpx.AsyncClient, wishes: list[Fields], headers: Headers | None = None) -> list[int]:
    """Send sign-ups one after the other; return how each was answered."""
    return [(await http.post("/v1/signups", json=wish, headers=headers)).status_code for wish in wishes]


def value_of(name: str, labels: Mapping[str, str]) -> float:
    """Return what a metric stands at."""
    return REGISTRY.get_sample_value(name, dict(labels)) or 0.0


async def test_a_busy_address_proves_and_its_neighbours_do_not(kept: Options, ada: Fields) -> None:
    asked = {"layer": "address", "verdict": "prove"}
    before = value_of("entraide_guard_bounded_total", asked)
    async with (
        guarded(kept, per_address=2) as intake,
        caller_of(intake, address="192.0.2.1") as school,
        caller_of(intake, address="192.0.2.9") as other,
    ):
        found = await statuses(school, people(ada, 4))
        assert (found, await statuses(other, people(ada, 1))) == ([202, 202, 403, 403], [202])

    assert value_of("entraide_guard_bounded_total", asked) - before == 2


async def test_a_school_behind_one_address_gets_in_by_computing(kept: Options, ada: Fields, rows: Rows) -> None:
    async with guarded(kept, per_address=2, proof_cost=1) as intake, caller_of(intake) as http:
        found = await statuses(http, people(ada, 2))
        for wish in people(ada, 8)[2:]:
            found += await statuses(http, [{**wish, "altcha": await a_proof(http)}])

    assert found == [202] * 8
    assert len({row["payload"]["email"] for row in await rows()}) == 8


async def test_a_subnet_has_a_bound_however_many_addresses_it_has(kept: Options, ada: Fields) -> None:
    async with guarded(kept, per_address=1) as intake:
        found = []
        for number, wish in enumerate(people(ada, 12)):
            async with caller_of(intake, address=f"2001:db8:7:{number:x}::1") as http:
                found += await statuses(http, [wish])

    assert found == [202] * 10 + [403] * 2


async def test_a_mail_domain_of_few_has_a_bound_and_one_of_everybody_has_none(kept: Options, ada: Fields) -> None:
    async with guarded(kept, per_address=1) as intake:
        found: dict[str, list[int]] = {"attack.example": [], "gmail.com": []}
        for domain, seen in found.items():
            for number, wish in enumerate(people(ada, 12, domain=domain)):
                async with caller_of(intake, address=f"198.{len(domain)}.{number}.1") as http:
                    seen += await statuses(http, [wish])

    assert found == {"attack.example": [202] * 10 + [403] * 2, "gmail.com": [202] * 12}


async def test_far_too_many_are_refused_in_their_language(kept: Options, ada: Fields) -> None:
    async with guarded(kept, per_address=1) as intake, caller_of(intake) as http:
        await statuses(http, people(ada, 10))
        program = await http.post("/v1/signups", json={**ada, "locale": "fr"})
        browser = await http.post("/v1/signups", data={**ada, "consent": "on"}, headers=BROWSER)

    assert (program.status_code, program.headers["content-language"]) == (429, "fr")
    assert "Trop d’inscriptions" in program.json()["title"] and 1 <= int(program.headers["retry-after"]) <= 70
    assert (browser.status_code, browser.headers["content-language"]) == (429, "en")
    assert 'value="Ada@Example.org"' in browser.text


async def test_processes_hold_one_bound_together(kept: Options, ada: Fields) -> None:
    wishes = people(ada, 9)
    async with (
        guarded(kept, per_address=4) as one,
        guarded(kept, per_address=4) as other,
        caller_of(one) as here,
        caller_of(other) as there,
    ):
        assert await statuses(here, wishes[:2]) + await statuses(there, wishes[2:4]) == [202] * 4
        # The second to tell knows of the first, which hears of the second with its next telling.
        await one._guard._share()
        await other._guard._share()
        assert await statuses(there, wishes[4:5]) == [403]
        await other._guard._share()
        await one._guard._share()
        assert await statuses(here, wishes[5:6]) == [403]


async def test_a_process_to_which_nobody_came_hears_of_a_busy_address_too(kept: Options, ada: Fields) -> None:
    wishes = people(ada, 40)
    async with (
        guarded(kept, per_address=32) as one,
        guarded(kept, per_address=32) as silent,
        caller_of(one) as here,
        caller_of(silent) as there,
        caller_of(silent, address="198.51.100.7") as another,
    ):
        assert (await statuses(here, wishes[:33]))[-1] == 403
        await one._guard._share()
        await silent._guard._share()
        assert await statuses(there, wishes[33:34]) == [403]
        assert await statuses(another, wishes[34:35]) == [202]


async def test_without_the_database_each_process_holds_the_bound_alone(kept: Options, ada: Fields) -> None:
    before = value_of("entraide_guard_unshared_total", {"what": "counts"})
    async with guarded(replace(kept, database_url="postgresql://nobody@127.0.0.1:1/nowhere"), per_address=1) as intake:
        async with caller_of(intake) as http:
            # The replicated log takes a sign-up without the database; the bound holds in either case.
            first = 202 if kept.log_servers else 503
            assert await statuses(http, people(ada, 2)) == [first, 403]
        await intake._guard._share()

    assert value_of("entraide_guard_unshared_total", {"what": "counts"}) > before


@pytest.mark.parametrize("forged", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Client-IP", "True-Client-IP"])
async def test_nobody_gets_around_a_bound_with_a_header(kept: Options, ada: Fields, forged: str) -> None:
    async with guarded(kept, per_address=1) as intake, caller_of(intake) as http:
        found = []
        for number, wish in enumerate(people(ada, 3)):
            address = f"for=198.51.{number}.1" if forged == "Forwarded" else f"198.51.{number}.1"
            found += await statuses(http, [wish], [(forged, address)])

    assert found == [202, 403, 403]


@pytest.mark.parametrize("apart", [False, True])
async def test_behind_a_proxy_only_what_it_wrote_counts(kept: Options, ada: Fields, apart: bool) -> None:
    """A client writes a new address each time; the proxy adds the true one, to the same header or in another."""
    async with (
        guarded(kept, proxies=PROXY, per_address=1) as intake,
        caller_of(intake, address="10.0.0.1") as http,
    ):
        found = []
        for number, wish in enumerate(people(ada, 3)):
            forged, true = f"198.51.{number}.1", "203.0.113.5, 10.0.0.2"
            split = [("X-Forwarded-For", forged), ("X-Forwarded-For", true)]
            found += await statuses(http, [wish], split if apart else [("X-Forwarded-For", f"{forged}, {true}")])
        another = await statuses(http, people(ada, 1), [("X-Forwarded-For", "203.0.113.6")])

    assert (found, another) == ([202, 403, 403], [202])


async def test_a_filled_trap_is_answered_as_success_and_makes_nobody(
    http: httpx.AsyncClient, ada: Fields, ada_form: Fields, rows: Rows
) -> None:
    before = value_of("entraide_guard_trapped_total", {})
    robot = await http.post("/v1/signups", json={**ada, "website": "https://spam.example"})
    browser = await http.post("/v1/signups", data={**ada_form, "website": "x"}, headers=BROWSER)
    assert await rows() == []
    person = await http.post("/v1/signups", json={**ada, "website": ""})

    assert (robot.status_code, robot.json().keys(), robot.headers.keys()) == (
        202,
        person.json().keys(),
        person.headers.keys(),
    )
    assert (browser.status_code, browser.headers["location"]) == (303, "/en/signup/received/")
    state = await http.get(robot.headers["location"])
    assert (state.status_code, state.json()["state"]) == (200, "received")
    assert value_of("entraide_guard_trapped_total", {}) - before == 2
    assert len(await rows()) == 1


@pytest.mark.parametrize("address", ["ada@mailinator.com", "ada@box.YOPMAIL.com"])
async def test_disposable_mail_is_a_fault_of_its_field(kept: Options, ada: Fields, address: str) -> None:
    async with guarded(kept) as intake, caller_of(intake) as http:
        answer = await http.post("/v1/signups", json={**ada, "email": address})
        form = await http.post("/v1/signups", data={**ada, "email": address, "consent": "on"}, headers=BROWSER)

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"], error["code"]) == (422, "email", "email_disposable")
    assert "throwaway" in error["detail"]
    assert (form.status_code, form.headers["location"]) == (307, "/en/signup/correct/")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (MailDomains(disposable_mail=DisposableMail.PROOF), 403),
        (MailDomains(disposable_mail=DisposableMail.ACCEPT), 202),
        (MailDomains(never_disposable=frozenset({"mailinator.com"})), 202),
    ],
)
async def test_the_operator_says_what_becomes_of_disposable_mail(
    kept: Options, ada: Fields, said: MailDomains, status: int
) -> None:
    async with guarded(kept, mail_domains=said) as intake, caller_of(intake) as http:
        assert await statuses(http, people(ada, 1, domain="mailinator.com")) == [status]
        assert await statuses(http, people(ada, 1, domain="example.org")) == [202]


async def test_the_challenge_is_fetched_and_nothing_else(http: httpx.AsyncClient) -> None:
    assert (await http.head("/v1/signups/challenge")).content == b""
    assert (await http.post("/v1/signups/challenge")).status_code == 405
    assert (await http.get("/v1/signups/challenges")).status_code == 404
