"""The waiting room: signing up through it with and without scripts, and what it weighs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from entraide.accounts.api import Role
from tests.journeys.conftest import SignedIn
from tests.journeys.looking import faults_seen, overheard
from tests.journeys.node import Node, wait_for
from tests.journeys.steps import fill_in_sign_up, send_sign_up
from tests.journeys.test_weight import bytes_of_first_load

pytestmark = pytest.mark.browser
MOST_BYTES = 10_000


@contextmanager
def nobody_let_in(browser: Browser, node: Node, signed_in: SignedIn) -> Iterator[Callable[[], None]]:
    """Pause the line as an operator does, until what is given is called, or at the end."""
    context = browser.new_context(base_url=node.url, locale="en-GB", storage_state=signed_in(Role.OPERATOR))
    page = context.new_page()

    def switch(button: str, *, paused: bool) -> None:
        page.goto("/en/operator/line/")
        action = page.get_by_role("button", name=button)
        if not action.count():
            return
        page.get_by_role("radio").first.check()
        action.click()

        def followed() -> bool:
            return bool(page.request.get("/v1/queue/state").json()["paused"]) is paused

        wait_for(f"the line to follow: {button}", followed)

    switch("Let nobody in", paused=True)
    try:
        yield lambda: switch("Let people in again", paused=False)
    finally:
        switch("Let people in again", paused=False)
        context.close()


def test_without_scripts_somebody_waits_and_signs_up(
    browser: Browser, open_page: Callable[..., Page], node: Node, signed_in: SignedIn
) -> None:
    address = "patient@example.org"
    page = open_page(javascript=False, width=390, locale="en-GB")
    with nobody_let_in(browser, node, signed_in) as resume:
        page.goto("/en/signup/")
        fill_in_sign_up(page, email=address)
        send_sign_up(page, then="Sign-ups are paused", javascript=False)
        frame = page.frame_locator("iframe[title='Your place in line']")
        expect(frame.get_by_role("status")).to_contain_text("nobody loses their place")
        page.goto("/en/")
        page.goto("/v1/queue?language=en")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign-ups are paused")
        resume()

        def turn_has_come() -> bool:
            page.reload()
            return page.get_by_role("heading", level=1).inner_text() == "It is your turn"

        wait_for("the turn", turn_has_come)
        page.get_by_role("button", name="Send my sign-up").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your sign-up is received")

    assert "/account/welcome/" in node.next_mail(to=address, seen=0)
    assert page.context.cookies() == []


def test_with_scripts_the_sign_up_is_sent_when_the_turn_comes(
    browser: Browser, open_page: Callable[..., Page], node: Node, signed_in: SignedIn
) -> None:
    address = "sent-by-itself@example.org"
    page = open_page(width=390, locale="en-GB")
    with nobody_let_in(browser, node, signed_in) as resume:
        page.goto("/en/signup/")
        fill_in_sign_up(page, email=address)
        send_sign_up(page, then="Sign-ups are paused")
        resume()
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your sign-up is received", timeout=60_000)

    assert "/account/welcome/" in node.next_mail(to=address, seen=0)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_waiting_room_can_be_read_by_everyone_and_is_light(
    browser: Browser, open_page: Callable[..., Page], node: Node, signed_in: SignedIn, language: str
) -> None:
    weighed = open_page(width=390)
    assert bytes_of_first_load(weighed, f"/v1/queue?language={language}") < MOST_BYTES
    page = open_page(width=390, locale="en-GB")
    with nobody_let_in(browser, node, signed_in):
        page.goto("/en/signup/")
        fill_in_sign_up(page, email=f"looks-{language}@example.org")
        send_sign_up(page, then="Sign-ups are paused")
        with overheard(page) as told:
            page.goto(f"/v1/queue?language={language}")
            assert "\n".join([*faults_seen(page), *told]) == ""
        assert bytes_of_first_load(page, f"/v1/queue?language={language}") < MOST_BYTES
