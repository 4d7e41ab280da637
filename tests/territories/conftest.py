"""The whole table of territories, loaded once for the tests of a module and gone after it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from entraide.territories import loading


@pytest.fixture(scope="module")
def france(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Every commune of the committed table, outside the transaction of a test."""
    with django_db_blocker.unblock():
        loading.load(now=datetime(2026, 4, 15, 8, 30, tzinfo=UTC))
        yield
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE territories_region, territories_epci, territories_loadededition CASCADE")
