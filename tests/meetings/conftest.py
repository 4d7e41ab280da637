"""What the tests of meetings begin with."""

import pytest

from entraide.meetings.models import Pool
from tests.meetings.situations import pool_named
from tests.windows import windows_begin_now

__all__ = ["windows_begin_now"]


@pytest.fixture
def pool() -> Pool:
    """The pool that everybody shares."""
    return pool_named("public")
