"""What a person does in more than one journey."""

import re
from collections.abc import Mapping

import altcha
from playwright.sync_api import APIRequestContext, Page, expect

from tests.journeys.node import Node, wait_for

CHECK = "One check before sending"
# A computation takes its time where many tests share a processor.
COMPUTED_WITHIN = 60_000


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


def fill_in_sign_up(page: Page, *, email: str, first_name: str = "Ada", last_name: str = "Byron") -> None:
    """Fill in the form, which is open in English."""
    page.get_by_label("First name").fill(first_name)
    page.get_by_label("Last name").fill(last_name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Date of birth").fill("1990-12-10")
    page.get_by_label("Postcode").fill("67000")
    page.get_by_label("I agree").check()


def send_sign_up(page: Page, *, then: str = "Your sign-up is received", javascript: bool = True) -> None:
    """Send the form; while the crisis asks for a proof of work, let the browser compute, or wait without scripts."""
    page.get_by_role("button", name="Sign up").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(f"{CHECK}|{then}"))
    if not javascript and heading.inner_text() == CHECK:
        wait_without_computing(page)
    expect(heading).to_have_text(then, timeout=COMPUTED_WITHIN)
    page.wait_for_load_state()


def wait_without_computing(page: Page) -> None:
    """Press the button again and again, until the wait that stands for a proof is over."""

    def press() -> bool:
        # Each press leads to a page, the same one as long as it is too early.
        with page.expect_navigation():
            page.get_by_role("button", name="Send without a computation").click()
        return page.get_by_role("heading", level=1).inner_text() != CHECK

    wait_for("the wait to stand for a proof", press)


def sign_up_by_program(request: APIRequestContext, wish: Mapping[str, object]) -> None:
    """Sign somebody up as a program does; it solves the challenge when the crisis asks for a proof of work."""
    answer = request.post("/v1/signups", data=dict(wish))
    if answer.status == 403:
        challenge = altcha.Challenge.from_dict(request.get(answer.json()["challenge_url"]).json())
        solution = altcha.solve_challenge(challenge)
        assert solution
        solved = {answer.json()["solution_field"]: altcha.Payload(challenge, solution).to_base64()}
        answer = request.post("/v1/signups", data={**wish, **solved})
    assert answer.status == 202
