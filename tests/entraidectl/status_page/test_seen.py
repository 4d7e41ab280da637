"""The pages as everyone may see them: narrow and wide, light and dark, on paper, by axe-core."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from entraidectl.status.page.changing import Open
from entraidectl.status.page.data import Data, Said, State
from entraidectl.status.page.publishing import write_all
from entraidectl.status.page.render import render
from tests.entraidectl.status_page.situations import NOW, SLOW_SIGNUP, SUBJECT, after, long_history
from tests.journeys.looking import faults_seen, overheard

pytestmark = pytest.mark.browser
LONG_WORD = "Incompréhensibilités" * 5
EACH_STATE = [
    Open(title=Said(fr=LONG_WORD, en="Planned work"), components=("missions",), state=State.MAINTENANCE),
    Open(title=Said(fr="Réunions coupées", en="Meetings cut off"), components=("meetings",), state=State.DOWN),
    SLOW_SIGNUP,
]
SITUATIONS = {"nothing": Data(), "open": after(*EACH_STATE), "history": long_history(incidents=60)}
INCIDENT = "incidents/2026-11-27-inscriptions-lentes.html"
LOOKED_AT = [
    ("nothing", "index.html"), ("nothing", "en/history.html"), ("open", "index.html"), ("open", "en/index.html"),
    ("open", f"fr/{INCIDENT}"), ("history", "fr/index.html"), ("history", "fr/history.html"),
    ("history", "en/2026-11.html"),
]  # fmt: skip


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of the browser, of somebody who reads French."""
    context = browser.new_context(locale="fr-FR")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("situation", "path"), LOOKED_AT, ids=[" ".join(each) for each in LOOKED_AT])
def test_a_page_is_sound_at_each_width_and_in_each_scheme(
    page: Page, tmp_path: Path, situation: str, path: str
) -> None:
    write_all(tmp_path, render(SITUATIONS[situation], SUBJECT, NOW))
    with overheard(page) as told:
        page.goto(f"file://{tmp_path}/{path}")
        assert faults_seen(page) == []
    assert told == []


def test_states_are_heard_and_seen_without_a_colour(page: Page, tmp_path: Path) -> None:
    write_all(tmp_path, render(SITUATIONS["open"], SUBJECT, NOW))
    page.goto(f"file://{tmp_path}/en/index.html")
    services = page.get_by_role("listitem").filter(has=page.get_by_role("heading", level=3))
    texts = [services.nth(number).locator(".state").inner_text() for number in range(3)]
    assert texts == ["Slow", "Under maintenance", "Unavailable"]
    shapes = [services.nth(number).locator(".state svg").inner_html() for number in range(3)]
    assert len(set(shapes)) == 3
    assert page.get_by_role("heading", level=1).inner_text() == "A service is unavailable"
    # On paper there is no ground behind the words.
    page.emulate_media(media="print")
    assert page.locator(".sum").evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.get_by_text("History", exact=True).is_visible()


def test_the_page_of_the_other_language_is_one_step_away_and_back(page: Page, tmp_path: Path) -> None:
    write_all(tmp_path, render(SITUATIONS["open"], SUBJECT, NOW))
    page.goto(f"file://{tmp_path}/index.html")
    page.get_by_role("link", name="Inscriptions lentes").click()
    page.get_by_role("link", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Sign-ups are slow"
    page.get_by_role("link", name="Current state").click()
    page.get_by_role("link", name="Français").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Un service est indisponible"
