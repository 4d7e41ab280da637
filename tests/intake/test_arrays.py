"""Columns reach the table as what they were, whatever the values."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from entraide.intake.arrays import Documents, Instants, Uuids, register

PARIS_IN_SUMMER = timezone(timedelta(hours=2))


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, 500])
def test_columns_arrive_row_by_row(count: int) -> None:
    ids = [uuid4() for _ in range(count)]
    instants = [datetime(2026, 4, 1, 14, 30, 5, number, tzinfo=PARIS_IN_SUMMER) for number in range(count)]
    documents = [f'{{"n": {number}, "text": "Œ «\\" \\\\"}}'.encode() for number in range(count)]
    raw = connected()
    try:
        found = raw.execute(
            "SELECT a, b, c->>'n', c->>'text' FROM unnest(%b::uuid[], %b::timestamptz[], %b::jsonb[]) AS t (a, b, c)",
            [Uuids.of(ids), Instants.of(instants), Documents.of(documents)],
        ).fetchall()
    finally:
        raw.close()
    assert found == [(ids[n], instants[n], str(n), 'Œ «" \\') for n in range(count)]


@pytest.mark.django_db
def test_a_document_that_is_no_json_is_refused() -> None:
    raw = connected()
    try:
        with pytest.raises(psycopg.DataError):
            raw.execute("SELECT %b::jsonb[]", [Documents.of([b"{"])])
    finally:
        raw.close()


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2106, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_instant_is_kept_to_the_microsecond(instant: datetime) -> None:
    column = Instants.of([instant])
    since = int.from_bytes(column[-8:], "big", signed=True)
    assert datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=since) == instant


def test_a_uuid_is_its_bytes() -> None:
    known = UUID("0192f3a4-5b6c-7d8e-9f00-112233445566")
    assert Uuids.of([known]).endswith(known.bytes)


def connected() -> "psycopg.Connection[tuple[object, ...]]":
    """Return a connection of psycopg's own to the database of the tests."""
    connection.ensure_connection()
    raw = psycopg.connect(connection.connection.info.dsn, password=connection.connection.info.password or None)
    register(raw.adapters)
    return raw
