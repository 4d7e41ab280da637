"""Meetings in real browsers, with cameras and microphones that browsers pretend to have."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.calling import AGREES, CUT, IS_BACK, KEEP, comes_in, newcomer, opens, sees_the_other, with_cameras
from tests.journeys.looking import faults_seen

__all__ = ["newcomer", "with_cameras"]
pytestmark = pytest.mark.browser


# The browser asks whether camera and microphone may be used, and nobody has answered yet.
ASK_LATER = """(() => {
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    const allowed = new Promise((resolve) => { window.allow = resolve; });
    devices.getUserMedia = async (wish) => { await allowed; return ask(wish); };
})()"""


def test_two_see_and_hear_each_other_from_browser_to_browser(newcomer: Callable[..., Page]) -> None:
    ada, bo = newcomer(), newcomer(width=390)
    address = opens(ada)
    assert not faults_seen(ada)
    comes_in(ada, address, "Ada-Exemple")
    expect(ada.get_by_text("Vous êtes la seule personne ici")).to_be_visible()
    comes_in(bo, address, "Bo-Exemple")
    for page in (ada, bo):
        expect(page.locator("[data-sign]")).to_contain_text("Direct")
        sees_the_other(page)
    assert not faults_seen(ada)
    assert not faults_seen(bo)

    # A microphone that is off is told, a word that is written arrives.
    bo.get_by_role("button", name="Micro").click()
    expect(ada.locator(".tile", has_text="Bo-Exemple")).to_contain_text("micro coupé")
    bo.keyboard.press("c")
    bo.get_by_label("Écrire à tous").fill("Bonjour <b>Ada</b>")
    bo.keyboard.press("Enter")
    ada.get_by_role("button", name="Discussion").click()
    expect(ada.locator("[data-chat]")).to_contain_text("Bonjour <b>Ada</b>")

    # Whoever is put out sees nothing more, and hears why.
    ada.locator(".tile", has_text="Bo-Exemple").get_by_role("button", name="Exclure", exact=True).click()
    expect(bo.get_by_text("L’accès à cette réunion vous a été retiré")).to_be_visible()
    expect(bo.locator("[data-room-part]")).to_be_hidden()
    expect(ada.locator(".tile", has_text="Bo-Exemple")).to_have_count(0)
    bo.get_by_role("link", name="Retour à la porte").click()
    comes_in(bo, address, "Bo-Exemple")
    expect(bo.get_by_role("alert")).to_contain_text("Il n’y a pas de réunion ici")


def test_who_loses_the_line_to_the_gateway_goes_on_seeing_and_comes_back(newcomer: Callable[..., Page]) -> None:
    ada, bo = newcomer(), newcomer()
    address = opens(ada)
    comes_in(ada, address, "Ada-Exemple")
    comes_in(bo, address, "Bo-Exemple")
    sees_the_other(bo)
    bo.context.set_offline(True)
    bo.context.set_offline(False)
    expect(bo.locator("[data-sign]")).to_contain_text("Direct")
    sees_the_other(bo)
    expect(ada.locator(".tile", has_text="Bo-Exemple")).to_have_count(1)


def test_when_all_lose_the_gateway_at_once_they_agree_again_and_go_on_seeing(newcomer: Callable[..., Page]) -> None:
    ada, bo = newcomer(), newcomer()
    for page in (ada, bo):
        page.add_init_script(KEEP)
    address = opens(ada)
    comes_in(ada, address, "Ada-Exemple")
    comes_in(bo, address, "Bo-Exemple")
    for _ in range(3):
        sees_the_other(ada)
        sees_the_other(bo)
        for page in (ada, bo):
            page.evaluate(CUT)
        for page in (ada, bo):
            page.wait_for_function(IS_BACK)
            expect(page.locator("[data-sign]")).to_contain_text("Direct")
            page.wait_for_function(AGREES)
    sees_the_other(ada)
    sees_the_other(bo)


def test_who_comes_in_before_they_allow_their_camera_is_seen_from_then_on(newcomer: Callable[..., Page]) -> None:
    host, guest = newcomer(), newcomer()
    guest.add_init_script(ASK_LATER)
    address = opens(host)
    for page, name in ((host, "Hôte"), (guest, "Invité")):
        comes_in(page, address, name)
    tile = host.locator(".tile", has_text="Invité")
    expect(tile).to_contain_text("micro coupé")
    guest.evaluate("() => window.allow()")
    expect(tile).not_to_contain_text("micro coupé")
    expect(host.locator(".tile.has-picture", has_text="Invité")).to_have_count(1)
    sees_the_other(host)


def test_behind_a_door_one_waits_until_the_host_opens(newcomer: Callable[..., Page]) -> None:
    ada, bo = newcomer(), newcomer()
    address = opens(ada, lobby=True)
    comes_in(bo, address, "Bo-Exemple")
    expect(bo.get_by_role("alert")).to_contain_text("Vous attendez à la porte")
    comes_in(ada, address, "Ada-Exemple")
    ada.get_by_role("button", name="Laisser entrer").click()
    for page in (ada, bo):
        sees_the_other(page)


def test_who_waits_at_the_door_goes_on_waiting_through_a_bad_network(newcomer: Callable[..., Page]) -> None:
    ada, bo = newcomer(), newcomer()
    address = opens(ada, lobby=True)
    comes_in(bo, address, "Bo-Exemple")
    expect(bo.get_by_role("alert")).to_contain_text("Vous attendez à la porte")
    bo.context.set_offline(True)
    expect(bo.get_by_role("alert")).to_contain_text("Réessayez")
    bo.context.set_offline(False)
    comes_in(ada, address, "Ada-Exemple")
    ada.get_by_role("button", name="Laisser entrer").click()
    sees_the_other(bo)


def test_a_third_is_told_the_truth_where_there_is_no_media_server(newcomer: Callable[..., Page]) -> None:
    people = [newcomer() for _ in range(3)]
    address = opens(people[0])
    for number, page in enumerate(people):
        comes_in(page, address, f"Personne-{number}")
        expect(page.locator(".tile")).to_have_count(number + 1)
    for page in people:
        expect(page.locator("[data-sign]")).to_contain_text("aucun serveur")
    sees_the_other(people[0])
    # One of the two leaves: the third takes the place.
    people[1].get_by_role("button", name="Quitter").click()
    people[1].wait_for_url("**/fr/meet/")
    sees_the_other(people[2])
    expect(people[2].locator("[data-sign]")).to_contain_text("Direct")


def test_without_scripts_it_says_what_is_missing(newcomer: Callable[..., Page]) -> None:
    page = newcomer(java_script_enabled=False)
    opens(page)
    expect(page.get_by_text("Les réunions demandent JavaScript")).to_be_visible()
