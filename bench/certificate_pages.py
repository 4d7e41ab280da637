"""The certificates' pages in Chromium: what a visit transfers, from the tap to the code, from a picture to the verdict.

The slow-down is Chromium's own, of the page's main thread. Seals come over the loopback: no network is in the figures.
"""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench import certificate_site
from bench.lane import say
from bench.report import Figure, Side
from tests.browsing import CHROMIUM, FLAGS

SLOWER = 6
TEXTS = {
    "given_name": "Anne-Françoise", "family_name": "Lefèvre-Nguyễn", "birth_date": "1984-07-14",
    "address": "12 bis rue du Général de Gaulle, Bât. C", "postcode": "93200", "city": "Saint-Denis",
    "mission": "Porter des repas", "organisation": "Association d’essai", "place": "Gymnase des Tests",
}  # fmt: skip
# From an event until the frame with what it brought was handed over: a task after the callback before that frame.
WATCH = """([event, target]) => {
    window.measured = new Promise((resolve) => {
        let begun = null;
        document.addEventListener(event, (seen) => { begun ??= seen.timeStamp; }, { capture: true, once: true });
        const look = () => {
            if (begun === null || !document.querySelector(target)) return;
            watcher.disconnect();
            requestAnimationFrame(() => {
                const { port1, port2 } = new MessageChannel();
                port1.onmessage = () => resolve(performance.now() - begun);
                port2.postMessage(null);
            });
        };
        const watcher = new MutationObserver(look);
        watcher.observe(document.body, { childList: true, subtree: true });
    });
}"""

CONTROLLED = """() => new Promise((resolve) => {
    const look = () => { if (navigator.serviceWorker.controller) resolve(null); };
    navigator.serviceWorker.addEventListener("controllerchange", look);
    look();
})"""


@dataclass(frozen=True, slots=True)
class Spent:
    """What each round took, in milliseconds."""

    sealed: list[float]
    offline: list[float]
    verdict: list[float]
    slow_verdict: list[float]
    pdf: list[float]


def figures(*, rounds: int) -> Iterator[Figure]:
    """Measure the pages of a site that is built and served for this."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with ExitStack() as serving:
            address = serving.enter_context(certificate_site.served(folder))
            transferred = _transferred(browser, address)
            spent = _times(browser, address, serving, folder, rounds)
        browser.close()
    yield Figure("make page transferred, without PDF", transferred / 1000, "kB", Side.AT_MOST, 45)
    yield from _figure(f"tap to QR, sealed, {SLOWER} × slower", spent.sealed, 600)
    yield from _figure(f"tap to QR, offline, {SLOWER} × slower", spent.offline, 400)
    yield from _figure("picture to verdict on the verify page", spent.verdict, 150)
    yield from _figure(f"  the same, {SLOWER} × slower", spent.slow_verdict, None)
    yield Figure(f"tap to PDF, the first time, {SLOWER} × slower", spent.pdf[0], "ms")
    yield Figure("  later", statistics.median(spent.pdf[1:]), "ms")


def _figure(name: str, spent: list[float], bound: float | None) -> Iterator[Figure]:
    yield Figure(name, statistics.median(spent), "ms", Side.AT_MOST, bound)
    yield Figure("  slowest round", max(spent), "ms")


def _transferred(browser: Browser, address: str) -> int:
    """Return the bytes that a first visit brings, headers included, until the forms are there."""
    page = browser.new_page(base_url=address, locale="fr-FR")
    sizes: list[int] = []
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto("/", wait_until="load")
    page.get_by_role("button", name="mission").wait_for()
    page.close()
    return sum(sizes)


def _times(browser: Browser, address: str, serving: ExitStack, folder: Path, rounds: int) -> Spent:
    context = browser.new_context(base_url=address, locale="fr-FR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto("/")
    page.evaluate(CONTROLLED)
    pictures, sealed, pdf = folder / "frame.png", [], []
    for number in range(rounds + 1):
        say(f"pages, round {number} of {rounds}: sealed")
        sealed.append(_made(page, is_sealed=True))
        if number <= 2:
            pdf.append(_printed(page))
    page.set_viewport_size({"width": 1280, "height": 720})
    page.locator(".certificate .code .qr").first.scroll_into_view_if_needed()
    page.screenshot(path=pictures)
    checking = context.new_page()
    verdict = [_checked(checking, pictures, slower=1) for _ in range(rounds + 1)]
    slow_verdict = [_checked(checking, pictures, slower=SLOWER) for _ in range(rounds + 1)]
    # Chromium draws a page behind another once a second.
    checking.close()
    page.bring_to_front()
    page.set_viewport_size({"width": 390, "height": 844})
    serving.close()
    offline = []
    for number in range(rounds + 1):
        say(f"pages, round {number} of {rounds}: offline")
        offline.append(_made(page, is_sealed=False))
    context.close()
    # The first of each warms up what a phone has warm too: the script is compiled, the database open.
    return Spent(sealed[1:], offline[1:], verdict[1:], slow_verdict[1:], pdf)


def _made(page: Page, *, is_sealed: bool) -> float:
    """Fill the form in at full speed, tap at a slow phone's; return what it took until the code stood there."""
    page.goto("/")
    page.get_by_role("button", name="mission").first.click()
    for name, text in TEXTS.items():
        page.locator(f"#field-{name}").fill(text)
    later = datetime.now().astimezone() + timedelta(hours=3)
    page.locator("#field-return_at").fill(later.strftime("%Y-%m-%dT%H:%M"))
    page.locator("input[name=reasons]").first.check()
    page.evaluate(WATCH, ["click", ".certificate .qr"])
    client = page.context.new_cdp_session(page)
    client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.get_by_role("button", name="Créer l’attestation").click()
    spent = float(page.evaluate("window.measured"))
    client.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    if page.locator(".certificate.is-sealed").count() != is_sealed:
        raise SystemExit(f"the certificate of the benchmark is{'' if is_sealed else ' not'} unsealed")
    return spent


def _printed(page: Page) -> float:
    """Save a PDF at the speed of a slow phone and return what it took."""
    client = page.context.new_cdp_session(page)
    client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    button = page.get_by_role("button", name="Enregistrer en PDF")
    page.evaluate("""() => {
        window.measured = new Promise((resolve) => {
            const made = URL.createObjectURL;
            let begun = null;
            document.addEventListener("click", (seen) => { begun ??= seen.timeStamp; }, { capture: true, once: true });
            URL.createObjectURL = (blob) => { resolve(performance.now() - begun); return made.call(URL, blob); };
        });
    }""")
    with page.expect_download():
        button.click()
    spent = float(page.evaluate("window.measured"))
    client.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return spent


def _checked(page: Page, picture: Path, *, slower: int) -> float:
    """Give the verify page a picture of a camera's size; return what it took until the verdict stood there."""
    page.goto("/verify/")
    page.locator("#image").wait_for()
    page.evaluate(WATCH, ["change", ".verdict"])
    client = page.context.new_cdp_session(page)
    client.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.locator("#image").set_input_files(picture)
    spent = float(page.evaluate("window.measured"))
    client.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    if "SCELL" not in page.locator(".verdict h1").inner_text():
        raise SystemExit("the certificate of the benchmark is not sealed")
    return spent
