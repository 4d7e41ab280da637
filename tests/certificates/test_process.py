"""The seal process by its callers: what it answers, what it refuses, and midnight."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest

from entraide.certificates import key_list, schedule
from entraide.certificates.forms import reading, signing
from entraide.certificates.keys.files import FileStore, Store
from entraide.certificates.keys.folder import KeyFolder
from entraide.certificates.keys.published import Published
from entraide.certificates.keys.ring import Ring
from entraide.certificates.process import development
from entraide.certificates.process.application import Options, Seals
from entraide.certificates.process.bound import RotatingBound, network_of
from entraide.certificates.seals import read_attached
from entraide.foundation import http as addresses

DAY = date(2026, 11, 23)
NOON = schedule.span_of(DAY)[0] + 43_200
MIDNIGHT = schedule.span_of(DAY)[1]
HASH = bytes(range(32))


@dataclass
class Moment:
    """The time that a process under test sees."""

    now: int = NOON

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "seals")


@pytest.fixture
async def seals(folder: KeyFolder, moment: Moment) -> AsyncIterator[Seals]:
    """A running process that signs its own lists."""
    async for each in started(folder, FileStore(folder), moment, Options(signs_itself=True)):
        yield each


async def started(folder: KeyFolder, store: Store, moment: Moment, options: Options) -> AsyncIterator[Seals]:
    seals = Seals(folder, Ring(folder, store, days_ahead=2), options, now=moment)
    await seals.duty.start()
    yield seals
    await seals.duty.stop()


def caller(seals: Seals, *, address: str = "192.0.2.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=seals, client=(address, 40000))
    return httpx.AsyncClient(transport=transport, base_url="http://seals.test")


@pytest.fixture
async def http(seals: Seals) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(seals) as client:
        yield client


async def test_a_hash_is_sealed_at_the_minute_by_todays_key_that_the_list_holds(
    http: httpx.AsyncClient, folder: KeyFolder, moment: Moment
) -> None:
    moment.now = NOON + 59
    answer = await http.post("/v1/seal", content=HASH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == 'application/cose; cose-type="cose-sign1"'
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.content) == 130
    seal, commitment = read_attached(answer.content)
    assert commitment == HASH
    assert seal.sealed_at == NOON
    document = (await http.get("/v1/keys")).content
    listing = key_list.read(document, roots=Published(folder).roots(), now=moment.now)
    listed = listing.of(seal.kid)
    assert listed
    assert seal.verifies(key=listed.key, commitment=HASH)
    assert (listed.begins, listed.ends) == schedule.span_of(DAY)


@pytest.mark.parametrize(("length", "status", "code"), [
    (0, 400, "too_short"), (31, 400, "too_short"), (33, 413, "too_long"), (10_000_000, 413, "too_long"),
])  # fmt: skip
async def test_other_lengths_are_refused_with_the_reason(
    http: httpx.AsyncClient, length: int, status: int, code: str
) -> None:
    answer = await http.post("/v1/seal", content=bytes(length))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:entraide:problem:{code}"
    assert "32 bytes" in answer.json()["detail"]


async def test_an_endless_body_is_left_unread(seals: Seals) -> None:
    asked = 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": bytes(20), "more_body": True}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": "/v1/seal", "query_string": b"", "headers": [], "client": None,
    }  # fmt: skip
    await seals(scope, receive, send)
    assert sent[0]["status"] == 413
    assert asked == 2


async def test_a_body_in_pieces_and_one_that_breaks_off(seals: Seals) -> None:
    for pieces, status in (([HASH[:5], HASH[5:]], 200), ([HASH[:5]], 400)):
        messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
        messages.append({"type": "http.disconnect"} if status == 400 else {"type": "http.request", "body": b""})
        sent: list[Any] = []

        async def receive(messages: list[dict[str, Any]] = messages) -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: Any, sent: list[Any] = sent) -> None:
            sent.append(message)

        scope: dict[str, Any] = {
            "type": "http", "method": "POST", "path": "/v1/seal", "query_string": b"", "headers": []
        }  # fmt: skip
        await seals(scope, receive, send)
        assert sent[0]["status"] == status


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/v1/seal?who=me", {}, 400),
        ("POST", "/v1/seal", {"content-encoding": "gzip"}, 415),
        ("GET", "/v1/seal", {}, 405),
        ("OPTIONS", "/v1/seal", {"origin": "https://elsewhere.example"}, 405),
        ("PUT", "/v1/keys", {}, 405),
        ("POST", "/v1/forms", {}, 405),
        ("DELETE", "/healthz", {}, 405),
        ("GET", "/", {}, 404),
        ("POST", "/v1/seal/", {}, 404),
        ("GET", "/v1/keys/../../etc/passwd", {}, 404),
        ("GET", "/%00", {}, 404),
    ],
)
async def test_other_requests_are_refused(
    http: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = await http.request(method, path, content=HASH if method == "POST" else b"", headers=headers)
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert status != 405 or answer.headers["allow"]


async def test_no_cookie_no_other_origin_no_trace_of_the_caller(http: httpx.AsyncClient) -> None:
    headers = {"origin": "https://elsewhere.example", "cookie": "a=b", "x-request-id": "abcdefgh12345678"}
    for answer in (
        await http.post("/v1/seal", content=HASH, headers=headers),
        await http.get("/v1/keys", headers=headers),
        await http.get("/v1/forms", headers=headers),
    ):
        assert answer.status_code == 200
        assert not {name for name in answer.headers if name.startswith(("access-control", "set-cookie", "x-request"))}
        assert "vary" not in answer.headers


@pytest.mark.parametrize("path", ["/v1/keys", "/v1/forms"])
async def test_documents_are_kept_by_caches_and_asked_for_again(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert answer.status_code == 200
    assert "s-maxage=300" in answer.headers["cache-control"]
    tag = answer.headers["etag"]
    again = await http.get(path, headers={"if-none-match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await http.get(path, headers={"if-none-match": '"other"'})).content == answer.content
    head = await http.head(path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(answer.content)))


async def test_the_forms_are_those_of_the_release(http: httpx.AsyncClient, folder: KeyFolder, moment: Moment) -> None:
    found = signing.read((await http.get("/v1/forms")).content, roots=Published(folder).roots(), now=moment.now)
    assert found.forms == reading.load_all()


async def test_midnight_fails_no_request_and_the_old_key_is_gone(
    seals: Seals, http: httpx.AsyncClient, folder: KeyFolder, moment: Moment
) -> None:
    """Requests go on through midnight, while and before the duty turns to it."""
    kids = []
    store = FileStore(folder)
    for second in range(-20, 21):
        moment.now = MIDNIGHT + second
        turning = asyncio.create_task(asyncio.to_thread(seals.duty.tend)) if second == 5 else None
        answers = await asyncio.gather(*(http.post("/v1/seal", content=HASH) for _ in range(5)))
        assert {answer.status_code for answer in answers} == {200}
        kids += [read_attached(answer.content)[0].kid for answer in answers]
        if turning:
            await turning
    assert len(set(kids)) == 2
    assert len(set(kids[:100])) == len(set(kids[100:])) == 1
    assert DAY not in store.days()
    assert folder.mark() == DAY
    listing = key_list.read((await http.get("/v1/keys")).content, roots=Published(folder).roots(), now=moment.now)
    assert listing.of(kids[0]), "yesterday's certificates can still be checked"
    assert listing.of(kids[-1])


async def test_a_clock_that_goes_back_seals_nothing(seals: Seals, http: httpx.AsyncClient, moment: Moment) -> None:
    moment.now = MIDNIGHT
    await asyncio.to_thread(seals.duty.tend)
    moment.now = MIDNIGHT - 1
    await asyncio.to_thread(seals.duty.tend)
    answer = await http.post("/v1/seal", content=HASH)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert (await http.get("/readyz")).status_code == 503
    assert (await http.get("/healthz")).status_code == 200
    moment.now = MIDNIGHT + 1
    await asyncio.to_thread(seals.duty.tend)
    assert (await http.post("/v1/seal", content=HASH)).status_code == 200


async def test_keys_that_others_can_read_seal_nothing_until_that_is_mended(
    seals: Seals, http: httpx.AsyncClient, folder: KeyFolder
) -> None:
    folder.path.chmod(0o755)
    await asyncio.to_thread(seals.duty.tend)
    assert (await http.post("/v1/seal", content=HASH)).status_code == 503
    folder.path.chmod(0o700)
    await asyncio.to_thread(seals.duty.tend)
    assert (await http.post("/v1/seal", content=HASH)).status_code == 200


async def test_in_production_what_no_root_signed_is_not_published_and_seals_go_on(
    folder: KeyFolder, moment: Moment
) -> None:
    async for seals in started(folder, FileStore(folder), moment, Options()):
        async with caller(seals) as http:
            assert (await http.get("/v1/keys")).status_code == 503
            assert (await http.get("/v1/forms")).status_code == 503
            assert (await http.post("/v1/seal", content=HASH)).status_code == 200
            assert (await http.get("/readyz")).json() == {"status": "key not listed"}
    assert not (folder.path / development.FILE).exists()


async def test_a_network_has_its_share_a_minute_and_others_theirs(folder: KeyFolder, moment: Moment) -> None:
    async for seals in started(folder, FileStore(folder), moment, Options(per_network=2)):
        async with caller(seals) as http, caller(seals, address="192.0.2.2") as other:
            answers = [(await http.post("/v1/seal", content=HASH)).status_code for _ in range(3)]
            refused = await http.post("/v1/seal", content=HASH)
            assert answers == [200, 200, 429]
            assert 1 <= int(refused.headers["retry-after"]) <= 60
            assert (await other.post("/v1/seal", content=HASH)).status_code == 200


async def test_behind_a_trusted_proxy_the_address_is_the_callers(folder: KeyFolder, moment: Moment) -> None:
    options = Options(per_network=1, trusted_proxies=(ip_network("192.0.2.0/24"),))
    async for seals in started(folder, FileStore(folder), moment, options):
        async with caller(seals) as http:

            async def ask(forwarded: str, http: httpx.AsyncClient = http) -> int:
                answer = await http.post("/v1/seal", content=HASH, headers={"x-forwarded-for": forwarded})
                return answer.status_code

            assert [await ask("198.51.100.1"), await ask("198.51.100.2")] == [200, 200]
            # What the caller wrote itself, left of what the proxy wrote, counts for nothing.
            assert await ask("203.0.113.9, 198.51.100.1") == 429


async def test_addresses_are_forgotten_with_the_minute(
    folder: KeyFolder, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = Options(trusted_proxies=(ip_network("192.0.2.0/24"),))
    at = 1000.0
    monkeypatch.setattr("entraide.certificates.process.application.time.monotonic", lambda: at)
    async for seals in started(folder, FileStore(folder), moment, options):
        async with caller(seals) as http:
            await http.post("/v1/seal", content=HASH, headers={"x-forwarded-for": "198.51.100.77"})
            assert addresses._text.cache_info().currsize
            at += 60
            await http.post("/v1/seal", content=HASH)
            # The proxy's own alone.
            assert addresses._text.cache_info().currsize == 1


def test_counts_are_kept_under_names_that_change_with_the_secret() -> None:
    bound = RotatingBound(1)
    assert [bound.retry_after("192.0.2.1", at=0), bound.retry_after("192.0.2.1", at=59)] == [0, 1]
    first = set(bound._counts)
    assert bound.retry_after("192.0.2.1", at=60) == 0
    assert len(first) == len(set(bound._counts)) == 1
    assert first != set(bound._counts)
    assert all(len(name) == 8 for name in first)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("nonsense:", ":nonsense", True),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_a_household_counts_as_one(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) == same


async def test_a_token_seals_too(folder: KeyFolder, token_store: Store, moment: Moment) -> None:
    async for seals in started(folder, token_store, moment, Options(signs_itself=True)):
        async with caller(seals) as http:
            for now in (NOON, MIDNIGHT):
                moment.now = now
                await asyncio.to_thread(seals.duty.tend)
                seal, _ = read_attached((await http.post("/v1/seal", content=HASH)).content)
                data = (await http.get("/v1/keys")).content
                listed = key_list.read(data, roots=Published(folder).roots(), now=now).of(seal.kid)
                assert listed
                assert seal.verifies(key=listed.key, commitment=HASH)
    assert token_store.days() == {DAY + timedelta(days=ahead) for ahead in (1, 2, 3)}
    assert not list(folder.path.glob("*.key"))
