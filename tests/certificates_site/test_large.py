"""The pages at twice the size and on the smallest phone, with what covers the screen; put on a home screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.certificates_site.conftest import Running
from tests.certificates_site.visits import NAME, check, fill_in, make, make_sealed, phone_of, wait_for_worker
from tests.journeys.looking import AT_REST, AXE, OVERFLOW, RUN, TAGS

pytestmark = pytest.mark.browser
# A window of 1,280 pixels at 200 % zoom, and at 400 %.
WIDTHS = (640, 320)
CUT = """() => [...document.querySelectorAll("dialog[open] *, main *")].filter((each) => {
    const box = each.getBoundingClientRect();
    return box.width > 0 && (box.left < -1 || box.right > innerWidth + 1);
}).map((each) => each.outerHTML.slice(0, 80))"""


def start(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="mission").wait_for()


def school(page: Page) -> None:
    page.goto("/#form=fr.ecole/1")
    page.get_by_role("button", name="Ajouter une personne").click()


def certificate(page: Page) -> None:
    fill_in(page)
    make(page)


def large_code(page: Page) -> None:
    certificate(page)
    page.get_by_role("button", name="Montrer le code QR en grand").click()
    page.locator("dialog.large .is-hidden").wait_for()
    page.get_by_role("button", name="Toucher pour afficher").click()
    page.locator("dialog.large .code:not(.is-hidden)").wait_for()


def large_print(page: Page) -> None:
    certificate(page)
    page.get_by_role("button", name="Lire en grand").click()
    assert NAME in page.locator("dialog.large .print").inner_text()


def verify(page: Page) -> None:
    page.goto("/verify/")
    page.get_by_text("Liste des clés n°").wait_for()


def sealed(page: Page) -> None:
    fill_in(page)
    assert check(page, make_sealed(page)) == "SCELLÉE"


def blank(page: Page) -> None:
    page.goto("/blank-fr.html")


def guide(page: Page) -> None:
    page.goto("/guide-fr.html")


def offer(page: Page) -> None:
    page.goto("/file-fr.html")


@pytest.mark.parametrize(
    "view", [start, school, fill_in, certificate, large_code, large_print, verify, sealed, blank, guide, offer]
)
def test_every_view_is_sound_at_twice_the_size_and_more(view: Callable[[Page], None], phone: Page) -> None:
    view(phone)
    phone.evaluate(AXE.read_text(encoding="utf-8"))
    for width in WIDTHS:
        phone.set_viewport_size({"width": width, "height": width * 9 // 16})
        phone.evaluate(AT_REST)
        assert phone.evaluate(OVERFLOW) == "", width
        assert phone.evaluate(CUT) == [], width
        assert phone.evaluate(RUN, {"type": "tag", "values": TAGS}) == [], width


def test_what_covers_the_screen_is_left_by_keyboard(phone: Page) -> None:
    for opened in (large_code, large_print):
        opened(phone)
        phone.keyboard.press("Escape")
        phone.locator("dialog.large").wait_for(state="detached")
        expect(phone.locator(".certificate")).to_be_visible()


def test_it_can_be_put_on_a_home_screen(browser: Browser, site: Running) -> None:
    context = phone_of(browser, site.url)
    page = context.new_page()
    start(page)
    wait_for_worker(page)
    client = context.new_cdp_session(page)
    said = client.send("Page.getAppManifest")
    assert said["url"] == f"{site.url}/site.webmanifest"
    assert said["errors"] == []
    # Contexts of a test are private windows, which install nothing: the one thing that stands in the way.
    errors = [each["errorId"] for each in client.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert errors in ([], ["in-incognito"])
    context.close()
