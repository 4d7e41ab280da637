"""What a phone installs: every file as it was built or nothing at all, and a new version when its owner says so."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bin.steps import certificates_site
from bin.steps.certificates_site import Trust
from entraide.certificates.api import from_text
from tests.certificates_site.conftest import Running
from tests.certificates_site.visits import fill_in, make, make_sealed, wait_for_worker
from tests.journeys.node import wait_for

pytestmark = pytest.mark.browser
STATES = """async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return ["installing", "waiting", "active"].filter((state) => registration?.[state]);
}"""
UPDATE = "async () => { const found = await navigator.serviceWorker.getRegistration(); await found.update(); }"
SETTLED = """async () => !(await navigator.serviceWorker.getRegistration())?.installing"""


@contextmanager
def deployed(site: Running, folder: Path) -> Iterator[None]:
    """Have the site serve other files for a while."""
    built, kept = site.var_dir / "certificates-site", site.var_dir / "kept"
    site.stop()
    built.rename(kept)
    shutil.copytree(folder, built)
    site.start()
    try:
        yield
    finally:
        site.stop()
        shutil.rmtree(built)
        kept.rename(built)
        site.start()


@pytest.fixture
def half(site: Running, tmp_path: Path) -> Path:
    """The files of the site, one of which a cache has changed since."""
    folder = tmp_path / "half"
    shutil.copytree(site.var_dir / "certificates-site", folder)
    with (folder / "blank-en.html").open("ab") as page:
        page.write(b"<!-- seen -->")
    return folder


def test_a_phone_installs_nothing_where_one_file_is_not_of_its_build(phone: Page, site: Running, half: Path) -> None:
    with deployed(site, half):
        phone.goto("/")
        phone.get_by_text("ne sont pas ceux qui ont été publiés").wait_for()
        assert phone.evaluate(STATES) == []
        phone.goto("/verify/")
        phone.get_by_text("ne sont pas ceux qui ont été publiés").wait_for()
        phone.goto("/")
        phone.get_by_role("link", name="Attestation à remplir à la main").wait_for()
    phone.get_by_role("button", name="Réessayer").click()
    phone.get_by_role("button", name="mission").wait_for()


def test_half_a_deployment_leaves_the_version_that_was_there_at_work(phone: Page, site: Running, half: Path) -> None:
    fill_in(phone)
    with (half / "worker.js").open("ab") as script:
        script.write(b"\n// Another worker, of another build.")
    with deployed(site, half):
        phone.reload()
        phone.get_by_role("button", name="mission").wait_for()
        phone.evaluate(UPDATE)
        wait_for("the installation to end", lambda: phone.evaluate(SETTLED))
        assert phone.evaluate(STATES) == ["active"]
        assert phone.get_by_text("Une nouvelle version est prête.").count() == 0
        fill_in(phone)
        assert from_text(make_sealed(phone)).seal


def test_a_new_version_is_offered_and_comes_when_it_is_wanted(
    phone: Page, site: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots = certificates_site_roots(site)
    monkeypatch.setattr(certificates_site, "_version", lambda: "9.9.9")
    certificates_site.build(var_dir=tmp_path / "var", trust=Trust(roots))
    fill_in(phone)
    make(phone)
    with deployed(site, tmp_path / "var" / "certificates-site"):
        phone.goto("/")
        phone.evaluate(UPDATE)
        phone.get_by_text("Une nouvelle version est prête.").wait_for()
        assert "9.9.9" not in phone.locator("footer").inner_text()
        phone.get_by_role("button", name="L’installer").click()
        phone.get_by_text("Version 9.9.9 · ").wait_for()
        # What was made with the version before is still there.
        phone.get_by_role("button", name="Camille-Exemple").wait_for()


def certificates_site_roots(site: Running) -> list[str]:
    """Return the roots that the running site trusts."""
    return (site.var_dir / "seals" / "roots.txt").read_text(encoding="ascii").split()


def test_version_and_short_hash_stand_below_every_page(phone: Page, site: Running) -> None:
    sums = (site.var_dir / "certificates-site" / "worker.js").read_text(encoding="utf-8")
    for path in ("/", "/verify/"):
        phone.goto(path)
        said = phone.locator("footer").inner_text()
        version, build, licences = said.split("Version ")[1].split(" · ")
        assert licences.strip() == "Licences"
        assert version == certificates_site._version()
        assert len(build.strip()) == 12
        assert f"site-{build.strip()}" in sums or build.strip() in sums
    for path in ("/guide-fr.html", "/guide-en.html", "/blank-fr.html", "/file-en.html"):
        phone.goto(path)
        assert f"Version {version} · {build.strip()}" in phone.locator("footer").inner_text()


@pytest.mark.parametrize("path", ["/", "/verify/"])
def test_a_clock_that_is_a_day_slow_is_told(path: str, phone: Page) -> None:
    phone.clock.set_fixed_time(datetime.now(UTC) - timedelta(days=1))
    phone.goto(path)
    phone.get_by_text("L’heure de ce téléphone semble en retard").wait_for()
    phone.clock.set_fixed_time(datetime.now(UTC))
    phone.reload()
    phone.locator("#text" if path == "/verify/" else "button.whole").first.wait_for()
    expect(phone.get_by_text("L’heure de ce téléphone semble en retard")).to_have_count(0)


def test_a_clock_that_is_a_day_ahead_is_told_with_the_seal(phone: Page) -> None:
    phone.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=1))
    fill_in(phone)
    phone.locator("#field-return_at").fill(
        (datetime.now().astimezone() + timedelta(hours=27)).strftime("%Y-%m-%dT%H:%M")
    )
    phone.get_by_role("button", name="Créer l’attestation").click()
    phone.get_by_text("est en avance sur celle du serveur").wait_for()


def test_the_guide_can_be_opened_by_whoever_has_only_made_certificates(phone: Page) -> None:
    phone.goto("/")
    wait_for_worker(phone)
    phone.goto("/guide-fr.html?from=a-poster")
    phone.get_by_role("heading", name="SCELLÉE EN RETARD").wait_for()


def test_the_guide_is_there_without_a_network_once_the_page_that_checks_was_opened(phone: Page, site: Running) -> None:
    phone.goto("/verify/")
    phone.get_by_text("Liste des clés n°").wait_for()
    wait_for("the guide", lambda: phone.evaluate("caches.match('/guide-en.html').then((found) => Boolean(found))"))
    site.stop()
    try:
        phone.get_by_role("link", name="Guide de contrôle").click()
        phone.get_by_role("heading", name="SCELLÉE EN RETARD").wait_for()
        phone.get_by_role("link", name="English").click()
        phone.get_by_role("heading", name="SEALED LATE").wait_for()
        phone.get_by_role("link", name="Check a certificate").click()
        phone.locator("#text").wait_for()
    finally:
        site.start()
