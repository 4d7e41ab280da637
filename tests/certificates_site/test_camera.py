"""The camera of the page that checks: a film with a code in it, and every way in which a camera is not there."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Playwright, expect

from tests.browsing import CHROMIUM, FLAGS, PATIENCE_MS
from tests.certificates import pictures
from tests.certificates_site.conftest import Running
from tests.certificates_site.sealing import sealed_text
from tests.journeys.node import wait_for

pytestmark = pytest.mark.browser
ROOM = Image.new("L", (500, 500), 140)
FAKE = "--use-fake-device-for-media-stream"


@contextmanager
def officer(playwright: Playwright, site: Running, *flags: str, allowed: bool = True) -> Iterator[Page]:
    """An officer's page that checks, in a browser with a camera of its own."""
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
    try:
        permissions = ["camera"] if allowed else []
        context = launched.new_context(base_url=site.url, locale="fr-FR", permissions=permissions)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto("/verify/")
        page.get_by_role("button", name="Ouvrir l’appareil photo").wait_for()
        yield page
    finally:
        launched.close()


def filmed(folder: Path, *frames: Image.Image) -> tuple[str, str]:
    """Return the flags of a browser whose camera plays these frames again and again."""
    file = folder / "camera.y4m"
    pictures.film(frames, file)
    return FAKE, f"--use-file-for-fake-video-capture={file}"


def open_camera(page: Page) -> None:
    page.get_by_role("button", name="Ouvrir l’appareil photo").click()


def assert_other_ways_stay(page: Page, site: Running, folder: Path) -> None:
    """Assert that an image and a pasted text still get their verdicts."""
    text = sealed_text(site)
    picture = folder / "code.png"
    pictures.code(text).save(picture)
    page.locator("#image").set_input_files(picture)
    assert page.locator(".verdict h1").inner_text() == "SCELLÉE"
    page.get_by_role("button", name="Contrôler une autre attestation").click()
    page.locator("#text").fill(text)
    page.get_by_role("button", name="Contrôler", exact=True).click()
    assert page.locator(".verdict h1").inner_text() == "SCELLÉE"


@pytest.mark.parametrize(
    "seen",
    [
        lambda code: code,
        pictures.aslant,
        pictures.DEGRADED["badly"],
        # Only a sharpened frame shows what it says.
        pictures.blurred(0.55),
    ],
    ids=["straight", "aslant", "badly", "out of focus"],
)
def test_a_code_before_the_camera_gets_its_verdict(
    playwright: Playwright, site: Running, tmp_path: Path, seen: Callable[[Image.Image], Image.Image]
) -> None:
    code = seen(pictures.code(sealed_text(site)))
    with officer(playwright, site, *filmed(tmp_path, ROOM, ROOM, *[code] * 8)) as page:
        open_camera(page)
        assert page.locator(".verdict h1").inner_text() == "SCELLÉE"
        assert page.locator("video").count() == 0
        # The light beside the lens goes out with the verdict.
        page.get_by_role("button", name="Contrôler une autre attestation").click()
        expect(page.locator("video")).to_be_hidden()


def test_a_camera_that_sees_no_code_goes_on_until_it_is_closed(
    playwright: Playwright, site: Running, tmp_path: Path
) -> None:
    with officer(playwright, site, *filmed(tmp_path, ROOM)) as page:
        open_camera(page)
        wait_for("the picture", lambda: page.evaluate("document.querySelector('video').currentTime > 1"))
        page.evaluate("window.track = document.querySelector('video').srcObject.getTracks()[0]")
        page.get_by_role("button", name="Fermer l’appareil photo").click()
        assert page.evaluate("window.track.readyState") == "ended"
        expect(page.locator("video")).to_be_hidden()
        assert page.locator(".fault").inner_text() == ""
        open_camera(page)
        page.get_by_role("button", name="Fermer l’appareil photo").wait_for()
        assert_other_ways_stay(page, site, tmp_path)


@pytest.mark.parametrize(
    ("flags", "allowed", "words"),
    [
        ((FAKE,), False, "L’appareil photo n’est pas permis."),
        ((f"{FAKE}=device-count=0",), True, "Aucun appareil photo ici."),
    ],
    ids=["denied", "absent"],
)
def test_without_a_camera_it_says_why_and_the_other_ways_stay(
    playwright: Playwright, site: Running, tmp_path: Path, flags: tuple[str, ...], allowed: bool, words: str
) -> None:
    with officer(playwright, site, *flags, allowed=allowed) as page:
        open_camera(page)
        page.get_by_text(words).wait_for()
        expect(page.get_by_role("button", name="Ouvrir l’appareil photo")).to_be_enabled()
        assert_other_ways_stay(page, site, tmp_path)


def test_a_camera_that_goes_while_it_runs_is_told(playwright: Playwright, site: Running, tmp_path: Path) -> None:
    with officer(playwright, site, *filmed(tmp_path, ROOM)) as page:
        open_camera(page)
        wait_for("the picture", lambda: page.evaluate("document.querySelector('video').currentTime > 0.5"))
        for process in camera_processes():
            os.kill(process, signal.SIGKILL)
        page.get_by_text("L’appareil photo s’est arrêté ou a été débranché.").wait_for()
        expect(page.locator("video")).to_be_hidden()
        assert_other_ways_stay(page, site, tmp_path)


def camera_processes() -> list[int]:
    """Return the processes of our own browsers that hold a camera: without them it is gone, as when it is unplugged."""

    def look() -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or not is_ours(int(entry.name)):
                continue
            with suppress(OSError):  # It may have ended since it was listed.
                if b"video_capture.mojom.VideoCaptureService" in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
        return found

    return wait_for("the process that holds the camera", look)


def is_ours(process: int) -> bool:
    """Tell whether a process comes from this one."""
    while process > 1:
        if process == os.getpid():
            return True
        try:
            process = int((Path("/proc") / str(process) / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            return False
    return False
