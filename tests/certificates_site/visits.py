"""Visits to the certificates' pages: a phone, a form filled in, a certificate made."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Frame, Page

from tests.browsing import PATIENCE_MS

NAME = "Camille-Exemple"
TEXTS = {
    "given_name": NAME, "family_name": "Démonstration", "birth_date": "1984-07-14", "address": "1 place du Test",
    "postcode": "67000", "city": "Strasbourg", "mission": "Trier les dons", "organisation": "Association d’essai",
    "place": "Gymnase des Tests, Strasbourg",
}  # fmt: skip
ATTACKS = (Path(__file__).parent / "attacks.js").read_text(encoding="utf-8")
LEAVING = (Path(__file__).parent / "leaving.js").read_text(encoding="utf-8")
WAYS_OUT = ("assign", "replace", "refresh", "top", "parent", "open", "link", "window", "topward", "download")
# How many certificates the phone keeps.
COUNT = """() => new Promise((resolve) => {
    const opening = indexedDB.open("certificates");
    opening.onsuccess = () => {
        const asked = opening.result.transaction("certificates").objectStore("certificates").count();
        asked.onsuccess = () => { opening.result.close(); resolve(asked.result); };
    };
})"""
# Ways that lead out of a page that has no policies, so that keeping them shut is worth something.
HEARD_WITHOUT = {
    "fetch",
    "keepalive",
    "xhr",
    "events",
    "beacon",
    "image",
    "frame",
    "media",
    "style",
    "prefetch",
    "font",
}


def phone_of(browser: Browser, url: str | None) -> BrowserContext:
    """Return a phone that has never been anywhere, for the site at an address."""
    context = browser.new_context(base_url=url, locale="fr-FR", viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE_MS)
    return context


def fill_in(page: Page, **changes: str) -> None:
    """Open the make page, choose the form of a volunteer's mission and fill it in."""
    page.goto("/")
    choose_and_fill(page, **changes)


def check(page: Page, text: str) -> str:
    """Check a text on the page that checks, and return the verdict's word."""
    page.goto("/verify/")
    page.locator("#text").fill(text)
    page.get_by_role("button", name="Contrôler", exact=True).click()
    return page.locator(".verdict h1").inner_text()


def choose_and_fill(page: Page | Frame, **changes: str) -> None:
    """Choose the form of a volunteer's mission on the make page, and fill it in."""
    page.get_by_role("button", name="mission").click()
    for name, text in {**TEXTS, **changes}.items():
        page.locator(f"#field-{name}").fill(text)
    come_back(page)
    page.locator("input[name=reasons]").first.check()


def come_back(page: Page | Frame) -> None:
    """Say on the form that the person is back in three hours."""
    page.locator("#field-return_at").fill((datetime.now().astimezone() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"))


def wait_for_worker(page: Page) -> None:
    """Wait until the page's requests go through its worker; its policy lets no text be evaluated again and again."""
    page.evaluate("""() => new Promise((resolve) => {
        const look = () => { if (navigator.serviceWorker.controller) resolve(null); };
        navigator.serviceWorker.addEventListener("controllerchange", look);
        look();
    })""")


def make(page: Page) -> str:
    """Make a certificate and return the text of its code, read as the page keeps it."""
    before = kept_texts(page)
    page.get_by_role("button", name="Créer l’attestation").click()
    page.locator(".certificate").wait_for()
    (made,) = kept_texts(page) - before
    return made


def make_sealed(page: Page) -> str:
    """Make a certificate and return the text of its code with its seal, which a slow machine puts in a moment later."""
    before = kept_texts(page)
    make(page)
    page.locator(".certificate.is-sealed").wait_for()
    (made,) = kept_texts(page) - before
    return made


def kept_text(page: Page) -> str:
    """Return the text of the one certificate that the phone keeps."""
    (text,) = kept_texts(page)
    return text


def kept_texts(page: Page) -> set[str]:
    """Return the texts of the certificates that the phone keeps, which keeps them in no order."""
    found: list[str] = page.evaluate("""() => new Promise((resolve, reject) => {
        const opening = indexedDB.open("certificates");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
            const asked = opening.result.transaction("certificates").objectStore("certificates").getAll();
            asked.onsuccess = () => { opening.result.close(); resolve(asked.result.map((each) => each.text)); };
        };
    })""")
    return set(found)


def ways(heard: list[str]) -> set[str]:
    """Return the ways by which something reached the attacker."""
    return {match[1] for line in heard if (match := re.search(r"/leak-(\w+)", line))}
