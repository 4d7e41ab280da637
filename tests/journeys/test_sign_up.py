"""Find a slot, sign up, make a mistake, sign in by the mail, be back at the slot; with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.node import Node

pytestmark = pytest.mark.browser
LINK = re.compile(r"https?://\S+/account/welcome/\S+")


def fill(page: Page, address: str, *, postcode: str) -> None:
    """Type into the sign-up form."""
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Byron")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Date of birth").fill("1990-12-10")
    page.get_by_label("Postcode").fill(postcode)
    page.get_by_label("I agree").check()


def chosen_slot(page: Page) -> str:
    """Open the first mission that has places and return the address of its first slot."""
    page.goto("/en/missions/")
    page.locator("main a[href^='/en/missions/']").first.click()
    address = page.locator("main a[href*='/join/']").first.get_attribute("href")
    assert address
    return address


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_sign_up_with_a_mistake_and_come_back_to_the_slot(
    open_page: Callable[..., Page], node: Node, javascript: bool
) -> None:
    address = f"ada-{'js' if javascript else 'plain'}@example.org"
    page = open_page(javascript=javascript, width=390, locale="en-GB")
    slot = chosen_slot(page)

    page.goto(f"/en/account/signup/?next={slot}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign up as a volunteer")
    fill(page, address, postcode="nowhere")
    page.get_by_role("button", name="Sign up").click()

    expect(page.get_by_role("alert")).to_contain_text("One thing to correct")
    assert address not in page.url
    expect(page.get_by_label("E-mail address")).to_have_value(address)
    expect(page.get_by_label("Date of birth")).to_have_value("1990-12-10")
    expect(page.get_by_label("I agree")).to_be_checked()
    expect(page.get_by_label("Postcode")).to_have_accessible_description(re.compile("five digits"))
    page.get_by_label("Postcode").fill("67000")
    page.get_by_role("button", name="Sign up").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your sign-up is received")
    mail = node.next_mail(to=address, seen=0)
    link = LINK.search(mail)
    assert link
    page.goto(link.group())
    expect(page.get_by_role("main")).to_contain_text(address)
    page.get_by_role("button", name="Come in").click()

    expect(page).to_have_url(re.compile(re.escape(slot) + "$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_fits_a_small_screen(open_page: Callable[..., Page], scheme: str) -> None:
    page = open_page(width=320, scheme=scheme)
    page.goto("/fr/signup/")

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    expect(page.locator("main form button[type=submit]")).to_be_visible()
