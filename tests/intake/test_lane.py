"""A sign-up is acknowledged after its commit, once per key, and told apart from nothing else: with either log."""

import asyncio
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from entraide.foundation.jetstream import Servers
from entraide.intake.abuse.guard import GuardOptions
from entraide.intake.application import Intake, Options
from tests.intake.conftest import SECRET, Fields, Rows, caller_of

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_a_program_gets_a_receipt_of_what_is_committed(http: httpx.AsyncClient, ada: Fields, rows: Rows) -> None:
    wishes = {
        "phone": "06 12 34 56 78",
        "domains": ["health", "nature"],
        "availability": ["weekend"],
        "languages": ["fr"],
    }
    slot = str(uuid4())

    answer = await http.post("/v1/signups", json={**ada, **wishes, "slot": slot})

    assert answer.status_code == 202
    receipt = answer.json()["receipt"]
    assert UUID(receipt).version == 8
    assert answer.headers["location"] == f"/v1/signups/{receipt}"
    assert answer.headers["cache-control"] == "no-store"
    [row] = await rows()
    assert str(row["receipt"]) == receipt
    assert row["payload"] == {
        "email": "ada@example.org",
        "first_name": "Ada",
        "last_name": "Byron",
        "birth_date": "1990-12-10",
        "postcode": "67000",
        "locale": "en",
        "phone": "+33612345678",
        "slot_id": slot,
        "mission_id": None,
        "domains": ["health", "nature"],
        "availability": ["weekend"],
        "languages": ["fr"],
    }


@pytest.mark.parametrize(("locale", "page"), [("fr", "/fr/signup/received/"), ("en", "/en/signup/received/")])
async def test_a_browser_is_sent_to_a_page_in_its_language(
    http: httpx.AsyncClient, ada_form: Fields, rows: Rows, locale: str, page: str
) -> None:
    answer = await http.post("/v1/signups", data={**ada_form, "locale": locale}, headers=BROWSER)

    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert "set-cookie" not in answer.headers
    assert len(await rows()) == 1


async def test_a_form_of_a_program_gets_a_receipt(http: httpx.AsyncClient, ada_form: Fields) -> None:
    answer = await http.post("/v1/signups", data={**ada_form, "domains": ["health", "sport"]})

    assert answer.status_code == 202


async def test_a_receipt_tells_the_state(http: httpx.AsyncClient, ada: Fields) -> None:
    location = (await http.post("/v1/signups", json=ada)).headers["location"]

    answer = await http.get(location)

    assert answer.status_code == 200
    assert answer.json()["state"] == "received"
    assert answer.headers["cache-control"] == "no-store"
    assert "ada" not in answer.text.lower()


@pytest.mark.parametrize("receipt", ["00000000-0000-7000-8000-000000000000", "1", "%00", "a" * 300, "../x"])
async def test_an_unknown_receipt_is_not_found(http: httpx.AsyncClient, receipt: str) -> None:
    answer = await http.get(f"/v1/signups/{receipt}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_same_content_again_is_a_retry(http: httpx.AsyncClient, ada: Fields, rows: Rows) -> None:
    first = await http.post("/v1/signups", json=ada)
    second = await http.post("/v1/signups", json={**ada, "email": "ADA@example.ORG "})

    assert first.json() == second.json()
    assert {str(row["receipt"]) for row in await rows()} == {first.json()["receipt"]}


async def test_another_content_of_the_same_person_is_another_sign_up(
    http: httpx.AsyncClient, ada: Fields, rows: Rows
) -> None:
    first = await http.post("/v1/signups", json=ada)
    second = await http.post("/v1/signups", json={**ada, "postcode": "75011"})

    assert first.json()["receipt"] != second.json()["receipt"]
    assert (first.status_code, second.status_code) == (202, 202)
    assert len(await rows()) == 2


async def test_fifty_callers_with_one_key_get_one_receipt(http: httpx.AsyncClient, ada: Fields, rows: Rows) -> None:
    headers = {"Idempotency-Key": f'"{uuid4()}"'}

    found = await asyncio.gather(*(http.post("/v1/signups", json=ada, headers=headers) for _ in range(50)))

    assert {answer.status_code for answer in found} == {202}
    [receipt] = {answer.json()["receipt"] for answer in found}
    assert {str(row["receipt"]) for row in await rows()} == {receipt}


async def test_a_key_never_stands_for_what_it_did_not_come_with(
    http: httpx.AsyncClient, ada: Fields, rows: Rows
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    contents = [{**ada, "email": f"ada{number}@example.org"} for number in range(50)]

    found = await asyncio.gather(*(http.post("/v1/signups", json=content, headers=key) for content in contents))

    # Whoever gets a receipt finds their own sign-up under it, though fifty callers share a key by mistake.
    kept = {str(row["receipt"]): row["payload"]["email"] for row in await rows()}
    assert [kept[answer.json()["receipt"]] for answer in found] == [content["email"] for content in contents]


async def test_a_form_brings_its_key_as_a_token(http: httpx.AsyncClient, ada_form: Fields, rows: Rows) -> None:
    token = str(uuid4())
    first = await http.post("/v1/signups", data={**ada_form, "token": token})
    second = await http.post("/v1/signups", data={**ada_form, "token": token})
    corrected = await http.post("/v1/signups", data={**ada_form, "token": token, "postcode": "75011"})

    assert first.json() == second.json()
    assert corrected.status_code == 202
    assert {str(row["receipt"]) for row in await rows()} == {answer.json()["receipt"] for answer in (first, corrected)}


@pytest.mark.parametrize("key", ["x" * 201, "a b", "caf\xe9"])
async def test_an_unusable_key_is_refused(http: httpx.AsyncClient, ada: Fields, rows: Rows, key: str) -> None:
    answer = await http.post("/v1/signups", json=ada, headers=[(b"Idempotency-Key", key.encode("latin-1"))])

    assert answer.status_code == 400
    assert await rows() == []


async def test_many_at_once_are_all_committed(http: httpx.AsyncClient, ada: Fields, rows: Rows) -> None:
    contents = [{**ada, "email": f"ada{number}@example.org"} for number in range(300)]

    found = await asyncio.gather(*(http.post("/v1/signups", json=content) for content in contents))

    receipts = {answer.json()["receipt"] for answer in found}
    assert len(receipts) == 300
    assert {str(row["receipt"]) for row in await rows()} == receipts


async def test_one_network_has_a_bound_and_others_do_not_feel_it(
    database_url: str, log_servers: Servers | None, ada: Fields, rows: Rows
) -> None:
    intake = Intake(
        Options(database_url=database_url, secret=SECRET, guard=GuardOptions(per_address=3), log_servers=log_servers)
    )
    intake.start()
    contents = [{**ada, "email": f"ada{number}@example.org"} for number in range(31)]
    async with caller_of(intake, address="192.0.2.1") as crowd, caller_of(intake, address="198.51.100.2") as other:
        found = [await crowd.post("/v1/signups", json=content) for content in contents]
        elsewhere = await other.post("/v1/signups", json={**ada, "email": "grace@gmail.com"})
    await intake.stop()

    assert [answer.status_code for answer in found] == [202] * 3 + [403] * 27 + [429]
    assert 1 <= int(found[-1].headers["retry-after"]) <= 70
    assert elsewhere.status_code == 202
    assert len(await rows()) == 4


@pytest.mark.usefixtures("carried")
async def test_the_worker_is_woken_by_the_commit(http: httpx.AsyncClient, ada: Fields, database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as link:
        await link.execute("LISTEN entraide_signup")
        await http.post("/v1/signups", json=ada)
        heard = [notice.channel async for notice in link.notifies(timeout=60, stop_after=1)]

    assert heard == ["entraide_signup"]


async def test_no_personal_data_reaches_the_logs(
    http: httpx.AsyncClient, ada: Fields, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await http.post("/v1/signups", json=ada)
    await http.post("/v1/signups", json={**ada, "email": "not an address", "last_name": "<Byron>"})

    told = [record.getMessage() + str(vars(record)) for record in caplog.records if record.name.startswith("entraide")]
    assert not any(word in line for line in told for word in ("Byron", "example.org", "not an address", "1990"))
