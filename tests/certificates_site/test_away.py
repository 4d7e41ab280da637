"""Phones whose network is away: the code is there before anybody is asked, and the seal is put in wherever it shows."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page

from entraide.certificates.api import from_text
from tests.certificates import pictures
from tests.certificates_site.conftest import Running
from tests.certificates_site.visits import COUNT, choose_and_fill, come_back, fill_in, kept_text, make, wait_for_worker
from tests.journeys.node import wait_for

pytestmark = pytest.mark.browser
# Notes when the worker is asked for a seal, when an answer comes, and when a certificate is there.
NOTED = """() => {
    window.noted = [];
    const asked = ServiceWorker.prototype.postMessage;
    ServiceWorker.prototype.postMessage = function (wish, ports) {
        asked.call(this, wish, ports);
        if (wish.byteLength !== 32) return;
        window.noted.push("asked");
        window.whenAsked?.();
    };
    const { set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
    Object.defineProperty(MessagePort.prototype, "onmessage", { set(hear) {
        set.call(this, (event) => { hear(event); window.noted.push("answered"); });
    } });
    new MutationObserver(() => {
        if (document.querySelector(".certificate") && !window.noted.includes("shown")) window.noted.push("shown");
    }).observe(document, { childList: true, subtree: true });
}"""
BACK = "window.dispatchEvent(new Event('online'))"


def noted_while_making(page: Page) -> list[str]:
    """Make a certificate, and return what was noted from the tap on, in its order, once the seal was asked for."""
    page.evaluate("window.noted.length = 0")
    make(page)
    wait_for("the seal to be asked for", lambda: {"asked", "shown"} <= set(page.evaluate("window.noted")))
    return [each for each in page.evaluate("window.noted") if each != "answered"]


def read(picture: bytes) -> str:
    """Return the text of the code in a picture of the screen."""
    (text,) = pictures.read(Image.open(BytesIO(picture)))
    return text


@pytest.fixture
def watched(phone: Page) -> Page:
    """A phone that has been here, and notes the order of things."""
    phone.add_init_script(f"({NOTED})()")
    phone.goto("/")
    phone.get_by_role("button", name="mission").wait_for()
    wait_for_worker(phone)
    return phone


def test_with_a_network_the_code_comes_with_its_seal(watched: Page) -> None:
    fill_in(watched)
    assert noted_while_making(watched)[:2] == ["asked", "shown"]
    watched.locator(".certificate.is-sealed").wait_for()
    assert from_text(kept_text(watched)).seal


def test_a_phone_that_knows_that_it_has_no_network_waits_for_nobody(watched: Page) -> None:
    watched.goto("/")
    watched.context.set_offline(True)
    # The page hears of it a moment later, and some browsers forget it with the next page.
    watched.wait_for_function("() => !navigator.onLine")
    choose_and_fill(watched)
    assert noted_while_making(watched)[:2] == ["shown", "asked"]
    assert from_text(kept_text(watched)).seal is None


def test_after_one_wish_that_failed_nobody_is_waited_for_until_one_is_granted(watched: Page, site: Running) -> None:
    site.stop()
    try:
        fill_in(watched)
        assert noted_while_making(watched)[:2] == ["asked", "shown"]
        # It asks once more by itself, and not in the midst of the next.
        wait_for("it to ask again", lambda: watched.evaluate("window.noted").count("asked") == 2)
        watched.get_by_role("button", name="Refaire la même").click()
        come_back(watched)
        assert noted_while_making(watched)[:2] == ["shown", "asked"]
    finally:
        site.start()
    watched.evaluate(BACK)
    watched.locator(".certificate.is-sealed").wait_for()
    fill_in(watched)
    assert noted_while_making(watched)[:2] == ["asked", "shown"]


def test_the_seal_is_put_into_the_code_on_the_whole_screen_too(watched: Page, site: Running) -> None:
    site.stop()
    try:
        fill_in(watched)
        text = make(watched)
        watched.get_by_role("button", name="Montrer le code QR en grand").click()
        code = watched.locator("dialog.large .code")
        code.click()
        assert read(code.screenshot()) == text
    finally:
        site.start()
    watched.evaluate(BACK)
    watched.locator(".certificate.is-sealed").wait_for(state="attached")
    sealed = kept_text(watched)
    assert from_text(sealed).seal
    assert from_text(sealed).declaration == from_text(text).declaration
    assert read(code.screenshot()) == sealed


def test_the_one_on_the_screen_gets_its_seal_though_another_page_erased_it(watched: Page, site: Running) -> None:
    site.stop()
    try:
        fill_in(watched)
        make(watched)
        other = watched.context.new_page()
        other.goto("/")
        other.on("dialog", lambda dialog: dialog.accept())
        other.get_by_role("button", name="Tout effacer").click()
        other.get_by_text("Tout est effacé.").wait_for()
        other.close()
    finally:
        site.start()
    watched.evaluate(BACK)
    watched.locator(".certificate.is-sealed").wait_for()
    assert watched.evaluate(COUNT) == 0


def test_what_is_erased_while_its_seal_is_on_the_way_stays_erased(watched: Page, site: Running) -> None:
    site.stop()
    try:
        fill_in(watched)
        make(watched)
        watched.get_by_role("button", name="Faire une autre attestation").click()
        watched.get_by_role("button", name="Tout effacer").wait_for()
    finally:
        site.start()
    watched.on("dialog", lambda dialog: dialog.accept())
    watched.evaluate("""() => {
        window.noted.length = 0;
        const buttons = [...document.querySelectorAll("button")];
        window.whenAsked = () => buttons.find((each) => each.textContent.startsWith("Tout effacer")).click();
        window.dispatchEvent(new Event("online"));
    }""")
    watched.get_by_text("Tout est effacé.").wait_for()
    wait_for("the answer", lambda: "answered" in watched.evaluate("window.noted"))
    assert watched.evaluate(COUNT) == 0
