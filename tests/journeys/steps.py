"""What a person does in more than one journey."""

import re

from playwright.sync_api import Page

from tests.journeys.node import Node


def ask_code_and_type_it(page: Page, node: Node, address: str) -> None:
    """On the sign-in page: give the address, read the code in the mailbox, type it."""
    seen = len(node.mails(to=address))
    page.locator("main input[type=email]").fill(address)
    page.locator("main form button[type=submit]").first.click()
    page.locator("main input[name=code]").fill(node.code_for(to=address, seen=seen))
    page.locator("main form button[type=submit]").first.click()


def sign_in(page: Page, node: Node, address: str, *, then: str) -> None:
    """Go to a private page by way of the sign-in."""
    page.goto(then)
    ask_code_and_type_it(page, node, address)
    page.wait_for_url(re.compile(re.escape(then) + "$"))
