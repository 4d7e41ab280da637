"""What the style page shows holds for every page: accessible in both schemes and at every width, and light."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looking import AXE, TAGS
from tests.journeys.node import ROOT

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("chrome", ["public", "private"])
def test_components_are_accessible_and_fit(
    open_page: Callable[..., Page], scheme: str, width: int, chrome: str
) -> None:
    page = open_page(width=width, scheme=scheme)
    page.goto(f"/dev/style/?chrome={chrome}&level=mobilisation")
    # The content security policy keeps axe-core out of the page; the debugging protocol puts it in.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow == 0


def test_choosing_rows_counts_them_and_all_at_once(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/dev/style/")
    page.get_by_label("Candidate A").check()
    expect(page.get_by_text("One person chosen")).to_be_visible()
    page.get_by_label("Select all").check()
    expect(page.get_by_text("2 people chosen")).to_be_visible()


def test_a_form_that_came_back_puts_the_reader_at_its_errors(open_page: Callable[..., Page]) -> None:
    page = open_page(locale="en-GB")
    page.goto("/dev/style/")
    expect(page.locator(".error-summary:focus")).to_have_count(1)
    page.get_by_role("link", name="E-mail address").click()
    expect(page.locator("#id_wrong_email")).to_be_focused()


def test_filters_and_forms_work_without_javascript(open_page: Callable[..., Page]) -> None:
    page = open_page(javascript=False, width=360)
    page.goto("/dev/style/")
    page.locator("summary", has_text="Filters").click()
    expect(page.get_by_label("Remote only")).to_be_visible()


@pytest.mark.parametrize(("name", "most"), [("site.css", 15_000), ("htmx.js", 18_000), ("site.js", 4_000)])
def test_assets_stay_light(name: str, most: int) -> None:
    assert len(gzip.compress((ROOT / "var" / "assets" / name).read_bytes())) <= most
