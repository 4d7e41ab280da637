"""Runs a read that is written as SQL, for pages that a crowd asks for; see `queries.search` for what that saves."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def rows(text: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a query whose text holds constants alone; values are given by name."""
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def rows_of_each(texts: Sequence[str], parameters: Mapping[str, Any]) -> list[list[tuple[Any, ...]]]:
    """Return the rows of each of several queries, sent and answered in one round trip."""
    with connection.cursor() as cursor:
        cursor.execute(";".join(texts), parameters)
        found: list[list[tuple[Any, ...]]] = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())
    return found
