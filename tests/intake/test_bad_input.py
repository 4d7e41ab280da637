"""Whatever arrives gets a 4xx that names what is wrong, and the inbox stays as it was."""

import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest

from tests.intake.conftest import Fields, Rows

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAGE = {**FORM, "Accept": "text/html"}
TODAY = date.today()  # noqa: DTZ011 - ages are counted in whole years, an hour of difference does not matter here.


@pytest.fixture
def log() -> None:
    """Bad input never comes as far as the log: one will do."""


WRONG_FIELDS: list[tuple[str, Any, str]] = [
    ("email", 7, "wrong_type"),
    ("email", ["ada@example.org"], "wrong_type"),
    ("email", None, "email_missing"),
    ("email", "ada", "email_invalid"),
    ("email", "ada@localhost", "email_invalid"),
    ("email", "ada@@example.org", "email_invalid"),
    ("email", f"{'a' * 65}@example.org", "email_invalid"),
    ("email", f"ada@{'e' * 60000}.org", "email_invalid"),
    ("email", "ada@example.org\r\nBcc: all@example.org", "email_invalid"),
    ("first_name", "", "name_missing"),
    ("first_name", "   ", "name_missing"),
    ("first_name", {"a": 1}, "wrong_type"),
    ("last_name", "see https://spam.example", "name_invalid"),
    ("last_name", "<b>Byron</b>", "name_invalid"),
    ("last_name", "B" * 81, "name_too_long"),
    ("last_name", "B" * 60000, "name_too_long"),
    ("birth_date", "", "birth_date_missing"),
    ("birth_date", 19901210, "wrong_type"),
    ("birth_date", 10**400, "wrong_type"),
    ("birth_date", "1990-02-30", "birth_date_invalid"),
    ("birth_date", "0000-00-00", "birth_date_invalid"),
    ("birth_date", "99999-01-01", "birth_date_invalid"),
    ("birth_date", str(TODAY + timedelta(days=1)), "birth_date_invalid"),
    ("birth_date", "9999-12-31", "birth_date_invalid"),
    ("birth_date", "1850-01-01", "birth_date_invalid"),
    ("birth_date", str(TODAY - timedelta(days=15 * 365)), "too_young"),
    ("postcode", "", "postcode_missing"),
    ("postcode", 67000, "wrong_type"),
    ("postcode", "6700", "postcode_invalid"),
    ("postcode", "00000", "postcode_invalid"),
    ("postcode", "٦٧٠٠٠", "postcode_invalid"),
    ("consent", False, "consent_missing"),
    ("consent", None, "consent_missing"),
    ("consent", "true", "wrong_type"),
    ("consent", 1, "wrong_type"),
    ("locale", "de", "locale_unknown"),
    ("phone", "call me", "phone_invalid"),
    ("phone", "+" + "3" * 60000, "phone_invalid"),
    ("domains", "health", "wrong_type"),
    ("domains", ["health", 7], "wrong_type"),
    ("domains", ["piracy"], "choice_unknown"),
    ("availability", ["never"], "choice_unknown"),
    ("languages", ["français"], "language_unknown"),
    (
        "languages",
        ["xx"[:1] + chr(97 + number % 26) + chr(97 + number // 26) for number in range(40)],
        "language_unknown",
    ),
    ("slot", "1 OR 1=1", "slot_unknown"),
    ("slot", 12, "wrong_type"),
    ("mission", "../../etc/passwd", "mission_unknown"),
]


@pytest.mark.parametrize(("field", "value", "code"), WRONG_FIELDS)
async def test_a_wrong_field_is_named(
    http: httpx.AsyncClient, ada: Fields, rows: Rows, field: str, value: Any, code: str
) -> None:
    answer = await http.post("/v1/signups", content=json.dumps({**ada, field: value}), headers=JSON)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]
    assert answer.json()["errors"][0]["detail"].endswith(".")
    assert await rows() == []


async def test_every_wrong_field_is_named_at_once_in_the_callers_language(http: httpx.AsyncClient) -> None:
    french = await http.post("/v1/signups", json={"email": 7}, headers={"Accept-Language": "de, fr-CA;q=0.8, en;q=0.1"})
    english = await http.post("/v1/signups", json={"email": 7, "locale": "en"}, headers={"Accept-Language": "fr"})

    fields = {"email", "first_name", "last_name", "birth_date", "postcode", "consent"}
    assert {error["field"] for error in french.json()["errors"]} == fields
    assert french.json()["title"] == "Certains champs sont à corriger."
    assert french.headers["content-language"] == "fr"
    assert english.json()["title"] == "Some fields need correcting."


BODIES: list[tuple[str, dict[str, str], bytes, int, str]] = [
    ("nothing", JSON, b"", 400, "not_json"),
    ("half an object", JSON, b'{"email": "ada@', 400, "not_json"),
    ("a list", JSON, b"[]", 400, "not_an_object"),
    ("null", JSON, b"null", 400, "not_an_object"),
    ("a text", JSON, b'"ada"', 400, "not_an_object"),
    ("two objects", JSON, b"{} {}", 400, "not_json"),
    ("a byte order mark", JSON, b"\xef\xbb\xbf{}", 400, "not_json"),
    ("invalid UTF-8", JSON, b'{"email": "\xff\xfe"}', 400, "not_utf8"),
    ("invalid UTF-8 in a field that nobody reads", JSON, b'{"other": "\xff"}', 400, "not_utf8"),
    ("half a surrogate pair", JSON, b'{"first_name": "\\ud800 abcdef"}', 400, "not_json"),
    ("a NUL byte", JSON, b'{"first_name": "A\x00da"}', 400, "not_json"),
    ("an escaped NUL", JSON, b'{"first_name": "A\\u0000da"}', 400, "nul_character"),
    ("an escaped NUL in a list", JSON, b'{"domains": ["A\\u0000da"]}', 400, "nul_character"),
    ("a deep nest", JSON, b"[" * 60000, 400, "not_an_object"),
    ("a deep nest in a field", JSON, b'{"email": ' + b"[" * 60000 + b"}", 400, "not_json"),
    ("a number beyond all", JSON, b'{"email": 1e999}', 422, "fields_wrong"),
    ("64 kB and a byte", JSON, b'{"other": "' + b"a" * 65536 + b'"}', 413, "body_too_long"),
    ("10 MB", JSON, b"a" * 10_000_000, 413, "body_too_long"),
    ("invalid UTF-8 in a form", FORM, b"email=%ff%fe", 400, "not_utf8"),
    ("raw invalid UTF-8 in a form", FORM, b"email=\xff", 400, "not_utf8"),
    ("a NUL in a form", FORM, b"first_name=A%00da", 400, "nul_character"),
    ("a thousand fields", FORM, b"&".join(b"a%d=1" % number for number in range(1000)), 400, "too_many_fields"),
    ("an empty form", FORM, b"", 422, "fields_wrong"),
    ("no type", {}, b"{}", 415, "media_type_not_accepted"),
    ("XML", {"Content-Type": "application/xml"}, b"<a/>", 415, "media_type_not_accepted"),
    ("plain text, as forms elsewhere may send", {"Content-Type": "text/plain"}, b"{}", 415, "media_type_not_accepted"),
    ("a file upload", {"Content-Type": "multipart/form-data; boundary=x"}, b"--x--", 415, "media_type_not_accepted"),
    ("another charset", {"Content-Type": "application/json; charset=utf-16"}, b"{}", 415, "media_type_not_accepted"),
    ("compressed", {**JSON, "Content-Encoding": "gzip"}, b"\x1f\x8b", 415, "encoding_not_accepted"),
]


@pytest.mark.parametrize(("headers", "body", "status", "code"), [b[1:] for b in BODIES], ids=[b[0] for b in BODIES])
async def test_a_body_that_cannot_be_read_is_refused(
    http: httpx.AsyncClient, rows: Rows, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    answer = await http.post("/v1/signups", content=body, headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:entraide:problem:{code}")
    assert await rows() == []


async def test_a_body_of_unknown_length_is_cut_off(http: httpx.AsyncClient, rows: Rows) -> None:
    async def endless() -> Any:
        for _ in range(1000):
            yield b"a" * 10_000

    answer = await http.post("/v1/signups", content=endless(), headers=JSON)

    assert answer.status_code == 413
    assert await rows() == []


async def test_a_key_given_twice_counts_as_the_last_one(http: httpx.AsyncClient, ada: Fields, rows: Rows) -> None:
    body = msgspec.json.encode(ada)[:-1] + b', "postcode": "75011"}'

    answer = await http.post("/v1/signups", content=body, headers=JSON)

    assert answer.status_code == 202
    assert [row["payload"]["postcode"] for row in await rows()] == ["75011"]


async def test_a_form_field_given_twice_is_named(http: httpx.AsyncClient, ada_form: Fields, rows: Rows) -> None:
    body = urlencode([*ada_form.items(), ("postcode", "75011")])

    answer = await http.post("/v1/signups", content=body, headers=FORM)

    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [("postcode", "repeated")]
    assert await rows() == []


async def test_a_browser_keeps_its_form_when_a_field_is_wrong(
    http: httpx.AsyncClient, ada_form: Fields, rows: Rows
) -> None:
    answer = await http.post("/v1/signups", content=urlencode({**ada_form, "postcode": "no"}), headers=PAGE)

    # 307, unlike 303, makes a browser send the same form again: nothing that was typed is lost or put in an address.
    assert (answer.status_code, answer.headers["location"]) == (307, "/en/signup/correct/")
    assert await rows() == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_only_a_post_signs_up(http: httpx.AsyncClient, method: str) -> None:
    answer = await http.request(method, "/v1/signups")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_a_receipt_is_only_read(http: httpx.AsyncClient) -> None:
    answer = await http.delete("/v1/signups/8f0e4d0e-5f0a-4e57-8d0a-0f8a3c1f2b11")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


async def test_another_address_is_not_found(http: httpx.AsyncClient) -> None:
    for path in ("/", "/v1", "/v1/signupsx", "/v1/signups/a/b", "/fr/"):
        assert (await http.get(path)).status_code == 404, path
