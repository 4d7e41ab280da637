"""The waiting room as people and programs meet it: nothing typed is lost, nobody gains by tricks."""

from collections.abc import AsyncIterator
from typing import LiteralString

import psycopg
import pytest

from entraide.intake.application import Intake, Options
from entraide.intake.decoding import Fields as Typed
from entraide.intake.room.keepsake import NAME
from entraide.intake.room.sealing import Sealer
from tests.intake.conftest import SECRET, Fields, Rows, caller_of, until_taken, until_turn

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAUSE: LiteralString = (
    "INSERT INTO waiting_line (id, is_paused) VALUES (1, true) ON CONFLICT (id) DO UPDATE SET is_paused = true"
)
RESUME: LiteralString = "UPDATE waiting_line SET is_paused = false"


async def run(database_url: str, statement: LiteralString) -> None:
    """Do something as an operator does."""
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as link:
        await link.execute(statement)


async def paused_intake(kept: Options) -> Intake:
    """Return a running intake that knows that the line is paused."""
    await run(kept.database_url, PAUSE)
    intake = Intake(kept)
    intake.start()
    while not intake._room.line.paused:
        await intake._room.exchange()
    return intake


@pytest.fixture
async def paused(kept: Options) -> AsyncIterator[Intake]:
    """An intake whose line is paused."""
    intake = await paused_intake(kept)
    yield intake
    await intake.stop()


async def test_a_program_gets_a_ticket_and_an_estimate(
    paused: Intake, database_url: str, ada: Fields, rows: Rows
) -> None:
    async with caller_of(paused) as http:
        answer = await http.post("/v1/signups", json=ada)
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (503, "urn:entraide:problem:line")
        assert int(answer.headers["retry-after"]) > 0
        assert (len(problem["ticket"]), problem["ahead"], problem["minutes"], problem["paused"]) == (32, 0, None, True)
        assert await rows() == []
        await run(database_url, RESUME)
        taken = await until_taken(http, ada, ticket=problem["ticket"])
        again = await http.post("/v1/signups", json={**ada, "ticket": problem["ticket"]})

    assert (taken.status_code, again.json()) == (202, taken.json())
    assert {str(row["receipt"]) for row in await rows()} == {taken.json()["receipt"]}


async def test_a_browser_waits_and_sends_what_it_typed_once_its_turn_comes(
    paused: Intake, database_url: str, ada_form: Fields, rows: Rows
) -> None:
    async with caller_of(paused) as http:
        sent = await http.post("/v1/signups", data={**ada_form, "domains": ["health", "sport"]}, headers=BROWSER)
        cookie = sent.headers["set-cookie"]
        assert (sent.status_code, sent.headers["location"]) == (303, "/v1/queue?language=en&from=form")
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/v1;" in cookie
        assert not any(word in cookie for word in ("Ada", "Byron", "example", "67000"))
        place = await http.get(sent.headers["location"])
        assert (place.status_code, place.headers["cache-control"]) == (200, "no-store")
        assert "Sign-ups are paused" in place.text
        await run(database_url, RESUME)
        turn = await until_turn(http)
        for name, value in [("email", "Ada@Example.org"), ("domains", "sport"), ("consent", "on")]:
            assert f'<input type="hidden" name="{name}" value="{value}">' in turn
        taken = await http.post("/v1/signups", data={**ada_form, "domains": ["health", "sport"]}, headers=BROWSER)
        assert (taken.status_code, taken.headers["location"]) == (303, "/en/signup/received/")
        assert "Max-Age=0" in taken.headers["set-cookie"]
        assert NAME not in http.cookies
    [row] = await rows()
    assert row["payload"]["domains"] == ["health", "sport"]


async def test_a_place_is_kept_through_a_restart_and_in_another_process(
    paused: Intake, kept: Options, database_url: str, ada_form: Fields, rows: Rows
) -> None:
    async with caller_of(paused) as http:
        await http.post("/v1/signups", data=ada_form, headers=BROWSER)
        cookies = {NAME: http.cookies[NAME]}
    await paused.stop()
    other = await paused_intake(kept)
    async with caller_of(other) as http:
        http.cookies.update(cookies)
        assert "nobody loses their place" in (await http.get("/v1/queue?language=en")).text
        await run(database_url, RESUME)
        assert 'value="Ada@Example.org"' in await until_turn(http)
        assert (await http.post("/v1/signups", data=ada_form, headers=BROWSER)).status_code == 303
    await other.stop()
    assert len(await rows()) == 1


async def test_more_tabs_and_more_tries_keep_the_first_place(paused: Intake, ada_form: Fields) -> None:
    async with caller_of(paused) as http:
        tickets = set()
        for postcode in ("67000", "75011", "13001"):
            await http.post("/v1/signups", data={**ada_form, "postcode": postcode}, headers=BROWSER)
            tickets.add(http.cookies[NAME].partition(".")[0])

    assert len(tickets) == 1


async def test_a_ticket_lets_in_one_sign_up_only(paused: Intake, database_url: str, ada: Fields, rows: Rows) -> None:
    async with caller_of(paused) as http:
        ticket = (await http.post("/v1/signups", json=ada)).json()["ticket"]
        await run(database_url, RESUME)
        assert (await until_taken(http, ada, ticket=ticket)).status_code == 202
        paused._room.refused(is_full=True)  # The line is busy again: who has no turn waits.
        retry = await http.post("/v1/signups", json={**ada, "ticket": ticket})
        other = await http.post("/v1/signups", json={**ada, "email": "eve@example.org", "ticket": ticket})

    assert (retry.status_code, other.status_code) == (202, 503)
    assert other.json()["ticket"] != ticket
    assert {row["payload"]["email"] for row in await rows()} == {"ada@example.org"}


@pytest.mark.parametrize("ticket", ["", "x" * 32, "A" * 31 + "=", "é" * 32, "\U0001f600", "a" * 5000])
async def test_an_invented_ticket_is_worth_nothing(paused: Intake, ada: Fields, ticket: str) -> None:
    async with caller_of(paused) as http:
        answer = await http.post("/v1/signups", json={**ada, "ticket": ticket})

    assert answer.status_code == 503
    assert answer.json()["ticket"] != ticket


@pytest.mark.parametrize("cookie", ["", "x", ".", "a.b.c", "A" * 32 + "." + "A" * 64, "=;=;", "%00" * 40])
async def test_a_broken_cookie_shows_a_page_without_a_place(paused: Intake, cookie: str) -> None:
    async with caller_of(paused) as http:
        for path in ("/v1/queue?language=en", "/v1/queue/place?language=en"):
            answer = await http.get(path, headers={"cookie": f"other=1; {NAME}={cookie}"})
            assert answer.status_code == 200
            assert "Go to the form" in answer.text


async def test_who_refuses_the_cookie_is_told_how_to_keep_what_was_typed(paused: Intake) -> None:
    async with caller_of(paused) as http:
        page = await http.get("/v1/queue?language=en&from=form")

    assert "Go back one page" in page.text


async def test_what_does_not_fit_into_a_cookie_is_kept_on_the_page(paused: Intake, ada_form: Fields) -> None:
    long = {"slot": "", "token": "t" * 200, "languages": ["fr"], "phone": "", "mission": " " * 5000}
    async with caller_of(paused) as http:
        page = await http.post("/v1/signups", data={**ada_form, **long}, headers=BROWSER)

    assert page.status_code == 503
    assert '<input type="hidden" name="email" value="Ada@Example.org">' in page.text


async def test_wrong_fields_are_told_before_anyone_waits(paused: Intake, ada_form: Fields) -> None:
    async with caller_of(paused) as http:
        answer = await http.post("/v1/signups", data={**ada_form, "postcode": "1"}, headers=BROWSER)

    assert (answer.status_code, answer.headers["location"]) == (307, "/en/signup/correct/")


async def test_the_line_is_published_small_and_for_caches(paused: Intake) -> None:
    async with caller_of(paused) as http:
        answer = await http.get("/v1/queue/state")

    assert answer.headers["cache-control"] == "public, max-age=2, stale-while-revalidate=10"
    assert "set-cookie" not in answer.headers
    assert len(answer.content) < 2500
    assert (answer.json()["paused"], answer.json()["is_open"]) == (True, False)


@pytest.mark.parametrize(("language", "sentence"), [("fr", "C’est noté"), ("en", "Noted")])
async def test_who_wants_to_be_told_is_kept_even_while_nobody_is_let_in(
    paused: Intake, database_url: str, language: str, sentence: str
) -> None:
    async with caller_of(paused) as http:
        answers = [
            await http.post(f"/v1/queue/tell?language={language}", data={"email": " Ada@Example.org"}) for _ in range(2)
        ]
        assert {answer.status_code for answer in answers} == {303}
        assert sentence in (await http.get(answers[0].headers["location"])).text
    async with await psycopg.AsyncConnection.connect(database_url) as link:
        found = await (await link.execute("SELECT email, locale FROM waiting_to_tell")).fetchall()
    assert found == [("ada@example.org", language)]


@pytest.mark.parametrize("email", ["", "ada", "a\0b@example.org\0", '"><script>@x', "é" * 400])
async def test_a_wrong_address_is_told_and_kept_in_its_field(paused: Intake, database_url: str, email: str) -> None:
    async with caller_of(paused) as http:
        answer = await http.post("/v1/queue/tell?language=en", data={"email": email})

    if answer.status_code == 303:
        assert email.replace("\0", "") == "ab@example.org"
        return
    assert answer.status_code == 422
    assert "Enter" in answer.text
    assert "<script>@" not in answer.text


async def test_an_address_is_not_said_to_be_noted_when_it_is_not() -> None:
    intake = Intake(Options(database_url="postgresql:///?host=/nowhere", secret=SECRET))
    intake.start()
    async with caller_of(intake) as http:
        answer = await http.post("/v1/queue/tell?language=en", data={"email": "ada@example.org"})
    await intake.stop()

    assert answer.status_code == 503
    assert 'value="ada@example.org"' in answer.text


async def test_who_leaves_takes_everything_away(paused: Intake, ada_form: Fields) -> None:
    async with caller_of(paused) as http:
        await http.post("/v1/signups", data=ada_form, headers=BROWSER)
        assert "Leave the line" in (await http.get("/v1/queue?language=en")).text
        left = await http.post("/v1/queue/leave?language=en")
        assert (left.status_code, left.headers["location"]) == (303, "/en/")
        assert NAME not in http.cookies


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/queue/tell", 405),
        ("POST", "/v1/queue", 405),
        ("DELETE", "/v1/queue/state", 405),
        ("GET", "/v1/queue/unknown", 404),
        ("GET", "/v1/queued", 404),
    ],
)
async def test_other_addresses_and_methods_are_refused(paused: Intake, method: str, path: str, status: int) -> None:
    async with caller_of(paused) as http:
        answer = await http.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_head_has_no_body(paused: Intake) -> None:
    async with caller_of(paused) as http:
        answer = await http.head("/v1/queue")

    assert (answer.status_code, answer.content) == (200, b"")


def test_a_sealed_form_opens_with_its_secret_alone() -> None:
    typed = Typed(email="ada@example.org", consent=True, domains=["health"])
    sealed = Sealer(b"one").seal(typed)

    assert Sealer(b"one").open(sealed) == typed
    assert Sealer(b"two").open(sealed) is None
    assert Sealer(b"one").open(sealed[:-4] + "AAAA") is None
    assert "ada" not in sealed
