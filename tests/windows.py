"""Windows of bounds that begin with a test: none of them ends between two of its requests, whatever the time of day."""

import time
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def windows_begin_now(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let windows begin when the test does."""
    began = int(time.time())
    monkeypatch.setattr(
        "entraide.guard.actions.window_start",
        lambda moment, seconds: (moment - began) // seconds * seconds + began,
    )
    yield
