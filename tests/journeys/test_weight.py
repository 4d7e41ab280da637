"""What the first visit of a public page costs: all that crosses the line, headers too, with nothing kept before."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser
MOST_BYTES = 60_000


def bytes_of_first_load(page: Page, path: str) -> int:
    """Load a page and return how many bytes came for it and all that it asks for."""
    sizes: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    assert len(sizes) > 3
    return int(sum(sizes))


@pytest.mark.parametrize("path", ["/fr/", "/fr/missions/"])
def test_the_home_page_and_the_list_are_light(open_page: Callable[..., Page], path: str) -> None:
    assert bytes_of_first_load(open_page(width=390), path) < MOST_BYTES


def test_the_page_of_a_mission_is_light(open_page: Callable[..., Page]) -> None:
    chooser = open_page(width=390)
    chooser.goto("/fr/missions/")
    path = chooser.get_by_role("article").get_by_role("link").first.get_attribute("href")
    assert path
    assert bytes_of_first_load(open_page(width=390), path) < MOST_BYTES
