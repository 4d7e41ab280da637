"""Appending acknowledged sign-ups to the inbox, for those that came through another log."""

from collections.abc import Sequence
from typing import LiteralString

from django.db import connection, transaction

from entraide.volunteering.rules.signup_log import Entry

APPEND_SQL: LiteralString = "COPY volunteering_signup (receipt, received_at, payload) FROM STDIN"


def append_signups(entries: Sequence[Entry]) -> None:
    """Commit the entries together and wake the drain. One that is there already is there twice; that is harmless.

    Raises django.db.Error; then none is there.
    """
    if not entries:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        # Django does not translate the errors of a COPY by itself.
        with connection.wrap_database_errors, cursor.copy(APPEND_SQL) as copy:
            for entry in entries:
                copy.write_row((entry.receipt, entry.received_at, entry.payload.decode()))
        cursor.execute("NOTIFY entraide_signup")
