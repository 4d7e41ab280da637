"""Inserts or changes many rows of a table with one statement that carries one document.

`bulk_create` builds an expression, a placeholder and a parameter for every value: it was two thirds of what the drain
of the sign-ups took, measured; `bulk_update` builds a case of all rows for every column. Here PostgreSQL takes the
values out of a JSON document itself.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault
from psycopg import sql

_INSERT = sql.SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)")
_OR_LEAVE = sql.SQL(" ON CONFLICT DO NOTHING")
_UPDATE = sql.SQL(
    "UPDATE {table} SET {changes} FROM json_populate_recordset(NULL::{table}, %s) AS told"
    " WHERE {table}.{key} = told.{key}"
)
_CHANGE = sql.SQL("{column} = told.{column}")


def insert_rows(rows: Iterable[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert unsaved rows of one model in the current transaction; columns that the database fills are left to it.

    With `ignore_conflicts`, a row that meets one that is there is left out. As with `bulk_create`, nothing is validated
    and no signal is sent; the rows do not learn keys that the database gives. Raises IntegrityError or DataError.
    """
    waiting = list(rows)
    if not waiting:
        return
    fields = [field for field in waiting[0]._meta.concrete_fields if _is_given(waiting[0], field)]
    columns = tuple(field.column for field in fields)
    _run(_insert(waiting[0]._meta.db_table, columns, ignore_conflicts), waiting, fields)


def update_rows(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows that are there, found by their keys. As with `bulk_update`, nothing is validated.

    Raises IntegrityError or DataError.
    """
    if not rows:
        return
    meta = rows[0]._meta
    known = {name: field for field in meta.concrete_fields for name in (field.name, field.attname)}
    fields = [known[name] for name in names]
    columns = tuple(field.column for field in fields)
    _run(_update(meta.db_table, meta.pk.column, columns), rows, [meta.pk, *fields])


def _run(statement: str, rows: Sequence[models.Model], fields: Sequence["models.Field[object, object]"]) -> None:
    document = [{field.column: getattr(row, field.attname) for field in fields} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(statement, [msgspec.json.encode(document).decode()])


def _is_given(row: models.Model, field: "models.Field[object, object]") -> bool:
    """Tell whether the row says what stands in a column, rather than the database."""
    if field.generated or (field.primary_key and row.pk is None):
        return False
    return not isinstance(getattr(row, field.attname), DatabaseDefault)


@lru_cache(maxsize=64)
def _insert(table: str, columns: tuple[str, ...], ignore_conflicts: bool) -> str:
    composed = _INSERT.format(table=sql.Identifier(table), columns=sql.SQL(", ").join(map(sql.Identifier, columns)))
    return (composed + _OR_LEAVE if ignore_conflicts else composed).as_string()


@lru_cache(maxsize=64)
def _update(table: str, key: str, columns: tuple[str, ...]) -> str:
    changes = sql.SQL(", ").join(_CHANGE.format(column=sql.Identifier(column)) for column in columns)
    return _UPDATE.format(table=sql.Identifier(table), key=sql.Identifier(key), changes=changes).as_string()
