"""Looking at a page as everyone may see it: narrow and wide, light and dark, and with the eyes of axe-core."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.journeys.node import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What else a scheme or a width changes: all other rules read what stands in the page, which is the same.
OF_LOOKS = ["color-contrast", "target-size"]
LOOKS = ((1280, "light", True), (1280, "dark", False), (390, "dark", True), (390, "light", False))
# The narrowest phone, and a window of 1280 at a zoom of 200 %, which lays the page out on half of it.
NARROW = (320, 640)
# By how much the page is too wide, and the innermost of what stands out; nothing when it fits.
OVERFLOW = """() => {
    const page = document.documentElement, most = page.scrollWidth - page.clientWidth;
    if (most <= 0) return "";
    const out = [...document.body.querySelectorAll("*")].filter((each) => {
        return each.getBoundingClientRect().right > page.clientWidth + 0.5;
    });
    return `${most} px too wide: ${out.at(-1)?.outerHTML.slice(0, 120)}`;
}"""
# A button's colour changes over a moment; what is looked at is what it comes to. What is folded away stands still until
# it is opened, and would be waited for without an end.
AT_REST = """Promise.allSettled(document.getAnimations().filter((each) => each.effect.target.checkVisibility())
    .map((each) => each.finished)).then(() => null)"""
RUN = """async (only) => (await axe.run(document, {runOnly: only, resultTypes: ["violations"]})).violations
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`)"""


@contextmanager
def overheard(page: Page, *, status: int = 200) -> Iterator[list[str]]:
    """Collect what the console calls an error, what the policy blocks, and requests that leave the site."""
    told: list[str] = []
    home: list[str] = []

    def hear(message: Any) -> None:
        # The browser reports the page's own status too; one that was asked for is no fault.
        expected = status >= 400 and f"status of {status}" in message.text
        if message.type in ("error", "warning") and not expected:
            told.append(f"console: {message.text}")

    def watch(request: Any) -> None:
        address = urlsplit(request.url)
        home.append(address.netloc)
        if address.scheme not in ("data", "blob") and address.netloc != home[0]:
            told.append(f"asks another site: {request.url}")

    def fail(error: Any) -> None:
        told.append(f"script: {error}")

    page.on("console", hear)
    page.on("request", watch)
    page.on("pageerror", fail)
    try:
        yield told
    finally:
        page.remove_listener("console", hear)
        page.remove_listener("request", watch)
        page.remove_listener("pageerror", fail)


def faults_seen(page: Page) -> list[str]:
    """Return what is wrong with the page that is open, at each width and in each scheme."""
    faults = []
    # The content security policy keeps axe-core out of the page; the debugging protocol puts it in.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for width, scheme, whole in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.evaluate(AT_REST)
        only = {"type": "tag", "values": TAGS} if whole else {"type": "rule", "values": OF_LOOKS}
        faults += [f"{width} px, {scheme}: {fault}" for fault in page.evaluate(RUN, only)]
        if overflow := page.evaluate(OVERFLOW):
            faults.append(f"{width} px, {scheme}: {overflow}")
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 900})
        if overflow := page.evaluate(OVERFLOW):
            faults.append(f"{width} px: {overflow}")
    return faults
