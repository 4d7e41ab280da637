"""Runs a read that is written as SQL, for pages that a crowd asks for; see `queries.search` for what that saves."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

# A mission's ages and, where one comes in person, those of its crisis while it lasts: `m` and `cr` in the query.
AGES = "greatest(m.age_min, cr.age_min), least(m.age_max, cr.age_max)"
WITH_CRISIS = "LEFT JOIN crises_crisis cr ON cr.id = m.crisis_id AND cr.level <> 'closed' AND m.mode <> 'remote'"


def constants(words: Iterable[str]) -> str:
    """Return words of our own as an array that stands in a query: as values the driver would write them each time."""
    known = [str(word) for word in words]
    if not all(word.isidentifier() and word.isascii() for word in known):
        raise ValueError(f"not all of these are plain words: {known}")
    return f"'{{{','.join(known)}}}'"


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
