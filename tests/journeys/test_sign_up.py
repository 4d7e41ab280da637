"""The sign-up form on the smallest screens, in light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_fits_a_small_screen(open_page: Callable[..., Page], scheme: str) -> None:
    page = open_page(width=320, scheme=scheme)
    page.goto("/fr/signup/")

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    expect(page.locator("main form button[type=submit]")).to_be_visible()
