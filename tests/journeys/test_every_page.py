"""Every page, as whom it is for: axe-core finds nothing, nothing overflows, no error, no request to another site."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright

from entraide.accounts.api import Role
from tests.browsing import PATIENCE_MS
from tests.journeys import pages
from tests.journeys.conftest import SignedIn
from tests.journeys.looking import faults_seen, overheard
from tests.journeys.node import Node
from tests.journeys.steps import sign_up_by_program
from tests.sweep.routes import named_routes

pytestmark = pytest.mark.browser
Addresses = Callable[[pages.Visitor], dict[str, str]]
Seats = Callable[[pages.Visitor], Page]
LISTED = [(visitor, name) for visitor, names in pages.PAGES.items() for name in names]
WELCOME = re.compile(r"https?://\S+(/account/welcome/\S+)")
INVITATION = re.compile(r"https?://\S+(/invitation/\S+)")


@pytest.fixture(scope="module")
def seats(browser: Browser, node: Node, signed_in: SignedIn) -> Iterator[Seats]:
    """Return a browser's page for each visitor, opened once."""
    opened: dict[pages.Visitor, Page] = {}

    def seat(visitor: pages.Visitor) -> Page:
        if visitor not in opened:
            state = None if visitor == pages.ANYONE else signed_in(_role(visitor))
            context = browser.new_context(base_url=node.url, locale="fr-FR", storage_state=state)
            context.set_default_timeout(PATIENCE_MS)
            opened[visitor] = context.new_page()
        return opened[visitor]

    yield seat
    for page in opened.values():
        page.context.close()


@pytest.fixture(scope="module")
def addresses(playwright: Playwright, node: Node, signed_in: SignedIn) -> Addresses:
    """Return the addresses that each visitor reaches by links, looked for once."""
    found: dict[pages.Visitor, dict[str, str]] = {}

    def reached(visitor: pages.Visitor) -> dict[str, str]:
        if visitor not in found:
            state = None if visitor == pages.ANYONE else signed_in(_role(visitor))
            request = playwright.request.new_context(base_url=node.url, storage_state=state)
            found[visitor] = pages.pages_reached(request, start="/fr/" if visitor == pages.ANYONE else "/fr/me/")
            request.dispose()
        return found[visitor]

    return reached


def _role(visitor: pages.Visitor) -> Role | None:
    return visitor if isinstance(visitor, Role) else None


def test_every_named_route_is_listed_once() -> None:
    listed = [name for _, name in LISTED] + [*pages.UNLINKED, *pages.LOOKED_AT_WHERE_THEY_COME]
    listed += [name for names in pages.NO_PAGES.values() for name in names]
    known = {route.name for route in named_routes() if not route.name.startswith(pages.FOR_PROGRAMS)}
    assert sorted(listed) == sorted(known)


@pytest.mark.parametrize(("visitor", "name"), LISTED, ids=[f"{name} as {visitor}" for visitor, name in LISTED])
def test_a_page_is_sound(visitor: pages.Visitor, name: str, seats: Seats, addresses: Addresses) -> None:
    assert name in addresses(visitor), f"no link leads {visitor} to {name}"
    look_at(seats(visitor), addresses(visitor)[name])


@pytest.mark.parametrize("name", pages.UNLINKED)
def test_a_page_without_a_link_is_sound(name: str, seats: Seats) -> None:
    visitor, path, status = pages.UNLINKED[name]
    look_at(seats(visitor), path, status=status)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/fr/nothing/", 404), ("/fr/operator/", 403), ("/fr/missions/?page=x", 200), ("/fr/account/welcome/x/", 410)],
)
def test_what_is_said_instead_of_a_page_is_sound(path: str, status: int, seats: Seats) -> None:
    look_at(seats(pages.VOLUNTEER if status == 403 else pages.ANYONE), path, status=status)


def look_at(page: Page, path: str, *, status: int = 200) -> None:
    """Open a page and assert that it is sound."""
    with overheard(page, status=status) as told:
        answer = page.goto(path, wait_until="load")
        assert answer
        assert answer.status == status
        assert page.url.endswith(path), "it led elsewhere"
        assert "\n".join([*faults_seen(page), *told]) == ""


def test_the_page_for_the_code(browser: Browser, node: Node) -> None:
    page = browser.new_page(base_url=node.url, locale="fr-FR")
    with overheard(page) as told:
        page.goto("/fr/account/login/")
        page.locator("main input[type=email]").fill("nobody@example.org")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/account/login/code/confirm/")
        assert "\n".join([*faults_seen(page), *told]) == ""
    page.close()


def test_the_page_of_the_first_link(browser: Browser, node: Node) -> None:
    page = browser.new_page(base_url=node.url, locale="fr-FR")
    address = "first-link@example.org"
    wish = {"email": address, "first_name": "Ada", "last_name": "Byron", "birth_date": "1990-12-10",
            "postcode": "67000", "consent": True, "locale": "fr"}  # fmt: skip
    sign_up_by_program(page.request, wish)
    link = WELCOME.search(node.next_mail(to=address, seen=0, containing="/account/welcome/"))
    assert link
    look_at(page, f"/fr{link[1]}")
    page.close()


def test_words_longer_than_a_phone_is_wide_are_broken(seats: Seats, addresses: Addresses, node: Node) -> None:
    address = f"{'w' * 60}@{'m' * 60}.example.org"
    operator = seats(Role.OPERATOR)
    wish = {"email": address, "first_name": "W" * 60, "last_name": "M" * 60, "birth_date": "1990-12-10",
            "postcode": "67000", "consent": True, "locale": "fr"}  # fmt: skip
    sign_up_by_program(operator.request, wish)
    node.next_mail(to=address, seen=0, containing="/account/welcome/")
    found = f"{urlsplit(addresses(Role.OPERATOR)['accounts:people']).path}?q={address}"
    look_at(operator, found)
    person = operator.locator("main a", has_text="W" * 60).first.get_attribute("href")
    assert person
    look_at(operator, person)
    # The journal names people too, at its beginning and on the first page.
    look_at(operator, addresses(Role.OPERATOR)["pages:operator-journal"])
    look_at(operator, addresses(Role.OPERATOR)["pages:operator"])


def test_the_page_of_an_invitation(seats: Seats, addresses: Addresses, node: Node) -> None:
    address = "invited@example.org"
    manager = seats(Role.ORGANISATION_MANAGER)
    manager.goto(addresses(Role.ORGANISATION_MANAGER)["accounts:members"])
    manager.locator("main input[type=email]").fill(address)
    manager.locator("main form:has(input[type=email]) button[type=submit]").click()
    link = INVITATION.search(node.next_mail(to=address, seen=0, containing="/invitation/"))
    assert link
    look_at(seats(pages.ANYONE), f"/fr{link[1]}")


def test_the_page_of_a_mail(seats: Seats) -> None:
    page = seats(pages.ANYONE)
    page.goto("/dev/mail/")
    path = page.locator("main a[href^='/dev/mail/']").first.get_attribute("href")
    assert path
    look_at(page, path)
