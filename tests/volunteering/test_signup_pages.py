"""The sign-up pages: the same for everyone; nothing typed is lost; what is refused is said beside its field."""

import threading
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from pytest_django.fixtures import Settings

from entraide.guard.rules.mail_domains import DisposableMail, MailDomains
from entraide.volunteering.rules.signup import SignUpForm
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db

TYPED = {
    "email": "ada@example.org",
    "first_name": "Ada",
    "last_name": "Byron",
    "birth_date": "1990-12-10",
    "postcode": "67000",
    "consent": "on",
    "locale": "en",
}


class FormReader(HTMLParser):
    """Collects what the sign-up form would send, and how its fields are described."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.method = ""
        self.inputs: list[dict[str, str]] = []
        self.ids: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action, self.method = attributes["action"], attributes["method"]
        if tag == "input":
            self.inputs.append(attributes)
        self.ids.add(attributes.get("id", ""))

    def values(self) -> dict[str, list[str]]:
        """Return what the form holds by name; a box counts when it is ticked."""
        found: dict[str, list[str]] = {}
        for one in self.inputs:
            if one["type"] != "checkbox" or "checked" in one:
                found.setdefault(one["name"], []).append(one.get("value", "on"))
        return found

    def one(self, name: str) -> dict[str, str]:
        """Return the attributes of a field."""
        return next(one for one in self.inputs if one["name"] == name)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_form_is_public_and_goes_to_the_intake(client: StrictClient, language: str) -> None:
    answer = client.get(f"/{language}/signup/")

    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("public")
    assert not answer.cookies
    assert not answer.has_header("Vary")
    form = FormReader(answer.content.decode())
    assert (form.action, form.method) == ("/v1/signups", "post")
    assert form.values()["locale"] == [language]
    sent = {one["name"] for one in form.inputs}
    assert {"email", "first_name", "last_name", "birth_date", "postcode", "consent"} <= sent
    assert sent <= {*SignUpForm.__struct_fields__, "website"}
    assert all(one["autocomplete"] for one in form.inputs if one["type"] not in ("hidden", "checkbox"))


@pytest.mark.parametrize("query", ["slot={}", "next=/en/slots/{}/join/"])
def test_the_slot_that_brought_someone_travels_with_the_form(client: StrictClient, query: str) -> None:
    slot = str(uuid4())

    form = FormReader(client.get(f"/en/signup/?{query.format(slot)}").content.decode())

    assert form.values()["slot"] == [slot]


def test_whoever_is_signed_up_already_keeps_the_choice_too(client: StrictClient) -> None:
    slot = uuid4()

    page = client.get(f"/en/signup/?slot={slot}").content.decode()

    assert f"/en/account/login/?next=%2Fen%2Fslots%2F{slot}%2Fjoin%2F" in page


@pytest.mark.parametrize(
    "query", ["slot=x", "slot=%00", "slot=<script>", "next=//evil.example/", "next=%00", "mission=7"]
)
def test_a_broken_choice_does_not_break_the_page(client: StrictClient, query: str) -> None:
    answer = client.get(f"/en/signup/?{query}")

    assert answer.status_code == 200
    assert b"<script>" not in answer.content.replace(b'<script type="module"', b"")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_thanks_are_public(client: StrictClient, language: str) -> None:
    answer = client.get(f"/{language}/signup/received/")

    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("public")
    assert not answer.cookies


def test_the_thanks_need_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread of its own has a connection of its own, here to a database that is away."""
    monkeypatch.setitem(connections.settings["default"], "HOST", "/nowhere")
    answers: list[int] = []
    reader = threading.Thread(target=lambda: answers.append(Client().get("/fr/signup/received/").status_code))
    reader.start()
    reader.join()

    assert answers == [200]


def test_everything_typed_comes_back_with_what_to_correct(client: StrictClient) -> None:
    slot = str(uuid4())
    typed = {**TYPED, "postcode": "<6>", "last_name": 'By"ron 7', "slot": slot, "domains": ["health", "nature"]}

    answer = client.post("/en/signup/correct/", typed)

    assert answer.status_code == 422
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    form = FormReader(answer.content.decode())
    expected = {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    assert form.values() == {**expected, "website": [""]}
    for name in ("postcode", "last_name"):
        described = form.one(name)["aria-describedby"].split()
        assert form.one(name)["aria-invalid"] == "true"
        assert set(described) <= form.ids
        assert f"id_{name}_error" in described
    assert "aria-invalid" not in form.one("email")
    assert "Enter a French postcode of five digits" in answer.content.decode()


def test_a_missing_agreement_is_said_beside_its_box(client: StrictClient) -> None:
    typed = {name: value for name, value in TYPED.items() if name != "consent"}

    answer = client.post("/en/signup/correct/", typed)

    box = FormReader(answer.content.decode()).one("consent")
    assert answer.status_code == 422
    assert box["aria-invalid"] == "true"
    assert "checked" not in box


def test_what_cannot_be_corrected_does_not_travel_on(client: StrictClient) -> None:
    answer = client.post("/en/signup/correct/", {**TYPED, "slot": "x", "phone": "x", "domains": "x"})

    assert answer.status_code == 422
    assert {"slot", "phone", "domains"}.isdisjoint(FormReader(answer.content.decode()).values())


def test_a_right_form_sent_there_is_shown_to_be_sent_again(client: StrictClient) -> None:
    answer = client.post("/en/signup/correct/", TYPED)

    assert answer.status_code == 200
    assert "Nothing has been saved yet" in answer.content.decode()
    assert FormReader(answer.content.decode()).values()["email"] == ["ada@example.org"]


def test_the_page_to_correct_needs_no_token_from_a_browser_that_checks_them() -> None:
    client = Client(enforce_csrf_checks=True)

    assert client.post("/en/signup/correct/", TYPED).status_code == 200


def test_whoever_opens_the_page_to_correct_gets_the_empty_form(client: StrictClient) -> None:
    answer = client.get("/en/signup/correct/")

    assert (answer.status_code, answer["Location"]) == (302, "/en/signup/")


@pytest.mark.parametrize("body", [b"email=%ff%fe&first_name=%00", b"a" * 900_000, b"&" * 5000, b""])
def test_garbage_gets_a_4xx_or_the_form(client: StrictClient, body: bytes) -> None:
    answer = client.post("/en/signup/correct/", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code in (400, 413, 422)


def test_a_disposable_address_is_a_fault_of_its_field(client: StrictClient) -> None:
    answer = client.post("/en/signup/correct/", {**TYPED, "email": "ada@mailinator.com"})

    form = FormReader(answer.content.decode())
    assert answer.status_code == 422
    assert "id_email_error" in form.one("email")["aria-describedby"].split()
    assert "This address is a throwaway one." in answer.content.decode()


def test_disposable_addresses_pass_where_the_operator_says_so(client: StrictClient, settings: Settings) -> None:
    settings.MAIL_DOMAINS = MailDomains(disposable_mail=DisposableMail.ACCEPT)

    assert client.post("/en/signup/correct/", {**TYPED, "email": "ada@mailinator.com"}).status_code == 200


def test_nobody_reaches_the_trap_of_the_form(client: StrictClient) -> None:
    trap = FormReader(client.get("/fr/signup/").content.decode()).one("website")

    assert (trap["tabindex"], trap["autocomplete"], trap["value"]) == ("-1", "off", "")
    assert "required" not in trap
