"""A passkey from making to removal, in Chromium with a virtual authenticator of the debugging protocol."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from entraide.accounts import api
from entraide.accounts.models import Person
from entraide.journal.models import Entry
from tests.accounts.conftest import code_sent_to, deed_by, letters_to
from tests.journeys.looking import faults_seen

ADD, LIST = "/en/account/passkeys/add/", "/en/account/passkeys/"


@pytest.fixture
def ada(transactional_db: None) -> Person:
    """A volunteer."""
    person, _ = api.create_person(email="ada@example.org", profile=api.Profile(locale="en"), deed=deed_by(None))
    return person


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose computer has a lock that its owner opens at once, and which fails on what the policy blocks."""
    page = browser.new_context(locale="en-GB").new_page()
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield page
    page.context.close()


def sign_out(page: Page) -> None:
    """Sign out, and wait until it is done: whoever goes on before may stay signed in."""
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_added_signs_in_and_is_removed(page: Page, live_server: LiveServer, ada: Person) -> None:
    blocked: list[str] = []
    page.on("console", lambda line: blocked.append(line.text) if "Content Security Policy" in line.text else None)
    home = live_server.url.replace("127.0.0.1", "localhost")
    page.goto(f"{home}{ADD}")
    page.get_by_label("E-mail address").fill(ada.email)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Look in your mailbox")).to_be_visible()
    page.get_by_label("Code").fill(code_sent_to(ada.email))
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.get_by_label("Name of the passkey").fill("my laptop")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("link", name="Remove my laptop")).to_be_visible()
    expect(page.get_by_text("not used yet")).to_be_visible()
    assert letters_to(ada.email)[-1].subject == "A passkey was added"
    assert Entry.objects.filter(verb="add_passkey", actor=ada.pk).count() == 1

    sign_out(page)
    page.goto(f"{home}/en/account/login/?next=/en/me/roles/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="In which role do you act?")).to_be_visible()

    page.goto(f"{home}{LIST}")
    expect(page.get_by_text("last used on")).to_be_visible()
    page.get_by_role("link", name="Rename my laptop").click()
    page.get_by_label("Name of the passkey").fill("my old laptop")
    assert faults_seen(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Remove my old laptop")).to_be_visible()
    assert faults_seen(page) == []
    page.get_by_role("link", name="Remove my old laptop").click()
    expect(page.get_by_role("button", name="Remove the passkey")).to_be_visible()
    assert faults_seen(page) == []
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("You have no passkey yet")).to_be_visible()
    sign_out(page)
    page.goto(f"{home}/en/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey was not accepted")).to_be_visible()
    assert blocked == []
