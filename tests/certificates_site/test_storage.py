"""Browsers that keep nothing, or have no space left: the pages say so, offer what goes, and never hang."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browsing import CHROMIUM, FLAGS
from tests.certificates_site.conftest import Running
from tests.certificates_site.visits import come_back, fill_in, make, phone_of, wait_for_worker

pytestmark = pytest.mark.browser
BLOCKED = 2
# Takes all the space that is left to the site, down to the last hundred bytes.
FILL = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("another");
    opening.onupgradeneeded = () => opening.result.createObjectStore("rows", { autoIncrement: true });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
        const database = opening.result;
        const fill = (size) => {
            if (size < 100) { database.close(); resolve(null); return; }
            const writing = database.transaction("rows", "readwrite");
            const row = Array.from({ length: size }, () => String.fromCharCode(33 + Math.random() * 90)).join("");
            writing.objectStore("rows").put(row);
            writing.oncomplete = () => fill(size);
            writing.onabort = () => fill(size >> 1);
        };
        fill(1 << 20);
    };
})"""


@pytest.fixture
def forbidden(playwright: Playwright, site: Running, tmp_path: Path) -> Iterator[Page]:
    """A browser whose owner forbids sites to keep anything."""
    profile = tmp_path / "profile" / "Default"
    profile.mkdir(parents=True)
    wish = {"profile": {"default_content_setting_values": {"cookies": BLOCKED}}}
    (profile / "Preferences").write_text(json.dumps(wish), encoding="utf-8")
    context = playwright.chromium.launch_persistent_context(
        profile.parent, executable_path=CHROMIUM, args=FLAGS, base_url=site.url, locale="fr-FR"
    )
    yield context.new_page()
    context.close()


def test_where_nothing_may_be_kept_it_says_so_and_offers_paper(forbidden: Page) -> None:
    forbidden.goto("/")
    said = forbidden.get_by_text("interdit à cette page de garder")
    said.wait_for()
    before = said.element_handle()
    forbidden.get_by_role("button", name="Réessayer").click()
    # What was said before goes, and it is said anew.
    before.wait_for_element_state("hidden")
    said.wait_for()
    forbidden.get_by_role("link", name="Attestation à remplir à la main").click()
    expect(forbidden.locator("main")).to_contain_text("Je déclare sur l’honneur")


def test_where_nothing_may_be_kept_the_officer_is_told_that_there_are_no_keys(forbidden: Page) -> None:
    forbidden.goto("/verify/")
    forbidden.get_by_text("La liste des clés n’a jamais été reçue").wait_for()


def test_without_space_for_the_site_itself_it_says_so_instead_of_waiting(browser: Browser, site: Running) -> None:
    context = phone_of(browser, site.url)
    page = context.new_page()
    limit(page, site, size=1_000)
    page.goto("/")
    page.get_by_text("plus de place").wait_for()
    page.get_by_role("link", name="Attestation à remplir à la main").wait_for()
    context.close()


def test_without_space_for_the_certificate_it_is_shown_sealed_and_said_to_be_nowhere_else(
    browser: Browser, site: Running
) -> None:
    context = phone_of(browser, site.url)
    page = context.new_page()
    fill_in(page)
    wait_for_worker(page)
    limit(page, site, size=page.evaluate("async () => (await navigator.storage.estimate()).usage") + 3_000_000)
    page.evaluate(FILL)
    page.get_by_role("button", name="Créer l’attestation").click()
    page.locator(".certificate").wait_for()
    page.get_by_text("l’attestation n’est pas gardée").wait_for()
    page.locator(".certificate.is-sealed").wait_for()
    # The next one finds space again, and what was typed is still there.
    page.evaluate("""() => new Promise((resolve) => {
        indexedDB.deleteDatabase("another").onsuccess = () => resolve(null);
    })""")
    page.get_by_role("button", name="Refaire la même").click()
    page.locator("input[name=reasons]").first.check()
    come_back(page)
    make(page)
    expect(page.get_by_text("l’attestation n’est pas gardée")).to_have_count(0)
    context.close()


def limit(page: Page, site: Running, *, size: int) -> None:
    """Leave the site so many bytes on the disk."""
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", {"origin": site.url, "quotaSize": size})
