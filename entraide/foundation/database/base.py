"""The connection to the database that Django's settings name by this package."""

import select
import time
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Connection

# A connection that was silent for longer is asked with a query: what stands between may have forgotten it.
SILENT_SECONDS = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at a connection's socket before a request, where Django asks it `SELECT 1`.

    A server that ends a connection says so on its socket, even when it is killed. So a page that asks once makes one
    round trip, not two.
    """

    health_check_done: bool
    _used_at = float("-inf")

    def close_if_health_check_failed(self) -> None:
        """Close the connection if it does not work any more."""
        if self.connection is not None and not self.health_check_done:
            is_recent = time.monotonic() - self._used_at < SILENT_SECONDS
            self.health_check_done = is_recent and not self.connection.closed and not _is_spoken_to(self.connection)
        super().close_if_health_check_failed()

    def close_if_unusable_or_obsolete(self) -> None:
        """Do what ends a request, and keep in mind when that was."""
        # Django calls this before a request too, when it has not been used for this one yet.
        if self.health_check_done:
            self._used_at = time.monotonic()
        super().close_if_unusable_or_obsolete()


def _is_spoken_to(connection: Connection[Any]) -> bool:
    """Tell whether the server said something that nobody asked for: that it goes, most likely."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
