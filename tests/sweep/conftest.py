"""One ground for all the tests of a file: whatever they try on it is taken back at once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.sweep.ground import Ground, ground
from tests.sweep.trying import Trial


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ground]:
    """The situation, in a transaction that is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield ground()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def trial(scene: Ground) -> Trial:
    """What sends requests on that ground."""
    return Trial()
