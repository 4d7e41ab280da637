"""Cursors survive the round trip and nothing else passes for one."""

from datetime import datetime, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.foundation.pagination import BadCursor, decode, encode


@given(
    at=st.datetimes(timezones=st.just(timezone.utc)),  # noqa: UP017 hypothesis draws from the class
    key=st.uuids(),
    number=st.integers(-(2**31), 2**31),
)
def test_a_cursor_comes_back_as_it_went(at: datetime, key: UUID, number: int) -> None:
    assert decode(encode([at, key, number]), datetime, UUID, int) == (at, key, number)


@given(text=st.text(max_size=600))
def test_garbage_is_told_apart(text: str) -> None:
    with pytest.raises(BadCursor):
        decode(text, datetime, UUID)


def test_a_cursor_of_another_list_is_told_apart() -> None:
    with pytest.raises(BadCursor):
        decode(encode(["a"]), int)
