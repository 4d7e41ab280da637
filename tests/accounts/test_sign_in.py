"""Signing in by code: the way through, and every way that must not lead through."""

import ipaddress
import logging
from datetime import timedelta

import pytest
from django.urls import NoReverseMatch, resolve, reverse
from django.urls.exceptions import Resolver404
from pytest_django.fixtures import Settings

from entraide.accounts import bounds
from entraide.accounts.actions.people import record_bounce, suspend_person
from entraide.accounts.models import Person
from entraide.foundation import clock
from entraide.guard.models import Bound
from tests.accounts.conftest import code_sent_to, deed_by, is_signed_in, letters_to
from tests.letters import WaitingLetter, waiting_letters
from tests.strict_client import StrictClient

SIGN_IN, CODE = "/en/account/login/", "/en/account/login/code/confirm/"

pytestmark = pytest.mark.django_db


def ask_code(client: StrictClient, email: str, **extra: str) -> None:
    """Ask for a code, and see the page that asks for it."""
    response = client.post(SIGN_IN, {"email": email, **extra})
    assert response.status_code == 302, response.content
    assert client.get(response["Location"]).status_code == 200


def test_a_person_signs_in_with_the_code_from_their_mail(client: StrictClient, ada: Person) -> None:
    assert client.get(SIGN_IN).status_code == 200
    ask_code(client, "Ada@Example.org ".strip())
    response = client.post(CODE, {"code": code_sent_to("ada@example.org")})
    assert response.status_code == 302
    assert is_signed_in(client)
    ada.refresh_from_db()
    assert ada.last_seen_at is not None


def test_the_code_is_read_without_its_dash(client: StrictClient, ada: Person) -> None:
    ask_code(client, ada.email)
    client.post(CODE, {"code": code_sent_to(ada.email).replace("-", " ")})
    assert is_signed_in(client)


def test_a_code_that_was_read_clears_a_bounce(client: StrictClient, ada: Person) -> None:
    record_bounce(address=ada.email, reason="550 mailbox full")
    ask_code(client, ada.email)
    client.post(CODE, {"code": code_sent_to(ada.email)})
    ada.refresh_from_db()
    assert (ada.mail_state, ada.mail_refusal) == ("ok", "")


def test_known_and_unknown_addresses_get_the_same_answer(ada: Person) -> None:
    answers = []
    for email in (ada.email, "bob@example.org"):
        client = StrictClient()
        asked = client.post(SIGN_IN, {"email": email, "next": "/en/me/roles/"})
        page = client.get(asked["Location"]).content.decode()
        wrong = client.post(CODE, {"code": "0000-0000"})
        pages = [without_token(html.replace(email, "…")) for html in (page, wrong.content.decode())]
        answers.append((asked.status_code, asked["Location"], wrong.status_code, *pages))
        assert len(letters_to(email)) == 1
    assert answers[0] == answers[1]


def without_token(html: str) -> str:
    """Return a page without what differs at each reading: its CSRF token."""
    return "\n".join(line for line in html.splitlines() if "csrfmiddlewaretoken" not in line)


def test_asking_costs_the_same_queries_for_both(
    ada: Person, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for email in (ada.email, "bob@example.org"):
        with django_assert_max_num_queries(12) as counted:  # type: ignore[operator]
            StrictClient().post(SIGN_IN, {"email": email})
        assert len(counted) >= 5


def test_no_mail_leaves_within_the_request(client: StrictClient, ada: Person, mailoutbox: list[object]) -> None:
    ask_code(client, ada.email)
    assert mailoutbox == []
    assert len(waiting_letters()) == 1


def test_a_wrong_code_is_said_to_be_wrong(client: StrictClient, ada: Person) -> None:
    ask_code(client, ada.email)
    response = client.post(CODE, {"code": "0000-0000"})
    assert response.status_code == 400
    assert "not the one that we sent" in response.content.decode()
    assert not is_signed_in(client)


def test_the_third_wrong_code_ends_the_attempt(client: StrictClient, ada: Person) -> None:
    ask_code(client, ada.email)
    code = code_sent_to(ada.email)
    for _ in range(3):
        client.post(CODE, {"code": "0000-0000"})
    response = client.post(CODE, {"code": code})
    assert response.status_code == 302
    assert response["Location"].startswith(SIGN_IN) or "login" in response["Location"]
    assert not is_signed_in(client)


def test_a_code_is_dead_after_its_time(client: StrictClient, ada: Person, settings: Settings) -> None:
    ask_code(client, ada.email)
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    response = client.post(CODE, {"code": code_sent_to(ada.email)})
    assert response["Location"] == "/en/account/login/code/"
    assert not is_signed_in(client)


def test_a_code_signs_in_once(client: StrictClient, ada: Person) -> None:
    ask_code(client, ada.email)
    code = code_sent_to(ada.email)
    client.post(CODE, {"code": code})
    client.post("/en/account/logout/")
    assert not is_signed_in(client)
    client.post(CODE, {"code": code})
    ask_code(client, ada.email)
    client.post(CODE, {"code": code})
    assert not is_signed_in(client)


def test_a_code_counts_in_the_browser_that_asked_alone(client: StrictClient, ada: Person) -> None:
    ask_code(client, ada.email)
    thief = StrictClient()
    ask_code(thief, ada.email)
    thief.post(CODE, {"code": letters_to(ada.email)[0].text.split()[10]})
    thief.post(CODE, {"code": code_of(letters_to(ada.email)[0])})
    assert not is_signed_in(thief)


def code_of(letter: WaitingLetter) -> str:
    """Return the code in a mail."""
    return next(word for word in letter.text.split() if word[:4].isdigit() and "-" in word)


def test_another_code_replaces_the_first(client: StrictClient, ada: Person) -> None:
    ask_code(client, ada.email)
    assert client.post(CODE, {"action": "resend"}).status_code == 302
    first, second = (code_of(letter) for letter in letters_to(ada.email))
    client.post(CODE, {"code": first})
    assert not is_signed_in(client)
    client.post(CODE, {"code": second})
    assert is_signed_in(client)


def test_asking_too_often_is_refused_alike_for_known_and_unknown(ada: Person) -> None:
    for email in (ada.email, "bob@example.org"):
        statuses = [
            StrictClient().post(SIGN_IN, {"email": email}).status_code
            for _ in range(bounds.CODES_PER_ADDRESS_AND_CLIENT + 1)
        ]
        assert statuses == [302] * bounds.CODES_PER_ADDRESS_AND_CLIENT + [429]


def test_the_refusal_says_when_to_come_back(client: StrictClient, ada: Person) -> None:
    for _ in range(bounds.CODES_PER_ADDRESS_AND_CLIENT):
        StrictClient().post(SIGN_IN, {"email": ada.email})
    response = client.post(SIGN_IN, {"email": ada.email})
    assert 0 < int(response["Retry-After"]) <= bounds.WINDOW / timedelta(seconds=1)


def test_one_client_does_not_lock_a_person_out_elsewhere(client: StrictClient, ada: Person, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ()
    for _ in range(bounds.CODES_PER_ADDRESS_AND_CLIENT + 3):
        StrictClient(REMOTE_ADDR="198.51.100.7").post(SIGN_IN, {"email": ada.email})
    assert StrictClient(REMOTE_ADDR="203.0.113.9").post(SIGN_IN, {"email": ada.email}).status_code == 302


def test_the_address_behind_a_trusted_proxy_is_the_one_counted(ada: Person, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = (ipaddress.ip_network("10.0.0.0/8"),)
    StrictClient(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.7").post(
        SIGN_IN, {"email": ada.email}
    )
    assert Bound.objects.filter(key="code:client:198.51.100.7").exists()


def test_guesses_are_bounded_across_sessions(ada: Person) -> None:
    for _ in range(bounds.GUESSES_PER_ADDRESS):
        bounds.count_guess(email=ada.email, now=clock.now())
    client = StrictClient()
    ask_code(client, ada.email)
    assert client.post(CODE, {"code": code_sent_to(ada.email)}).status_code == 429
    assert not is_signed_in(client)


def test_the_counters_hold_no_mail_address(client: StrictClient, ada: Person) -> None:
    ask_code(client, ada.email)
    assert not Bound.objects.filter(key__contains="ada").exists()


@pytest.mark.parametrize("target", ["/en/me/roles/", "/fr/me/tokens/?x=1"])
def test_next_is_kept_through_sign_in(client: StrictClient, ada: Person, target: str) -> None:
    first = client.post(f"{SIGN_IN}?next={target}", {"email": ada.email, "next": target})
    response = client.post(first["Location"], {"code": code_sent_to(ada.email), "next": target})
    assert response["Location"] == target


def test_whoever_comes_back_for_something_else_keeps_the_new_wish(client: StrictClient, ada: Person) -> None:
    ask_code(client, ada.email, next="/en/me/roles/")
    response = client.get(f"{SIGN_IN}?next=/en/me/tokens/")
    assert response["Location"] == f"{CODE}?next=%2Fen%2Fme%2Ftokens%2F"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "https:evil.example",
        "\x00/en/",
        "/\x00//evil.example",
        "x" * 10_000,
        "https://testserver@evil.example/",
    ],
)
def test_next_never_leads_elsewhere(client: StrictClient, ada: Person, target: str) -> None:
    ask_code(client, ada.email)
    response = client.post(CODE, {"code": code_sent_to(ada.email), "next": target})
    assert response.status_code == 302
    assert response["Location"].startswith("/") or response["Location"].startswith("x")
    assert not response["Location"].startswith(("//", "/\\"))
    assert "evil" not in response["Location"].split("?")[0] or response["Location"].startswith("/%00")


def test_a_suspended_person_gets_no_code_and_no_session(client: StrictClient, ada: Person) -> None:
    ask_code(client, ada.email)
    code = code_sent_to(ada.email)
    suspend_person(person_id=ada.pk, deed=deed_by(None))
    client.post(CODE, {"code": code})
    assert not is_signed_in(client)
    ask_code(StrictClient(), ada.email)
    assert "-" not in letters_to(ada.email)[-1].subject
    assert not any(word[:4].isdigit() for word in letters_to(ada.email)[-1].text.split())


def test_signing_out_ends_the_session(client: StrictClient, ada: Person) -> None:
    client.force_login(ada)
    assert client.get("/en/account/logout/").status_code == 200
    client.post("/en/account/logout/")
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "name",
    [
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_email",
        "account_reauthenticate",
        "socialaccount_connections",
        "socialaccount_signup",
        "mfa_activate_totp",
    ],
)
def test_pages_of_passwords_have_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path", ["password/change/", "password/set/", "password/reset/", "email/", "2fa/", "3rdparty/", "reauthenticate/"]
)
def test_pages_of_passwords_do_not_answer(path: str) -> None:
    with pytest.raises(Resolver404):
        resolve(f"/en/account/{path}")


def test_a_password_signs_nobody_in(client: StrictClient, ada: Person) -> None:
    assert not hasattr(Person, "password") or Person.password is None
    assert client.login(email=ada.email, password="") is False
    client.post(SIGN_IN, {"login": ada.email, "password": "x", "email": ada.email})
    assert not is_signed_in(client)


def test_the_code_is_in_no_log_line(client: StrictClient, ada: Person, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask_code(client, ada.email)
        code = code_sent_to(ada.email)
        client.post(CODE, {"code": "0000-0000"})
        client.post(CODE, {"code": code})
    assert is_signed_in(client)
    seen = [record.getMessage() + str(vars(record)) for record in caplog.records if record.name != "django.db.backends"]
    assert not any(code in line or code.replace("-", "") in line for line in seen)


GARBAGE = ["\x00", "a\x00@example.org", "x" * 10_000, "", "ada@", "é" * 300, "'; DROP TABLE x; --@a.b", "@" * 99]


@pytest.mark.parametrize("value", GARBAGE)
def test_garbage_for_an_address_is_refused_with_a_reason(client: StrictClient, value: str) -> None:
    response = client.post(SIGN_IN, {"email": value})
    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.content.decode()
    assert waiting_letters() == []


@pytest.mark.parametrize("value", GARBAGE)
def test_garbage_for_a_code_is_refused(client: StrictClient, ada: Person, value: str) -> None:
    ask_code(client, ada.email)
    response = client.post(CODE, {"code": value, "action": value})
    assert response.status_code == 400
    assert not is_signed_in(client)


def test_the_code_page_without_a_code_under_way_leads_back(client: StrictClient) -> None:
    assert client.get(CODE).status_code == 302
    assert client.post(CODE, {"code": "0000-0000"}).status_code == 302


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"{}", b"email=%ff%fe", b"email[]=a&email[]=b"])
def test_bodies_of_other_kinds_are_refused(client: StrictClient, body: bytes) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        status = 415 if kind == "application/json" else 400
        assert client.post(SIGN_IN, body, content_type=kind).status_code == status


def test_whoever_looks_for_a_sign_up_gets_ours_and_keeps_their_wish(client: StrictClient) -> None:
    signup = reverse("volunteering:signup")
    assert signup.removeprefix("/fr") in client.get("/en/account/signup/")["Location"]
    assert client.get("/en/account/signup/?next=/en/me/")["Location"].endswith("?next=%2Fen%2Fme%2F")
    assert "evil" not in client.get("/en/account/signup/?next=//evil.example/")["Location"]


def test_the_mail_is_written_in_the_language_of_the_page(client: StrictClient, ada: Person) -> None:
    client.post("/fr/account/login/", {"email": ada.email})
    (letter,) = letters_to(ada.email)
    assert 'lang="fr"' in letter.html
    assert code_sent_to(ada.email) in letter.html
