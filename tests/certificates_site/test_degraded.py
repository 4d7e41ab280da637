"""Codes that were photographed badly, sent by messengers or partly hidden: read by the page and by another reader."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from entraide.certificates.api import from_text
from tests.browsing import PATIENCE_MS
from tests.certificates import pictures
from tests.certificates_site.conftest import Running
from tests.certificates_site.sealing import made, sealed_text
from tests.certificates_site.visits import fill_in, make_sealed

pytestmark = pytest.mark.browser
# What another reader gives up on: the page reads it from the sharpened picture.
WORSE = {"out of focus": pictures.blurred(0.55)}


@pytest.fixture(scope="module")
def verifier(browser: Browser, site: Running) -> Iterator[Page]:
    """The page that checks, without a detector of the browser's own, so that the site's reader is what reads."""
    context = browser.new_context(base_url=site.url, locale="fr-FR")
    context.add_init_script("delete window.BarcodeDetector")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def shown(browser: Browser, site: Running) -> Iterator[tuple[str, Image.Image]]:
    """What the page that makes certificates shows: the text of a code, and the picture on the screen."""
    context = browser.new_context(
        base_url=site.url, locale="fr-FR", viewport={"width": 390, "height": 844}, device_scale_factor=2
    )
    page = context.new_page()
    fill_in(page)
    text = make_sealed(page)
    picture = page.locator(".certificate .code .qr").first.screenshot()
    yield text, Image.open(BytesIO(picture)).convert("L")
    context.close()


def verdict_on(page: Page, picture: Path) -> str:
    """Return the verdict on a picture that an officer chooses."""
    page.goto("/verify/")
    page.locator("#image").set_input_files(picture)
    return page.locator(".verdict h1").inner_text()


@pytest.mark.parametrize("name", [*pictures.DEGRADED, *WORSE])
def test_the_page_reads_a_degraded_picture(name: str, verifier: Page, site: Running, tmp_path: Path) -> None:
    degrade = {**pictures.DEGRADED, **WORSE}[name]
    picture = tmp_path / "photo.png"
    degrade(pictures.code(sealed_text(site))).save(picture)
    # The verdict is that of the whole text: one letter read wrongly would be an altered certificate.
    assert verdict_on(verifier, picture) == "SCELLÉE"


@pytest.mark.parametrize("ending", ["jpg", "webp", "gif", "bmp"])
def test_every_kind_of_picture_is_read(ending: str, verifier: Page, site: Running, tmp_path: Path) -> None:
    picture = tmp_path / f"photo.{ending}"
    pictures.code(sealed_text(site)).save(picture)
    assert verdict_on(verifier, picture) == "SCELLÉE"


def test_a_large_photo_and_one_with_another_code_beside_ours_are_read(
    verifier: Page, site: Running, tmp_path: Path
) -> None:
    code = pictures.code(sealed_text(site)).resize((800, 800))
    photo = Image.new("L", (4000, 3000), pictures.TABLE)
    photo.paste(pictures.code("HTTPS://EXAMPLE.ORG/MENU").resize((600, 600)), (300, 300))
    photo.paste(code, (2600, 1700))
    photo.save(tmp_path / "photo.png")
    assert verdict_on(verifier, tmp_path / "photo.png") == "SCELLÉE"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "n’est pas une image"),
        (b"%PDF-1.7 not a picture", "n’est pas une image"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "n’est pas une image"),
        (None, "Aucun code QR n’a été trouvé"),
    ],
)
def test_a_file_without_a_code_is_told_and_another_can_be_chosen(
    content: bytes | None, words: str, verifier: Page, site: Running, tmp_path: Path
) -> None:
    wrong, right = tmp_path / "wrong.png", tmp_path / "right.png"
    if content is None:
        Image.new("L", (300, 300), 200).save(wrong)
    else:
        wrong.write_bytes(content)
    pictures.code(sealed_text(site)).save(right)
    verifier.goto("/verify/")
    for _ in range(2):
        verifier.locator("#image").set_input_files(wrong)
        verifier.get_by_text(words).wait_for()
    verifier.locator("#image").set_input_files(right)
    assert verifier.locator(".verdict h1").inner_text() == "SCELLÉE"


@pytest.mark.parametrize("name", pictures.DEGRADED)
def test_another_reader_reads_what_the_page_shows_and_what_the_command_line_prints(
    name: str, shown: tuple[str, Image.Image], site: Running
) -> None:
    text, picture = shown
    scale = picture.width / pictures.code(text).width
    # As large as the degradations expect a code to be: so many pixels a module.
    fitted = picture.resize((round(picture.width / scale),) * 2, Image.Resampling.LANCZOS)
    printed = made("--seal", site.url)
    for code, said in ((fitted, text), (pictures.code(printed, level="q"), printed)):
        assert pictures.read(pictures.DEGRADED[name](code)) == [said]
        assert from_text(said).seal
