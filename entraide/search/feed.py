"""Follows the feed of changes, transaction by transaction, so that one which ends late is never skipped."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from entraide.search.index.folder import Position
from entraide.search.models import Feed

CHANNEL = "search_change"
REBUILD = "rebuild"
KEPT_DAYS = 3

_NOW = """
SELECT database::text, pruned_before, search_horizon(), pg_snapshot_xmax(pg_current_snapshot())::text::bigint
FROM search_feed
"""
# What was complete once stays so, whatever the server shows of its other databases just now.
_CHANGES = """
WITH now AS MATERIALIZED (SELECT greatest(%(after)s::bigint, search_horizon()) AS horizon)
SELECT now.horizon, kind, key
FROM now LEFT JOIN search_change ON transaction >= %(after)s AND transaction < now.horizon
GROUP BY 1, 2, 3
"""
_LAG = """
SELECT coalesce(greatest(0, extract(epoch FROM now() - min(noted_at))), 0) FROM search_change WHERE transaction >= %s
"""
_PRUNE = """
WITH gone AS (
    DELETE FROM search_change WHERE noted_at < now() - make_interval(days => %(days)s) RETURNING transaction
)
UPDATE search_feed SET pruned_before = greatest(pruned_before, (SELECT max(transaction) + 1 FROM gone))
WHERE EXISTS (SELECT FROM gone)
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """The keys that changed, by kind, and up to where that is known to be all."""

    keys: dict[str, list[str]]
    position: Position


def start() -> Position:
    """Return the position of now: whatever is read from the database after this has every change before it."""
    Feed.objects.get_or_create(pk=Feed.ONLY)
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        database, _, horizon, _ = cursor.fetchone()
    return Position(database=database, horizon=horizon)


def can_go_on(position: Position) -> bool:
    """Tell whether the feed still has every change since a position: if not, the index is built anew."""
    Feed.objects.get_or_create(pk=Feed.ONLY)
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        database, pruned_before, _, following = cursor.fetchone()
    # A database that was put back from a copy counts its transactions from less.
    return bool(position.database == database and pruned_before <= position.horizon <= following)


def changes_since(position: Position) -> Changes:
    """Return what changed in the transactions from a position up to the oldest one that still runs."""
    keys: dict[str, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, {"after": position.horizon})
        found = cursor.fetchall()
    for _, kind, key in found:
        if kind is not None:
            keys[kind].append(key)
    return Changes(keys=dict(keys), position=Position(position.database, found[0][0]))


def lag_seconds(position: Position) -> float:
    """Return the age of the oldest change that a position does not hold yet, 0 when it holds all."""
    with connection.cursor() as cursor:
        cursor.execute(_LAG, [position.horizon])
        (seconds,) = cursor.fetchone()
    return float(seconds)


def ask_for_rebuild() -> None:
    """Have every node's indexer build its index anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, REBUILD])


def prune() -> None:
    """Forget old changes. A node that was away for longer builds its index anew."""
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE, {"days": KEPT_DAYS})
