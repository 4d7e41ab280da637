"""Every verdict as an officer sees it: its word in both languages, its shape, and a page that everybody can read."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page

from entraide.certificates.api import Finding, Verdict
from tests.browsing import PATIENCE_MS
from tests.certificates.test_documents import words
from tests.certificates_site.conftest import Running
from tests.certificates_site.sealing import situation
from tests.journeys.looking import faults_seen, overheard

pytestmark = pytest.mark.browser
SHAPES = {"green": "✓", "amber": "!", "red": "✕", "grey": "?"}
EXPECTED = ("allow-scripts and allow-same-origin",)


@pytest.fixture(params=["fr", "en"])
def officer(request: pytest.FixtureRequest, browser: Browser, site: Running) -> Iterator[tuple[Page, str]]:
    """An officer's page that checks, and its language."""
    context = browser.new_context(base_url=site.url, locale=f"{request.param}-FR")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto("/verify/")
    page.locator("#text").wait_for()
    yield page, request.param
    context.close()


@pytest.mark.parametrize("verdict", Verdict)
def test_each_verdict_has_its_word_its_shape_and_a_sound_page(
    verdict: Verdict, officer: tuple[Page, str], site: Running
) -> None:
    page, language = officer
    text, apart = situation(verdict, site)
    page.clock.set_fixed_time(datetime.now(UTC) + apart)
    with overheard(page) as told:
        page.locator("#text").fill(text)
        page.locator("button.primary", has_text="Contrôler" if language == "fr" else "Check").click()
        assert page.locator(".verdict h1").inner_text() == words(language)[verdict]
        shape = page.locator(".verdict .shape").evaluate("(shape) => getComputedStyle(shape, '::before').content")
        assert shape.strip('"') == SHAPES[Finding(verdict).colour]
        # What is not sound is not shown, not even the name.
        shown = page.locator("main").inner_text()
        assert ("Camille" in shown or "Lefèvre" in shown) == (verdict != Verdict.ALTERED)
        faults = faults_seen(page)
    assert [*faults, *(line for line in told if not any(each in line for each in EXPECTED))] == []
