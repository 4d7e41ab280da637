"""Signing up again: on purpose with the same mail, or because the line was cut before the answer came."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.node import Node
from tests.journeys.steps import fill_in_sign_up, send_sign_up

pytestmark = pytest.mark.browser


def test_the_same_mail_twice_looks_the_same_and_changes_nothing(open_page: Callable[..., Page], node: Node) -> None:
    address, texts = "twice@example.org", []
    for name in ("Ada", "Mallory"):
        page = open_page(locale="en-GB")
        page.goto("/en/signup/")
        fill_in_sign_up(page, email=address, first_name=name)
        send_sign_up(page)
        texts.append(page.get_by_role("main").inner_text())
        # Whoever reads the mailbox learns that the address was known; whoever signs up does not.
        mail = node.next_mail(to=address, seen=len(texts) - 1)
        assert ("/account/welcome/" in mail) is (name == "Ada")
        assert ("known here already" in mail) is (name == "Mallory")

    assert texts[0] == texts[1]
    assert not any("Mallory" in str(mail["to"]) for mail in node.mails(to=address))


def test_a_retry_after_a_cut_connection_makes_one_person(open_page: Callable[..., Page], node: Node) -> None:
    address, marker = "cut@example.org", "marker@example.org"
    page = open_page(locale="en-GB")
    cut: list[int] = []

    def cut_the_answer(route: Route) -> None:
        """Let the sign-up reach the server and be kept; the answer never comes."""
        answer = route.fetch(max_redirects=0)
        if answer.status == 303 and not cut:
            cut.append(answer.status)
            route.abort("connectionreset")
        else:
            route.fulfill(response=answer)

    page.route("**/v1/signups", cut_the_answer)
    page.goto("/en/signup/")
    fill_in_sign_up(page, email=address)
    with page.expect_event("requestfailed", timeout=60_000):
        page.get_by_role("button", name="Sign up").click()
    assert cut == [303]
    # The browser's own page about the cut line would stop whatever is asked for before it is there.
    expect(page).to_have_url(re.compile("^chrome-error:"))
    page.unroute("**/v1/signups")
    page.goto("/en/signup/")
    fill_in_sign_up(page, email=address)
    send_sign_up(page)

    # Somebody who came after them has an answer, so that theirs have all been written.
    page.goto("/en/signup/")
    fill_in_sign_up(page, email=marker, first_name="Grace")
    send_sign_up(page)
    node.next_mail(to=marker, seen=0, containing="/account/welcome/")
    [mail] = node.mails(to=address)
    assert mail["subject"] == "Welcome: one step to confirm your address"
    expect(page.get_by_role("heading", level=1)).to_have_text("Your sign-up is received")
