"""Trying a request and taking it back: what it was answered, and which tables are others than before."""

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, transaction

from tests.strict_client import StrictClient
from tests.sweep.ground import HOST

# Counting what is asked for too often, and noting a session's last use, is what these two tables are for.
OWN_ACCOUNT = {"guard_bound", "django_session"}
WRITES = re.compile(r"INSERT|UPDATE |DELETE|procrastinate_")
OF_OWN_ACCOUNT = re.compile("|".join(OWN_ACCOUNT))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The status of the answer, where it leads, and the names of the tables that it changed."""

    status: int
    location: str
    changed: tuple[str, ...]

    @property
    def faults(self) -> list[str]:
        """Say what no answer may do, whatever was asked."""
        found = []
        if self.status >= 500:
            found.append(f"a fault of ours: {self.status}")
        if self.status >= 400 and self.changed:
            found.append(f"said {self.status}, yet changed {self.changed}")
        target = urlsplit(self.location)
        if self.location and (target.scheme not in ("", "http") or target.netloc not in ("", HOST)):
            found.append(f"leads away to {self.location!r}")
        return found


class Trial:
    """Sends requests on the ground, each of them as if it were the first."""

    def __init__(self) -> None:
        self._before = digest()

    def of(
        self, browser: StrictClient, method: str, path: str, rest: dict[str, Any], *, if_refused: bool = False
    ) -> Outcome:
        """Send one request and take back whatever it did; `if_refused` reads the tables after a refusal only."""
        cookies = copy.copy(browser.cookies)
        with taken_back(), _listening() as written:
            answer = browser.generic(method, path, **rest)
            looks = written and not (if_refused and answer.status_code < 400)
            after = digest() if looks else self._before
        browser.cookies = cookies
        changed = tuple(name for name in after if after[name] != self._before[name])
        return Outcome(answer.status_code, answer.headers.get("Location", ""), changed)


@contextmanager
def taken_back() -> Iterator[None]:
    """Undo what happens within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Collect the statements that may have changed something, so that the tables are read only after those."""
    written: list[str] = []

    def hear(execute: Any, sql: Any, *rest: Any) -> Any:
        text = str(sql)
        if WRITES.search(text) and not OF_OWN_ACCOUNT.search(text):
            written.append(text)
        return execute(sql, *rest)

    with connection.execute_wrapper(hear):
        yield written


def row_counts() -> dict[str, int]:
    """Return how many rows each table has."""
    return {name: int(found.partition(":")[0]) for name, found in digest().items()}


def digest() -> dict[str, str]:
    """Return, of each table, how many rows it has and a digest of their versions and contents."""
    tables = [name for name in connection.introspection.table_names() if name not in OWN_ACCOUNT]
    counts = " UNION ALL ".join(
        f"SELECT '{name}', count(*) || ':' || coalesce(sum(hashtext(t.xmin::text || t.*::text)), 0) FROM \"{name}\" t"  # noqa: S608
        for name in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())
