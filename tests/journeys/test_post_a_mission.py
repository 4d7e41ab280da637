"""An organisation's way: post a mission from a template, a referent validates it, anyone can find it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from entraide.accounts.api import Role
from tests.journeys.conftest import SignedIn
from tests.journeys.node import wait_for

pytestmark = pytest.mark.browser


def status_of(page: Page, path: str) -> int:
    """Open a page and return the status that it came with."""
    answer = page.goto(path)
    assert answer
    return answer.status


def post_in_words_of_its_own(page: Page, title: str) -> None:
    """Choose a template, keep its usual values, change the words: these a referent reads before they go online."""
    page.goto("/en/me/")
    page.get_by_role("link", name="Our desk").click()
    page.get_by_role("link", name="Post a mission").first.click()
    page.locator("main .card__title a").first.click()
    page.get_by_role("button", name="See what it will look like").click()
    page.get_by_role("button", name="Keep it as a draft").click()
    page.get_by_role("link", name="Change the text").click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("What volunteers will do").fill("Fill sandbags and carry them to the river, two by two.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("button", name="Send it").click()


def listed(page: Page, title: str) -> bool:
    """Look for a title among the newest missions near the organisation."""
    page.goto("/en/missions/?where=67000&sort=new")
    return page.get_by_role("link", name=title).count() > 0


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_a_posted_mission_is_read_by_the_referent_then_seen_by_all(
    open_page: Callable[..., Page], signed_in: SignedIn, javascript: bool
) -> None:
    title = f"Sandbags for the {'east' if javascript else 'west'} bank"
    manager, referent, visitor = (
        open_page(javascript=javascript, locale="en-GB", state=state)
        for state in (signed_in(Role.ORGANISATION_MANAGER), signed_in(Role.REFERENT), None)
    )
    post_in_words_of_its_own(manager, title)
    expect(manager.locator("main .badge").first).to_have_text("Waiting for a check")
    address = manager.url.rstrip("/").rsplit("/", 1)[-1]
    assert not listed(visitor, title)
    assert status_of(visitor, f"/en/missions/{address}/") == 404

    referent.goto("/en/me/")
    referent.get_by_role("link", name="Moderation").click()
    referent.get_by_label(f"Choose {title}").check()
    referent.get_by_role("button", name="Validate").click()
    expect(referent.locator("main")).to_contain_text("1 mission was decided")

    wait_for("the mission in the list", lambda: listed(visitor, title))
    visitor.get_by_role("link", name=title).click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(title)
    expect(visitor.locator("main")).to_contain_text("two by two")
    expect(visitor.locator("main a[href*='/join/']").first).to_be_visible()
    manager.reload()
    expect(manager.get_by_role("link", name="See it as volunteers do")).to_be_visible()
