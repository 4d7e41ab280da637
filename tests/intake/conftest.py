"""The intake as its callers meet it: the real application, the real database, HTTP in between."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import psycopg
import pytest
from django.db import connection

from entraide.intake.application import Intake, Options

Fields = dict[str, Any]
Rows = Callable[[], Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def ada() -> Fields:
    """A sign-up with nothing wrong."""
    return {
        "email": "Ada@Example.org",
        "first_name": "Ada",
        "last_name": "Byron",
        "birth_date": "1990-12-10",
        "postcode": "67000",
        "consent": True,
        "locale": "en",
    }


@pytest.fixture
def ada_form(ada: Fields) -> Fields:
    """The same, as a form sends it."""
    return {**ada, "consent": "on"}


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The address of the test database, for whoever reaches it without Django."""
    settings = connection.settings_dict
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return "postgresql:///?" + urlencode({name: settings[key] for name, key in named.items() if settings[key]})


@pytest.fixture
async def intake(database_url: str) -> AsyncIterator[Intake]:
    """A running intake."""
    intake = Intake(Options(database_url=database_url))
    intake.start()
    yield intake
    await intake.stop()


@pytest.fixture
async def http(intake: Intake) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of the intake."""
    async with caller_of(intake) as client:
        yield client


def caller_of(intake: Intake, *, address: str = "192.0.2.1") -> httpx.AsyncClient:
    """Return a client of an application in this process, calling from an address."""
    transport = httpx.ASGITransport(app=intake, client=(address, 40000))
    return httpx.AsyncClient(transport=transport, base_url="http://intake.test")


@pytest.fixture
def rows(database_url: str) -> Rows:
    """Read what the inbox holds, as another process sees it."""

    async def read() -> list[dict[str, Any]]:
        async with await psycopg.AsyncConnection.connect(database_url) as link:
            cursor = link.cursor(row_factory=psycopg.rows.dict_row)
            await cursor.execute("SELECT * FROM volunteering_signup ORDER BY id")
            return await cursor.fetchall()

    return read
