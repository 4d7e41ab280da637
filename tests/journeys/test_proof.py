"""The proof of work that a sign-up asks for: computed by the browser, or waited for where scripts are off."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.looking import faults_seen, overheard
from tests.journeys.node import Node
from tests.journeys.steps import CHECK, COMPUTED_WITHIN, fill_in_sign_up, wait_without_computing

pytestmark = pytest.mark.browser
MOST_BYTES = 60_000
SEND = re.compile("Send my sign-up|Envoyer mon inscription")


def test_the_browser_computes_and_the_sign_up_goes_on_by_itself(open_page: Callable[..., Page], node: Node) -> None:
    address = "computed@yopmail.com"
    page = open_page(width=390, locale="en-GB")
    page.goto("/en/signup/")
    fill_in_sign_up(page, email=address)
    with overheard(page, status=403) as told:
        page.get_by_role("button", name="Sign up").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your sign-up is received", timeout=COMPUTED_WITHIN)
    assert told == []

    assert "/account/welcome/" in node.next_mail(to=address, seen=0)


def test_without_scripts_a_wait_stands_for_the_proof(open_page: Callable[..., Page], node: Node) -> None:
    address = "waited@yopmail.com"
    page = open_page(javascript=False, width=320, locale="en-GB")
    page.goto("/en/signup/")
    fill_in_sign_up(page, email=address)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(CHECK)
    expect(page.get_by_role("button", name="Send my sign-up")).to_be_hidden()
    wait_without_computing(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your sign-up is received")

    assert "/account/welcome/" in node.next_mail(to=address, seen=0)


@pytest.mark.parametrize(("language", "locale"), [("fr", "fr-FR"), ("en", "en-GB")])
def test_the_page_of_the_proof_is_light_and_can_be_read_by_everyone(
    open_page: Callable[..., Page], language: str, locale: str
) -> None:
    page = open_page(width=390, locale=locale)
    page.goto(f"/{language}/signup/")
    sizes: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    sent: list[str] = []

    def keep_the_page(route: Route) -> None:
        """Let the form through; the answer to what is sent after it leaves the page open, so that it is looked at."""
        sent.append(route.request.post_data or "")
        if len(sent) == 1:
            route.continue_()
        else:
            route.fulfill(status=204)

    page.route("**/v1/signups", keep_the_page)
    with overheard(page, status=403) as told:
        fields = {"first_name": "Ada", "last_name": "Byron", "email": "looked@yopmail.com",
                  "birth_date": "1990-12-10", "postcode": "67000"}  # fmt: skip
        for name, value in fields.items():
            page.locator(f"main input[name={name}]").fill(value)
        page.locator("main input[name=consent]").check()
        page.locator("main form button[type=submit]").click()
        page.wait_for_selector("altcha-widget")
        assert "\n".join([*faults_seen(page), *told]) == ""
        expect(page.get_by_role("button", name=SEND)).to_be_enabled(timeout=COMPUTED_WITHIN)
        assert "\n".join([*faults_seen(page), *told]) == ""
    assert "altcha=" in sent[1] and "altcha=" not in sent[0]
    assert len(sizes) > 5
    assert sum(sizes) < MOST_BYTES


def test_nobody_sees_hears_or_reaches_the_trap(open_page: Callable[..., Page]) -> None:
    page = open_page(locale="en-GB")
    page.goto("/en/signup/")
    trap = page.locator("input[name=website]")

    assert page.get_by_role("textbox", name="Leave this field empty").count() == 0
    box = trap.bounding_box()
    assert trap.evaluate("(each) => getComputedStyle(each.parentElement).clipPath") == "inset(50%)"
    assert box is not None
    page.get_by_label("Postcode").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "consent"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") != "website"
