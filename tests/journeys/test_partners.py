"""An operator adds a partner, looks at what its feed brought, and opens the crisis that an alert proposes."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from entraide.accounts.api import Role
from tests.exchange.test_alerts import cap
from tests.journeys.conftest import SignedIn
from tests.journeys.looking import faults_seen

pytestmark = pytest.mark.browser
Opener = Callable[..., Page]


def is_sound(page: Page) -> None:
    assert faults_seen(page) == []


def added(page: Page, *, name: str, **feed: str) -> str:
    """Add a partner that may send everything, and return its key."""
    page.goto("/fr/operator/partners/")
    page.get_by_role("link", name="Ajouter un partenaire").click()
    page.get_by_label("Nom", exact=True).fill(name)
    page.get_by_label("Peut envoyer des missions").check()
    page.get_by_label("Peut envoyer des alertes officielles").check()
    page.get_by_label("Ses missions sont mises en ligne aussitôt").check()
    for label, text in feed.items():
        page.locator(f"[name={label}]").fill(text)
    page.get_by_role("button", name="Ajouter le partenaire").click()
    key = page.locator("code.secret").inner_text()
    is_sound(page)
    page.get_by_role("link", name="Aller au partenaire").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return key


def test_a_partner_is_added_and_its_feed_looked_at(open_page: Opener, signed_in: SignedIn) -> None:
    page = open_page(state=signed_in(Role.OPERATOR))
    # Of loopback nothing is fetched here: the run tells so, line for line.
    added(page, name="Plateforme du voyage", feed_url="http://127.0.0.1:9/feed.xml")
    is_sound(page)
    page.get_by_role("button", name="Récupérer maintenant").click()
    run = page.get_by_role("row").get_by_role("link").first
    expect(page.get_by_text("va être récupéré")).to_be_visible()
    given_up = time.monotonic() + 60
    while not page.get_by_text("réseau privé").count() and time.monotonic() < given_up:
        page.reload()
    run.click()
    expect(page.get_by_text("L’adresse du flux mène dans un réseau privé.")).to_be_visible()
    is_sound(page)
    page.go_back()
    page.get_by_role("button", name="Créer une autre clé").click()
    expect(page.get_by_text("L’ancienne clé reste valable deux jours.")).to_be_visible()
    is_sound(page)


def test_an_alert_becomes_a_crisis(open_page: Opener, signed_in: SignedIn) -> None:
    page = open_page(state=signed_in(Role.OPERATOR))
    key = added(page, name="Vigilance du voyage")
    name = f"Crue du voyage {datetime.now(UTC):%H%M%S}"
    until = (datetime.now(UTC) + timedelta(days=2)).isoformat(timespec="seconds")
    answer = page.request.post(
        "/api/cap/alerts", data=cap(f"V{datetime.now(UTC):%H%M%S%f}", headline=name, expires=until),
        headers={"x-api-key": key, "content-type": "application/cap+xml"},
    )  # fmt: skip
    assert answer.status == 201
    page.goto("/fr/operator/")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_label("Nom en français")).to_have_value(name)
    is_sound(page)
    page.get_by_role("button", name="Écarter").click()
    expect(page.get_by_text("La proposition a été écartée.")).to_be_visible()
    assert not page.get_by_role("link", name=re.compile(name)).count()
