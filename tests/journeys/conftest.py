"""The node, the browser and its pages, for journeys."""

import os
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, StorageState
from psycopg import sql

from entraide.accounts.api import Role
from entraide.accounts.rules import ORGANISATION_ROLES
from entraide.pages.demo.accounts import account_of
from tests.browsing import PATIENCE_MS
from tests.journeys.node import ROOT, Node, running
from tests.journeys.steps import sign_in

SignedIn = Callable[[Role | None], StorageState]


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node of its own for this test process."""
    if not (ROOT / "var" / "assets").is_dir():
        pytest.fail("the assets are not built: run bin/build assets")
    base = settings.DATABASES["default"]
    name = f"journeys_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    place = {"user": base["USER"], "password": base["PASSWORD"], "host": base["HOST"], "port": base["PORT"]}
    conninfo = psycopg.conninfo.make_conninfo("", **{key: value for key, value in place.items() if value})
    with psycopg.connect(conninfo, dbname="postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            with running(database_url=_url(place, name), var_dir=tmp_path_factory.mktemp("var")) as started:
                yield started
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _url(place: dict[str, str], name: str) -> str:
    query = "&".join(f"{key}={value}" for key, value in place.items() if value)
    return f"postgresql:///{name}?{query}"


@pytest.fixture(scope="session")
def signed_in(browser: Browser, node: Node) -> SignedIn:
    """Return the cookies of a demo account that acts in its role: each signs in once, since codes are bounded."""
    states: dict[Role | None, StorageState] = {}

    def state_of(role: Role | None) -> StorageState:
        if role not in states:
            context = browser.new_context(base_url=node.url, locale="en-GB")
            page = context.new_page()
            sign_in(page, node, account_of(role).address, then="/en/me/roles/")
            # Who manages an organisation acts for it from the start; the others choose.
            if role not in (None, *ORGANISATION_ROLES):
                with page.expect_navigation():
                    page.get_by_role("button", name="Act in this role").click()
            states[role] = context.storage_state()
            context.close()
        return states[role]

    return state_of


@pytest.fixture
def open_page(browser: Browser, node: Node) -> Iterator[Callable[..., Page]]:
    """Open a page of the node as a new visitor. Whatever its console calls an error fails the test at the end."""
    contexts, complaints = [], []

    def open_(
        *,
        javascript: bool = True,
        width: int = 1280,
        scheme: str = "light",
        locale: str = "fr-FR",
        state: StorageState | None = None,
    ) -> Page:
        context = browser.new_context(
            base_url=node.url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=locale,
            storage_state=state,
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_
    for context in contexts:
        context.close()
    # A 4xx that a journey provokes on purpose is reported by the browser too; it is no fault of the page.
    assert [text for text in complaints if "Failed to load resource" not in text] == []
