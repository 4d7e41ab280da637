"""The volunteer's way: find a slot, sign up, sign in by the mail, take the place, see it, give it back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looking import faults_seen
from tests.journeys.node import Node
from tests.journeys.steps import ask_code_and_type_it, send_sign_up

pytestmark = pytest.mark.browser
PLACE = re.compile(r"https?://\S+/place/\S+/")
LINK = re.compile(r"https?://\S+/account/welcome/\S+")


def choose_a_slot(page: Page) -> str:
    """Open the first mission that confirms at once, then its last slot; return the mission's title."""
    page.goto("/en/missions/")
    mission = page.get_by_role("article").filter(has_text="Confirmed at once").get_by_role("link").first
    title = mission.inner_text()
    mission.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.wait_for_load_state()
    page.get_by_role("link", name="Take part").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One step before you take part")
    return title


def sign_up_with_a_mistake(page: Page, address: str, *, javascript: bool) -> None:
    """Fill in the form with a wrong postcode, find everything else kept, correct it."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign up as a volunteer")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Byron")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Date of birth").fill("1990-12-10")
    page.get_by_label("Postcode").fill("nowhere")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Sign up").click()

    expect(page.get_by_role("alert")).to_contain_text("One thing to correct")
    assert address not in page.url
    expect(page.get_by_label("E-mail address")).to_have_value(address)
    expect(page.get_by_label("Date of birth")).to_have_value("1990-12-10")
    expect(page.get_by_label("I agree")).to_be_checked()
    expect(page.get_by_label("Postcode")).to_have_accessible_description(re.compile("five digits"))
    page.get_by_label("Postcode").fill("67000")
    send_sign_up(page, javascript=javascript)


def take_the_place(page: Page) -> None:
    """Confirm what the slot asks."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Take part")
    page.wait_for_load_state()
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Confirm my place").click()


def see_the_page_of_the_mail(page: Page, mail: str, *, javascript: bool) -> None:
    """Open the link that gives the place back without signing in, look at it, and press nothing."""
    link = PLACE.search(mail)
    assert link
    page.goto(link.group())
    expect(page.get_by_role("button", name="I cannot come: give my place back")).to_be_visible()
    # What looks for faults waits for timers, which stand still in a page without scripts.
    assert not javascript or "\n".join(faults_seen(page)) == ""


def come_in_by_link(page: Page, node: Node, address: str, slot: str) -> None:
    """Press the button of the link in the first mail, which leads on to the slot that was chosen."""
    link = LINK.search(node.next_mail(to=address, seen=0))
    assert link
    page.goto(link.group())
    expect(page.get_by_role("main")).to_contain_text(address)
    page.get_by_role("button", name="Come in").click()
    expect(page).to_have_url(slot)


def come_in_by_code(page: Page, node: Node, address: str, slot: str) -> None:
    """Sign in with a code from a mail on the way to the slot that was chosen."""
    node.next_mail(to=address, seen=0)
    page.goto(slot)
    page.locator("main").get_by_role("link", name="Sign in").click()
    ask_code_and_type_it(page, node, address)
    expect(page).to_have_url(slot)


@pytest.mark.parametrize("come_in", [come_in_by_link, come_in_by_code], ids=["by link", "by code"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_a_newcomer_takes_a_place_sees_it_and_gives_it_back(
    open_page: Callable[..., Page], node: Node, javascript: bool, come_in: Callable[[Page, Node, str, str], None]
) -> None:
    address = f"ada-{'js' if javascript else 'plain'}-{come_in.__name__}@example.org".replace("_", "-")
    page = open_page(javascript=javascript, width=390, locale="en-GB")
    title = choose_a_slot(page)
    slot = page.url
    page.get_by_role("link", name="Sign up").click()
    sign_up_with_a_mistake(page, address, javascript=javascript)

    come_in(page, node, address, slot)
    take_the_place(page)

    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("main .badge").first).to_have_text("Confirmed")
    confirmed = node.next_mail(to=address, seen=1, containing=title)
    assert "confirmed" in confirmed
    see_the_page_of_the_mail(page, confirmed, javascript=javascript)

    page.goto("/en/me/")
    expected = page.get_by_role("region", name="Where you are expected")
    expected.get_by_role("link", name=title).click()
    page.get_by_role("link", name="I cannot come").click()
    page.get_by_label("I changed my mind").check()
    page.get_by_role("button", name="Give my place back").click()
    expect(page.get_by_text("Your place is free for somebody else")).to_be_visible()

    page.goto("/en/me/")
    expect(expected).to_contain_text("Nothing planned yet")
    past = page.get_by_role("region", name="Past and cancelled").get_by_role("listitem")
    expect(past.filter(has_text=title)).to_contain_text("Cancelled by you")
