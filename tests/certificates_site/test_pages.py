"""The certificates' pages in a browser: made on one phone, checked on another, and nothing written leaves."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from entraide.certificates.api import from_text
from tests.certificates import situations, vector
from tests.certificates_site.conftest import Running
from tests.certificates_site.visits import (
    NAME,
    TEXTS,
    check,
    fill_in,
    kept_text,
    make,
    make_sealed,
    phone_of,
    wait_for_worker,
)
from tests.journeys.looking import faults_seen, overheard
from tests.journeys.node import wait_for

pytestmark = pytest.mark.browser
# What Chromium says of every page in a sandbox that may run scripts of its own origin.
EXPECTED = ("allow-scripts and allow-same-origin",)


def test_made_on_one_phone_and_checked_on_another_that_is_offline(browser: Browser, phone: Page, site: Running) -> None:
    officer = phone_of(browser, site.url)
    other = officer.new_page()
    other.goto("/verify/")
    other.get_by_text("Liste des clés n°").wait_for()
    officer.set_offline(True)
    fill_in(phone)
    text = make_sealed(phone)
    assert from_text(text).seal
    assert check(other, text) == "SCELLÉE"
    shown = other.locator(".verdict").inner_text()
    assert NAME in shown
    assert TEXTS["place"] in shown
    letter = "A" if text[-1] != "A" else "B"
    assert check(other, text[:-1] + letter) == "ALTÉRÉE"
    assert NAME not in other.locator("main").inner_text()
    officer.close()


def test_only_hashes_leave_the_phone(phone: Page, site: Running) -> None:
    before = len(site.requests())
    fill_in(phone)
    make_sealed(phone)
    asked = site.requests()[before:]
    # Where the answer takes more than two seconds, the page asks again.
    assert {line for line in asked if line.startswith("POST")} == {"POST /v1/seal 32"}
    assert not any("?" in line or NAME in line for line in asked)


def test_without_a_network_it_is_unsealed_and_the_seal_comes_later(phone: Page, site: Running) -> None:
    fill_in(phone)
    wait_for_worker(phone)
    site.stop()
    try:
        text = make(phone)
        assert from_text(text).seal is None
        assert phone.locator(".state").inner_text() == "Non scellée"
        phone.reload()
        phone.locator("h1").wait_for()
        assert NAME in phone.locator("main").inner_text()
    finally:
        site.start()
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    sealed = wait_for("the seal", lambda: kept_text(phone) if from_text(kept_text(phone)).seal else None)
    assert from_text(sealed).declaration == from_text(text).declaration


def test_a_cold_start_needs_no_network(browser: Browser, site: Running) -> None:
    context = phone_of(browser, site.url)
    first = context.new_page()
    first.goto("/")
    first.get_by_role("button", name="mission").wait_for()
    wait_for_worker(first)
    first.close()
    site.stop()
    try:
        again = context.new_page()
        fill_in(again)
        assert from_text(make(again)).seal is None
    finally:
        site.start()
        context.close()


def test_people_are_remembered_only_when_asked_and_everything_can_be_erased(phone: Page, site: Running) -> None:
    fill_in(phone)
    phone.locator("#remember").check()
    make(phone)
    phone.goto("/")
    phone.get_by_role("button", name="mission").first.click()
    phone.get_by_role("button", name=f"Remplir avec {NAME}").click()
    assert phone.locator("#field-address").input_value() == TEXTS["address"]
    assert phone.locator("#field-mission").input_value() == ""
    phone.goto("/")
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.get_by_role("button", name="Tout effacer de ce téléphone").click()
    phone.get_by_text("Tout est effacé.").wait_for()
    phone.reload()
    phone.locator("h1").wait_for()
    assert NAME not in phone.locator("main").inner_text()


def test_a_link_fills_the_form_in_and_leaves_the_address(phone: Page, site: Running) -> None:
    before = len(site.requests())
    phone.goto(f"/#form=entraide.mission&given_name={NAME}&mission=Trier")
    phone.locator("#field-given_name").wait_for()
    assert phone.locator("#field-given_name").input_value() == NAME
    expect(phone).to_have_url(f"{site.url}/")
    assert not any(NAME in line for line in site.requests()[before:])


def test_what_is_missing_is_said_at_its_field(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_role("button", name="mission").click()
    phone.get_by_role("button", name="Créer l’attestation").click()
    assert phone.locator("#field-given_name").get_attribute("aria-invalid") == "true"
    assert phone.locator("#field-given_name-fault").inner_text() == "À remplir."
    assert phone.evaluate("document.activeElement.id") == "field-given_name"


def test_hidden_characters_are_shown_to_the_officer(phone: Page) -> None:
    fill_in(phone)
    phone.locator("#field-given_name").fill("Cam‮ille")
    text = make(phone)
    check(phone, text)
    assert "Cam⟨U+202E⟩ille" in phone.locator(".verdict").inner_text()


def test_names_of_every_script_are_shown_to_the_letter(phone: Page) -> None:
    phone.goto("/verify/")
    for name in situations.NAMES:
        phone.locator("#text").fill(
            situations.text(replace(vector.DECLARATION, values={**vector.DECLARATION.values, 3: name}))
        )
        phone.get_by_role("button", name="Contrôler", exact=True).click()
        expect(phone.locator(".verdict dd", has_text=name), name).to_have_count(1)
        phone.get_by_role("button", name="Contrôler une autre attestation").click()


def test_a_certificate_of_2020_is_shown_as_unsealed_text(phone: Page) -> None:
    text = "Cree le: 14/11/2020 a 10h00;\n Nom: Exemple;\n Prenom: Camille;\n Motifs: sante;"
    assert check(phone, text) == "AUTRE CODE"
    assert "Prenom: Camille" in phone.locator("main").inner_text()


def test_a_picture_of_the_code_is_read(phone: Page, tmp_path: Path) -> None:
    fill_in(phone)
    text = make_sealed(phone)
    picture = tmp_path / "code.png"
    phone.locator(".certificate .code .qr").first.screenshot(path=picture)
    phone.goto("/verify/")
    phone.locator("#image").set_input_files(picture)
    assert phone.locator(".verdict h1").inner_text() == "SCELLÉE"
    assert from_text(text).seal


@pytest.mark.parametrize(
    "view", ["start", "filling", "certificate", "unsealed", "verify", "sealed", "altered", "blank", "guide"]
)
def test_every_view_is_sound(view: str, phone: Page, site: Running) -> None:
    with overheard(phone) as told:
        match view:
            case "start":
                phone.goto("/")
                phone.get_by_role("button", name="mission").wait_for()
            case "filling":
                fill_in(phone)
            case "certificate":
                fill_in(phone)
                make(phone)
            case "unsealed":
                fill_in(phone)
                wait_for_worker(phone)
                site.stop()
                try:
                    make(phone)
                finally:
                    site.start()
            case "verify":
                phone.goto("/verify/")
                phone.locator("#text").wait_for()
            case "sealed":
                fill_in(phone)
                check(phone, make_sealed(phone))
            case "altered":
                check(phone, "MA1:000")
            case "blank":
                phone.goto("/blank-fr.html")
            case "guide":
                phone.goto("/guide-fr.html")
        assert (
            "\n".join([*faults_seen(phone), *(line for line in told if not any(each in line for each in EXPECTED))])
            == ""
        )


def test_with_scripts_blocked_it_says_so_and_offers_paper(browser: Browser, site: Running) -> None:
    page = browser.new_page(base_url=site.url, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Imprimez l’attestation à remplir à la main").click()
    expect(page.locator("main")).to_contain_text("Je déclare sur l’honneur")
    page.close()


def test_the_first_visit_is_light(browser: Browser, site: Running) -> None:
    context = phone_of(browser, site.url)
    page = context.new_page()
    sizes: list[int] = []
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto("/", wait_until="load")
    page.get_by_role("button", name="mission").wait_for()
    assert 10_000 < sum(sizes) < 45_000
    context.close()
