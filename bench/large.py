"""`bin/bench large`, and a part of `bin/bench intake`: lane and drain on a database that holds a country.

They are measured beside an empty database, rounds in turn. Ten million sign-ups wait, and ten million people are there
with their addresses, profiles and settled receipts.
"""

import os
import re
import shutil
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql

from bench import drains, lane, node
from bench.lane import LANE, WIDE
from bench.report import Figure, Side, finish
from entraide.foundation import postgres

STATEMENTS_FILE = Path(__file__).with_name("country.sql")
# What each table is filled from, largest last; the keys of statements are in the file.
FILLED = {
    "people": "accounts_person",
    "addresses": "account_emailaddress",
    "volunteers": "volunteering_volunteer",
    "settlements": "volunteering_settlement",
    "signups": "volunteering_signup",
}
# Measured: what one number takes in all tables, their indexes and the write-ahead log beside them.
BYTES_EACH = 2_500


@dataclass(frozen=True, slots=True)
class Scale:
    """How many people and sign-ups there are, and how many rounds of how many seconds and drained sign-ups."""

    count: int
    rounds: int
    seconds: float
    drained: int


# So many are drained that a round lasts as long as one of the lane: the first few after a checkpoint cost more, since
# every page that is touched for the first time goes into the log whole.
FULL = Scale(count=10_000_000, rounds=5, seconds=6, drained=40_000)
QUICK = Scale(count=200_000, rounds=1, seconds=2, drained=1_000)
AT_ONCE = 1_000_000
# A primary key stays, since other tables refer to it, and the numbers make it grow at its end.
REMOVABLE_SQL: LiteralString = """
SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname),
    'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT ' || quote_ident(conname) || ' '
    || pg_get_constraintdef(oid)
FROM pg_constraint WHERE conrelid = %(table)s::regclass AND contype = 'u'
UNION ALL
SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid = %(table)s::regclass
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
"""


def main(*, quick: bool) -> int:
    """Measure this part alone and report; return 1 when a bound does not hold."""
    lane.settle_environment()
    server_on, rest_on = lane.processors()
    os.sched_setaffinity(0, rest_on)
    scale = QUICK if quick else FULL
    with postgres.hold(node.VAR_DIR) as lease, lane.own_database(lease.url) as url:
        os.environ["DATABASE_URL"] = url
        lane.prepare()
        seen = compare(empty_url=url, scale=scale, processors=server_on)
    return finish(
        benchmark="large", figures=list(seen.figures()), quick=quick, setup=lane.setup(server_on, rest_on), raw=seen.raw
    )


@dataclass
class Comparison:
    """What was seen in turn on the empty database and on the large one. Rates are sign-ups a second."""

    count: int
    build_seconds: float
    disk_bytes: int
    taken: dict[str, list[float]] = field(default_factory=lambda: {"empty": [], "large": []})
    drained: dict[str, list[float]] = field(default_factory=lambda: {"empty": [], "large": []})

    @property
    def raw(self) -> Mapping[str, list[Any]]:
        """What each round saw."""
        return {
            f"{what}, {name} database, a second": rates
            for what, seen in (("sign-ups", self.taken), ("drain", self.drained))
            for name, rates in seen.items()
        }

    def figures(self) -> Iterator[Figure]:
        """Return what a sign-up costs there, to an empty database, and what it took to find out."""
        yield Figure(f"building {self.count:,} sign-ups and people", self.build_seconds, "s")
        yield Figure("  disk", self.disk_bytes / 1e9, "GB")
        for what, seen in (("sign-up", self.taken), ("drain", self.drained)):
            pairs = list(zip(seen["empty"], seen["large"], strict=True))
            yield Figure(f"{what} on the empty database", statistics.median(seen["empty"]), "a second")
            yield Figure(f"{what} on the large database", statistics.median(seen["large"]), "a second")
            # Each round by itself: what else the machine does in it slows both.
            cost = statistics.median(empty / large for empty, large in pairs)
            yield Figure("  cost of one there, to the empty one", cost, "times", Side.AT_MOST, 1.2)


def compare(*, empty_url: str, scale: Scale, processors: set[int]) -> Comparison:
    """Build the large database, measure on both in turn, and drop it, however this ends."""
    free, needed = shutil.disk_usage(node.VAR_DIR).free, scale.count * BYTES_EACH
    if free < needed:
        raise SystemExit(f"the large database needs {needed / 1e9:.0f} GB in {node.VAR_DIR}: {free / 1e9:.0f} are free")
    _empty(empty_url)
    with lane.own_database(empty_url, name="bench_large", copy_of="bench_intake") as url:
        started = time.perf_counter()
        with psycopg.connect(url, autocommit=True) as connection:
            grow(connection, scale.count)
            size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        found = Comparison(scale.count, time.perf_counter() - started, size[0] if size else 0)
        for number in range(1, scale.rounds + 1):
            for name, place in (("empty", empty_url), ("large", url)):
                lane.say(f"round {number} of {scale.rounds} on the {name} database")
                with lane.serving(LANE, url=place, processors=processors, empty=name == "empty") as server:
                    seen = lane.load(port=server.port, connections=WIDE, seconds=scale.seconds)
                found.taken[name].append(seen["per_second"])
                if name == "empty":
                    _refill(place, scale.count + number * scale.drained, scale.drained)
                found.drained[name].append(drains.drain(url=place, processors=processors, most=scale.drained))
        return found


def _empty(url: str) -> None:
    """Take out of a database what earlier parts left, and let nobody be connected who would hinder a copy of it."""
    from django.db import connections

    connections.close_all()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_over("TRUNCATE {} CASCADE", FILLED.values()))
        connection.execute("TRUNCATE foundation_mail")


def _refill(url: str, first: int, count: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE volunteering_signup")
        connection.execute(statements()["signups"], {"first": first, "last": first + count - 1})


def grow(connection: "psycopg.Connection[Any]", count: int) -> None:
    """Fill the tables; their indexes are taken away meanwhile and made again, which is how a country is restored."""
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET maintenance_work_mem = '1GB'")
    # What refers to what is known to be right: looking each up would take longer than writing it.
    connection.execute("SET session_replication_role = replica")
    for number, (name, table) in enumerate(FILLED.items(), start=1):
        pairs = connection.execute(REMOVABLE_SQL, {"table": table}).fetchall()
        for take_away, _ in pairs:
            connection.execute(take_away)
        for first in range(0, count, AT_ONCE):
            lane.say(f"{name} ({number} of {len(FILLED)}): {first:,} of {count:,}")
            last = min(first + AT_ONCE, count) - 1
            connection.execute(statements()[name], {"first": first, "last": last})
        for _, put_back in pairs:
            lane.say(f"{name} ({number} of {len(FILLED)}): {put_back}")
            connection.execute(put_back)
    connection.execute(_over("VACUUM (ANALYZE) {}", FILLED.values()))
    connection.execute("CHECKPOINT")


def statements() -> dict[str, LiteralString]:
    """Return the statements of country.sql by their names."""
    parts = re.split(r"^-- name: (\w+)\n", STATEMENTS_FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], cast("list[LiteralString]", parts[1::2]), strict=True))


def _over(statement: LiteralString, tables: Iterable[str]) -> sql.Composed:
    return sql.SQL(statement).format(sql.SQL(", ").join(map(sql.Identifier, tables)))
