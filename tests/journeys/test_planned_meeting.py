"""A meeting is planned on a phone, invited to by mail, waited for, come to by a link, and cancelled."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.calling import newcomer, sees_the_other, with_cameras
from tests.journeys.conftest import SignedIn
from tests.journeys.looking import faults_seen
from tests.journeys.node import Node, wait_for

__all__ = ["newcomer", "with_cameras"]
pytestmark = pytest.mark.browser
LINK = re.compile(r"https?://\S+/meet/with/\S+")
PHONE = 390


def fill_in(page: Page, *, title: str, at: datetime, invited: str = "") -> None:
    """Fill in the form of a meeting, which is open in French."""
    page.get_by_label("Sujet de la réunion").fill(title)
    page.get_by_label("Jour").fill(at.date().isoformat())
    page.get_by_label("De", exact=True).fill(f"{at:%H:%M}")
    if invited:
        page.get_by_label("Qui est invité").fill(invited)


def link_of(node: Node, address: str, *, title: str) -> str:
    """Wait for the invitation of an address and return the path of its link."""

    def look() -> str | None:
        for mail in node.mails(to=address):
            body = mail.get_body(("plain",))
            found = LINK.search(body.get_content()) if body and title in str(mail["subject"]) else None
            if found:
                return urlsplit(found[0]).path
        return None

    return wait_for(f"the invitation of {address}", look)


def subjects(node: Node, address: str) -> list[str]:
    return [str(mail["subject"]) for mail in node.mails(to=address)]


def test_a_meeting_is_planned_changed_come_to_and_cancelled(
    newcomer: Callable[..., Page], node: Node, signed_in: SignedIn
) -> None:
    host = newcomer(width=PHONE, storage_state=signed_in(None))
    bo, title = f"bo-{uuid4().hex[:8]}@example.org", f"Point {uuid4().hex[:6]}"
    paris = datetime.now(ZoneInfo("Europe/Paris"))

    host.goto("/fr/meet/")
    host.get_by_role("link", name="Prévoir une réunion").click()
    fill_in(host, title=title, at=paris + timedelta(days=2), invited=f"Bo Exemple <{bo}>, pas une adresse")
    host.get_by_role("button", name="La prévoir").click()
    expect(host.get_by_text("« pas une adresse » n’est pas une adresse").first).to_be_visible()
    assert not faults_seen(host)
    host.set_viewport_size({"width": PHONE, "height": 800})
    host.get_by_label("Qui est invité").fill(f"Bo Exemple <{bo}>")
    host.get_by_role("button", name="La prévoir").click()
    expect(host.get_by_role("heading", level=1)).to_have_text(title)
    expect(host.get_by_text(bo)).to_be_visible()
    assert not faults_seen(host)
    plan = host.url

    # Whoever is invited is told when it begins, by the clock of their own device.
    link = link_of(node, bo, title=title)
    guest = newcomer(width=PHONE, timezone_id="Pacific/Noumea")
    guest.goto(link)
    expect(guest.get_by_role("heading", level=1)).to_have_text("Cette réunion n’a pas commencé")
    expect(guest.get_by_text("À l’heure de votre appareil")).to_be_visible()
    assert not faults_seen(guest)

    # It begins now instead: the same link leads in, without a wait, under the name that is known.
    host.get_by_role("link", name="Modifier la réunion").click()
    assert not faults_seen(host)
    fill_in(host, title=title, at=paris)
    host.get_by_role("button", name="Enregistrer").click()
    expect(host.get_by_text("La réunion a été modifiée")).to_be_visible()
    wait_for("the mail of the change", lambda: any(each.startswith("Changement") for each in subjects(node, bo)))
    guest.goto(link)
    expect(guest.get_by_label("Votre nom")).to_have_value("Bo Exemple")
    assert not faults_seen(guest)
    guest.get_by_role("button", name="Entrer", exact=True).click()
    expect(guest.get_by_text("Vous êtes la seule personne ici")).to_be_visible()

    host.get_by_role("link", name="Aller à sa porte").click()
    host.get_by_label("Votre nom").fill("Ada-Exemple")
    host.get_by_role("button", name="Entrer", exact=True).click()
    sees_the_other(host)

    # Who has the bare address alone waits for the host.
    stranger = newcomer()
    stranger.goto(host.url)
    stranger.get_by_label("Votre nom").fill("Inconnue")
    stranger.get_by_role("button", name="Entrer", exact=True).click()
    expect(stranger.get_by_role("alert")).to_contain_text("Vous attendez à la porte")

    host.goto(plan)
    host.get_by_role("link", name="Annuler la réunion").click()
    assert not faults_seen(host)
    host.get_by_role("button", name="Annuler la réunion").click()
    expect(host.get_by_text("La réunion est annulée")).to_be_visible()
    expect(guest.get_by_role("heading", name="La réunion est terminée")).to_be_visible()
    wait_for("the mail of the end", lambda: any(each.startswith("Annulation") for each in subjects(node, bo)))
    guest.goto(link)
    expect(guest.get_by_role("heading", level=1)).to_have_text("Cette réunion a été annulée")
    assert not faults_seen(guest)
    host.goto("/fr/meet/planned/")
    expect(host.get_by_text("Annulée").first).to_be_visible()
    assert not faults_seen(host)
