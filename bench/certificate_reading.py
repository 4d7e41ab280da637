"""A part of `bin/bench certificates`: from a frame of the officer's camera to the verdict on the page, in Chromium."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench import certificate_site
from bench.lane import say
from bench.report import Figure, Side
from entraide.certificates.api import Certificate, Declaration, commitment, to_text, write_declaration
from entraide.certificates.command.asking import SealClient
from tests.browsing import CHROMIUM, FLAGS
from tests.certificates import pictures

BOUND_MS = 150
TOOK = "performance.getEntriesByName('frame to verdict').map((each) => each.duration)"


def figures(person: Declaration, *, verdicts: int) -> Iterator[Figure]:
    """Check the same certificate again and again before a camera that plays a film of its code."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with certificate_site.served(folder) as address, _officer(folder, address, person) as page:
            took = []
            for number in range(verdicts):
                say(f"verdict {number + 1} of {verdicts} on the page that checks")
                took += _verdict(page)
    yield Figure("from a frame to the verdict, in Chromium", statistics.median(took), "ms", Side.AT_MOST, BOUND_MS)
    yield Figure("  slowest", max(took), "ms")


@contextmanager
def _officer(folder: Path, address: str, person: Declaration) -> Iterator[Page]:
    """Yield the page that checks, in a browser before whose camera a sealed certificate is held."""
    data = write_declaration(replace(person, values={**person.values, 9: int(time.time())}))
    with SealClient(address) as client:
        text = to_text(Certificate(data, client.seal(commitment(data))))
    film = folder / "camera.y4m"
    pictures.film([pictures.code(text)], film)
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *camera])
        page = browser.new_context(base_url=address, permissions=["camera"], locale="en-GB").new_page()
        page.goto("/verify/")
        yield page
        browser.close()


def _verdict(page: Page) -> list[float]:
    """Return how long one verdict took, in milliseconds. Ends the benchmark when it is not about what was shown."""
    page.evaluate("performance.clearMeasures()")
    page.get_by_role("button", name="Open the camera").click()
    word = page.locator(".verdict h1").inner_text()
    # The form of 2020 is not in force: its verdict takes the whole way, signature, form and window.
    if word != "OUT OF TIME":
        raise SystemExit(f"the verdict of the benchmark is {word}")
    found: list[float] = page.evaluate(TOOK)
    page.get_by_role("button", name="Check another certificate").click()
    return found
