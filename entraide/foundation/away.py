"""Whether what failed is the database being away for a moment, and not a fault of ours: it is worth asking again."""

import psycopg
from django.db import InterfaceError, OperationalError

# Connections that end or cannot be had, deadlocks, statements that took too long; and a standby that was asked to
# write, as happens in the moment when it takes over.
_AWAY = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.ReadOnlySqlTransaction,
)


def is_away(error: BaseException | None) -> bool:
    """Tell whether an error, or one that it came from, says that the database cannot be asked at the moment."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, _AWAY):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
