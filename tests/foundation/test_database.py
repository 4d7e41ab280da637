"""A kept connection is looked at before each request, asked when it was silent, and replaced when it is gone."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import close_old_connections, connection

from entraide.foundation.database import base

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """What each question to the connection found: True where it still worked."""
    found: list[bool] = []
    ask = base.DatabaseWrapper.is_usable

    def is_usable(self: base.DatabaseWrapper) -> bool:
        found.append(ask(self))
        return found[-1]

    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", is_usable)
    yield found
    connection.close()


def serve() -> int:
    """Do what a request does with the database, and return the number of the server's process that answered."""
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found: int = cursor.fetchone()[0]
    close_old_connections()
    return found


def test_a_connection_in_use_is_not_asked_again(asked: list[bool]) -> None:
    connection.close()
    assert len({serve() for _ in range(5)}) == 1
    assert asked == []


def test_a_connection_that_was_silent_is_asked(asked: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    first = serve()
    monkeypatch.setattr(base, "SILENT_SECONDS", 0.0)
    assert serve() == first
    assert asked == [True]


def ended_by_the_server(pid: int, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])


def ended_here(pid: int, database_url: str) -> None:
    connection.connection.close()


@pytest.mark.parametrize("end", [ended_by_the_server, ended_here])
def test_a_connection_that_is_gone_is_replaced(
    asked: list[bool], database_url: str, end: Callable[[int, str], None]
) -> None:
    connection.close()
    first = serve()
    end(first, database_url)
    assert serve() != first
    assert asked == [False]


def test_a_connection_that_failed_is_asked_as_django_does(asked: list[bool]) -> None:
    connection.close()
    serve()
    with pytest.raises(Exception, match="no_such_table"), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")
    serve()
    assert asked == [True]
