"""What the look at every page would find: a page that has each of the faults shows that none is overlooked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.journeys.looking import faults_seen, overheard

pytestmark = pytest.mark.browser
HOME = "http://localhost:1/"
POLICY = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "style-src 'self'"}
HEAD = '<!doctype html><html lang="en"><head><title>A page</title>{}</head><body><main><h1>A page</h1>{}</main></body>'


@pytest.fixture
def look(browser: Browser) -> Callable[[str, str], str]:
    """Show a page made of a head and a body, and return all that is found."""

    def look(head: str, body: str) -> str:
        page: Page = browser.new_page()

        def answer(route: Route) -> None:
            is_page = route.request.url == HOME
            route.fulfill(status=200, headers=POLICY, body=HEAD.format(head, body) if is_page else "")

        page.route("**/*", answer)
        with overheard(page) as told:
            page.goto(HOME)
            found = "\n".join([*faults_seen(page), *told])
        page.close()
        return found

    return look


def test_a_sound_page_has_no_faults(look: Callable[[str, str], str]) -> None:
    assert look("", "<p>Sound.</p>") == ""


@pytest.mark.parametrize(
    ("head", "body", "found"),
    [
        ("", "<img src='/a.png'>", "image-alt"),
        ("<link rel=stylesheet href='https://elsewhere.example/a.css'>", "", "asks another site: https://elsewhere"),
        ("<style>p { color: red }</style>", "", "Content Security Policy"),
        ("<script>throw new Error('broken')</script>", "", "script: broken"),
        ("<script>console.error('oh')</script>", "", "console: oh"),
        ("", "<hr width=2000>", "390 px, light: "),
        ("", "<hr width=350>", "320 px: "),
        ("", "<p><font color='#bbbbbb'>Pale</font></p>", "color-contrast"),
    ],
)
def test_a_fault_is_found(look: Callable[[str, str], str], head: str, body: str, found: str) -> None:
    assert found in look(head, body)
