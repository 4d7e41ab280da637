"""Typing a commune: completed by keys and by mouse where scripts run, understood by the server where they do not."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looking import AXE, TAGS

pytestmark = pytest.mark.browser


def test_a_commune_is_chosen_with_the_keyboard_alone(open_page: Callable[..., Page]) -> None:
    page = open_page(locale="en-GB")
    page.goto("/en/")
    box = page.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("st den")
    expect(page.get_by_role("option").first).to_contain_text("Saint-Denis")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="Several communes found")).to_have_count(1)
    box.press("ArrowDown")
    box.press("ArrowDown")
    active = page.locator(f"[id='{box.get_attribute('aria-activedescendant')}']")
    expect(active).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(box).to_have_value("Saint-Denis (93)")
    expect(page.get_by_role("listbox")).to_have_count(0)
    box.press("Enter")
    page.wait_for_url("**/missions/?where=Saint-Denis*")
    expect(page.locator("#where")).to_have_value("Saint-Denis (93)")


def test_escape_closes_the_list_and_leaves_the_text(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/fr/")
    box = page.get_by_role("combobox")
    box.press_sequentially("mulh")
    expect(page.get_by_role("option").first).to_contain_text("Mulhouse")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("mulh")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")


def test_a_commune_is_chosen_with_the_mouse(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/fr/missions/")
    box = page.locator("#where")
    box.press_sequentially("67000")
    page.get_by_role("option", name="Strasbourg").click()
    expect(box).to_have_value("Strasbourg (67)")
    page.wait_for_url("**where=Strasbourg*")


def test_only_the_last_text_is_answered(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/fr/")
    box = page.get_by_role("combobox")
    box.press_sequentially("paris")
    box.fill("nantes")
    expect(page.get_by_role("option").first).to_contain_text("Nantes")
    box.fill("")
    expect(page.get_by_role("option")).to_have_count(0)


def test_the_form_still_works_when_completion_is_away(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.route(re.compile(r"/territories/complete\?"), lambda route: route.abort())
    page.goto("/fr/")
    box = page.get_by_role("combobox")
    box.press_sequentially("Strasbourg")
    box.press("Enter")
    page.wait_for_url("**/missions/?where=Strasbourg*")


def test_a_commune_is_understood_without_javascript(open_page: Callable[..., Page]) -> None:
    page = open_page(javascript=False)
    page.goto("/fr/")
    box = page.locator("#where")
    expect(box).not_to_have_attribute("role", "combobox")
    box.fill("67000")
    box.press("Enter")
    expect(page.locator("#where")).to_have_value("67000")
    expect(page.get_by_text("Strasbourg (67)").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_list_is_accessible_and_fits(open_page: Callable[..., Page], scheme: str, width: int) -> None:
    page = open_page(width=width, scheme=scheme)
    page.goto("/fr/")
    box = page.get_by_role("combobox")
    box.press_sequentially("saint-den")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("ArrowDown")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
