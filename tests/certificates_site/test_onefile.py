"""The site as one file: opened from a disk it makes, prints and checks; nothing written leaves it or stays in it."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key
from playwright.sync_api import Browser, Frame, Page
from playwright.sync_api import Error as PlaywrightError

from bin.steps import certificates_site
from bin.steps.certificates_site import Trust
from entraide.certificates import key_list
from entraide.certificates.api import KeyList, PrivateKey, from_text
from entraide.certificates.process.development import FILE as ROOT_FILE
from tests.certificates import pictures
from tests.certificates.paper import codes_of
from tests.certificates_site.conftest import Attacker, Running
from tests.certificates_site.visits import (
    ATTACKS,
    HEARD_WITHOUT,
    LEAVING,
    NAME,
    WAYS_OUT,
    choose_and_fill,
    fill_in,
    make,
    make_sealed,
    phone_of,
    ways,
)
from tests.journeys.looking import AXE, RUN, TAGS, faults_seen, overheard
from tests.journeys.node import wait_for

pytestmark = pytest.mark.browser


@pytest.fixture
def computer(browser: Browser, site: Running) -> Iterator[Page]:
    """A computer without a network on which the file was opened."""
    context = phone_of(browser, None)
    page = context.new_page()
    page.goto(file_of(site).as_uri())
    yield page
    context.close()


def file_of(site: Running) -> Path:
    """Return the built file."""
    return site.var_dir / "certificates-site" / "attestations.html"


def inside(page: Page) -> Frame:
    """Return what stands in the file's frame, once it shows something."""
    frame = page.frames[1]
    frame.locator("h1").wait_for()
    # The language that the test's browser pretends to have reaches a frame of another process late now and then.
    if (french := frame.get_by_role("button", name="Français")).count():
        french.click()
        frame.get_by_role("button", name="English").wait_for()
    return frame


def made(page: Page) -> Frame:
    """Make a certificate in the file."""
    frame = inside(page)
    choose_and_fill(frame)
    frame.get_by_role("button", name="Créer l’attestation").click()
    frame.locator(".certificate").wait_for()
    return frame


def check(frame: Frame, text: str) -> str:
    """Check a text in the file and return the verdict's word."""
    frame.get_by_role("button", name="Contrôler", exact=True).first.click()
    frame.locator("#text").fill(text)
    frame.locator("main").get_by_role("button", name="Contrôler", exact=True).click()
    return frame.locator(".verdict h1").inner_text()


def test_it_makes_certificates_that_say_that_they_are_not_sealed_and_prints_them(
    computer: Page, tmp_path: Path
) -> None:
    with overheard(computer) as told:
        frame = made(computer)
        assert frame.locator(".state").inner_text() == "Non scellée"
        assert "faites-la sur le site" in frame.locator(".certificate").inner_text()
        with computer.expect_download() as waiting:
            frame.get_by_role("button", name="Enregistrer en PDF").click()
    pdf = tmp_path / "made.pdf"
    waiting.value.save_as(pdf)
    assert waiting.value.suggested_filename.startswith("attestation-non-scellee-")
    [text, again] = codes_of(pdf)
    assert text == again
    assert from_text(text).seal is None
    assert check(frame, text) == "NON SCELLÉE"
    assert NAME in frame.locator(".verdict").inner_text()
    assert told == []


def test_it_checks_seals_by_the_list_that_it_holds(computer: Page, phone: Page, tmp_path: Path) -> None:
    fill_in(phone)
    text = make_sealed(phone)
    picture = tmp_path / "code.png"
    phone.locator(".certificate .code .qr").first.screenshot(path=picture)
    frame = inside(computer)
    assert check(frame, text) == "SCELLÉE"
    assert check(frame, text[:-1] + ("A" if text[-1] != "A" else "B")) == "ALTÉRÉE"
    assert NAME not in frame.locator("main").inner_text()
    frame.get_by_role("button", name="Contrôler une autre attestation").click()
    frame.locator("#image").set_input_files(picture)
    assert frame.locator(".verdict h1").inner_text() == "SCELLÉE"


def test_only_a_signed_newer_list_replaces_the_one_that_it_holds(computer: Page, site: Running, tmp_path: Path) -> None:
    frame = inside(computer)
    frame.get_by_role("button", name="Contrôler", exact=True).first.click()
    lists = sorted((site.var_dir / "seals" / "published").glob("keys-*.cose"))
    known = int(lists[-1].stem.removeprefix("keys-"))
    now = int(time.time())
    newer = KeyList(version=known + 5, issued=now, expires=now + 3600, keys=())
    stranger, same, good = tmp_path / "stranger", lists[-1], tmp_path / "good"
    stranger.write_bytes(key_list.sign(newer, root=PrivateKey.generate()))
    secret = load_der_private_key((site.var_dir / "seals" / ROOT_FILE).read_bytes(), None)
    good.write_bytes(key_list.sign(newer, root=PrivateKey(secret)))  # type: ignore[arg-type]
    nonsense = tmp_path / "nonsense"
    nonsense.write_bytes(b"\x00" * 5_000_000)
    for wrong in (stranger, same, nonsense):
        frame.locator("#newer-keys").set_input_files(wrong)
        frame.get_by_text("Ce n’est pas une liste signée plus récente").wait_for()
        assert f"Liste des clés n° {known}," in frame.locator("main").inner_text()
        frame.get_by_role("button", name="Contrôler", exact=True).first.click()
    frame.locator("#newer-keys").set_input_files(good)
    frame.get_by_text(f"Liste des clés n° {known + 5},").wait_for()


def test_nothing_written_leaves_the_file_by_any_way(browser: Browser, computer: Page, attacker: Attacker) -> None:
    frame = made(computer)
    address = computer.url
    tried: list[str] = []
    with suppress(PlaywrightError):  # A frame that is led away and comes to nothing ends the script.
        tried = frame.evaluate(f"({ATTACKS})", {"attacker": attacker.url, "word": NAME})
    assert "eval ran" not in tried
    assert "markup ran" not in tried
    other = browser.new_page()
    other.goto(f"{attacker.url}/control")
    other.evaluate(f"({ATTACKS})", {"attacker": attacker.url, "word": "control", "stays": True})
    wait_for("the attacker to hear all these ways", lambda: ways(attacker.heard) >= HEARD_WITHOUT)
    other.close()
    assert [line for line in attacker.heard if NAME in line] == []
    assert computer.url == address
    assert len(computer.context.pages) == 1


def test_each_way_to_go_elsewhere_is_shut_by_itself(browser: Browser, computer: Page, attacker: Attacker) -> None:
    for way in WAYS_OUT:
        computer.reload()
        with suppress(PlaywrightError):  # Some are answered with an error, and some end the frame.
            inside(computer).evaluate(LEAVING, [way, f"{attacker.url}/leak-{way}?name=shut"])
    # The same ways lead out of a page without policies, and come after those that were tried before.
    for way in WAYS_OUT:
        other = browser.new_page()
        other.goto(f"{attacker.url}/control")
        with suppress(PlaywrightError):
            other.evaluate(LEAVING, [way, f"{attacker.url}/leak-{way}?name=open"])
        wait_to_hear(attacker, f"GET /leak-{way}?name=open")
        other.context.close()
    assert [line for line in attacker.heard if "shut" in line] == []
    assert computer.url.startswith("file:")


def wait_to_hear(attacker: Attacker, line: str) -> None:
    """Wait until the attacker was asked for something."""
    wait_for(f"the attacker to hear {line}", lambda: line in attacker.heard)


def test_it_keeps_nothing(computer: Page, browser: Browser, site: Running) -> None:
    frame = made(computer)
    assert "ne garde rien" in frame.locator("main").inner_text()
    computer.reload()
    frame = inside(computer)
    assert NAME not in frame.locator("main").inner_text()
    assert "Vos attestations" not in frame.locator("main").inner_text()


def test_it_speaks_both_languages_and_every_view_is_sound(computer: Page) -> None:
    frame = inside(computer)
    frame.get_by_role("button", name="English").click()
    frame.get_by_role("heading", name="Make a certificate").wait_for()
    frame.get_by_role("button", name="Check", exact=True).first.click()
    frame.get_by_role("heading", name="Check a certificate").wait_for()
    frame.get_by_role("button", name="Français").click()
    frame.get_by_role("heading", name="Contrôler une attestation").wait_for()
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    assert frame.evaluate(RUN, {"type": "tag", "values": TAGS}) == []


def test_it_holds_the_guide_for_officers_in_both_languages(computer: Page) -> None:
    frame = inside(computer)
    frame.get_by_role("button", name="Contrôler", exact=True).first.click()
    frame.get_by_role("button", name="Guide de contrôle").click()
    frame.get_by_role("heading", name="SCELLÉE EN RETARD").wait_for()
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    assert frame.evaluate(RUN, {"type": "tag", "values": TAGS}) == []
    frame.get_by_role("button", name="English").click()
    frame.get_by_role("heading", name="SEALED LATE").wait_for()
    frame.get_by_role("button", name="Check", exact=True).first.click()
    frame.locator("#text").wait_for()


def test_it_reads_codes_that_are_out_of_focus(computer: Page, phone: Page, tmp_path: Path) -> None:
    fill_in(phone)
    pictures.blurred(0.55)(pictures.code(make_sealed(phone))).save(tmp_path / "blurred.png")
    frame = inside(computer)
    frame.get_by_role("button", name="Contrôler", exact=True).first.click()
    frame.locator("#image").set_input_files(tmp_path / "blurred.png")
    assert frame.locator(".verdict h1").inner_text() == "SCELLÉE"


def test_with_scripts_blocked_it_is_a_form_to_fill_in_by_hand(browser: Browser, site: Running) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(file_of(site).as_uri())
    frame = page.frame_locator("iframe")
    for words in ("JavaScript, que votre navigateur bloque", "Je déclare sur l’honneur"):
        frame.get_by_text(words).wait_for()
    page.close()


def test_the_site_offers_it_with_its_hash(phone: Page, site: Running, tmp_path: Path) -> None:
    fill_in(phone)
    make(phone)
    phone.goto("/")
    phone.get_by_role("link", name="le site en un seul fichier").click()
    told = phone.locator(".sum").inner_text()
    with phone.expect_download() as waiting:
        phone.get_by_role("link", name="Télécharger attestations.html").click()
    taken = tmp_path / "taken.html"
    waiting.value.save_as(taken)
    assert taken.read_bytes() == file_of(site).read_bytes()
    assert hashlib.sha256(taken.read_bytes()).hexdigest() == told
    daily = (site.var_dir / "certificates-site" / "SHA256SUMS.daily").read_text(encoding="utf-8")
    assert f"{told}  attestations.html\n" in daily
    assert faults_seen(phone) == []


def test_the_same_build_gives_the_same_bytes(site: Running, tmp_path: Path) -> None:
    built = site.var_dir / "certificates-site"
    seals = site.var_dir / "seals"
    published = sorted((seals / "published").glob("keys-*.cose"))[-1]
    (tmp_path / "keys.cose").write_bytes(published.read_bytes())
    (tmp_path / "forms.cose").write_bytes((seals / "published" / "forms.cose").read_bytes())
    roots = (seals / "roots.txt").read_text(encoding="ascii").split()
    files = [str(tmp_path / name) for name in ("keys.cose", "forms.cose")]
    certificates_site.build(var_dir=tmp_path, trust=Trust.given([*roots, *files]))
    for name in ("SHA256SUMS", "SHA256SUMS.daily"):
        assert (tmp_path / "certificates-site" / name).read_bytes() == (built / name).read_bytes()


def test_without_documents_there_is_no_such_file_and_the_site_is_the_same(site: Running, tmp_path: Path) -> None:
    roots = (site.var_dir / "seals" / "roots.txt").read_text(encoding="ascii").split()
    certificates_site.build(var_dir=tmp_path, trust=Trust(roots))
    built = tmp_path / "certificates-site"
    assert not (built / "attestations.html").exists()
    assert "n’est pas proposé ici" in (built / "file-fr.html").read_text(encoding="utf-8")
    assert (built / "SHA256SUMS").read_bytes() == (site.var_dir / "certificates-site" / "SHA256SUMS").read_bytes()
