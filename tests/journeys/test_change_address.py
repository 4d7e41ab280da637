"""A mail address changed by a code from the new mailbox, and taken back from the former one."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looking import faults_seen
from tests.journeys.node import Node
from tests.journeys.steps import sign_up_by_program

pytestmark = pytest.mark.browser
FORMER, NEW = "grace@example.org", "grace.hopper@example.org"
WELCOME = re.compile(r"https?://\S+/account/welcome/\S+")
UNDO = re.compile(r"https?://\S+/account/address/undo/\S+")


def come_in(page: Page, node: Node) -> None:
    """Sign up and come in by the link of the first mail."""
    wish = {"email": FORMER, "first_name": "Grace", "last_name": "Hopper", "birth_date": "1990-12-09",
            "postcode": "67000", "consent": True, "locale": "en"}  # fmt: skip
    sign_up_by_program(page.request, wish)
    link = WELCOME.search(node.next_mail(to=FORMER, seen=0, containing="/account/welcome/"))
    assert link
    page.goto(link[0])
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url(lambda url: "/account/welcome/" not in url)


def test_an_address_is_changed_and_taken_back(open_page: Callable[..., Page], node: Node) -> None:
    page, other = open_page(locale="en-GB"), open_page(locale="en-GB", width=390)
    come_in(page, node)
    page.goto("/en/me/profile/")
    page.get_by_role("link", name="Change my e-mail address").click()
    page.get_by_label("New e-mail address").fill(NEW)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your new mailbox")
    assert faults_seen(page) == []
    page.get_by_label("Code").fill(node.code_for(to=NEW, seen=0))
    page.get_by_role("button", name="Change my address").click()
    expect(page.get_by_text(f"You sign in as {NEW}")).to_be_visible()

    link = UNDO.search(node.next_mail(to=FORMER, seen=1, containing="/account/address/undo/"))
    assert link
    other.goto(link[0])
    assert faults_seen(other) == []
    other.get_by_role("button", name="Take my account back").click()
    expect(other.get_by_text("Your former address is back")).to_be_visible()
    expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    other.goto(link[0])
    expect(other.get_by_role("heading", level=1)).to_have_text("This link counts no more")
