"""What a copy holds: how far its WAL was replayed, and the rows of its tables."""

import json
from dataclasses import asdict, dataclass

from entraidectl.backups.place import Unfit
from entraidectl.backups.trying import Trial

TABLES = """
SELECT coalesce(json_agg(format('%I.%I', schemaname, tablename) ORDER BY tablename), '[]')
FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""
PEOPLE = "public.accounts_person"
PARTICIPATIONS = "public.volunteering_participation"
REPLAYED = """
SELECT json_build_object('at', pg_last_wal_replay_lsn() - '0/0'::pg_lsn,
  'size', (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'),
  'last', pg_last_xact_replay_timestamp())
"""
BATCH = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """The rows of each table, and the moment of the last transaction that was replayed."""

    tables: dict[str, int]
    last_transaction: str

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.tables.values())

    def summary(self) -> dict[str, object]:
        """Return what people are told: people and participations by name."""
        return {
            "people": self.tables.get(PEOPLE, 0),
            "participations": self.tables.get(PARTICIPATIONS, 0),
            "rows": self.rows,
            **asdict(self),
        }


def counts(trial: Trial, *, database: str, last_wal: str = "") -> Counts:
    """Read every row of a copy. Raises Unfit when it cannot, or when WAL up to `last_wal` was not replayed."""
    replayed = json.loads(trial.ask(REPLAYED))
    if (
        last_wal
        and replayed["at"] is not None
        and segment_at(int(replayed["at"]), replayed["size"]) < segment_of(last_wal, replayed["size"])
    ):
        raise Unfit(
            f"what was archived is damaged: {last_wal} is there, and was not reached. "
            "Try the second folder (--repo 2), and copy all anew: entraidectl backup --type full"
        )
    tables = json.loads(trial.ask(TABLES, database=database))
    found: dict[str, int] = {}
    for first in range(0, len(tables), BATCH):
        pairs = ", ".join(map(_counted, tables[first : first + BATCH]))
        found |= json.loads(trial.ask(f"SELECT json_build_object({pairs})", database=database))
    return Counts(found, str(replayed["last"] or ""))


def _counted(table: str) -> str:
    """Return a table's name and the question of its rows; the database has quoted the name itself."""
    name = table.replace("'", "''")
    return f"'{name}', (SELECT count(*) FROM {table})"  # noqa: S608


def segment_at(place: int, size: int) -> int:
    """Return the number of the segment in which WAL ends that ends at this byte."""
    return max(place - 1, 0) // size


def segment_of(name: str, size: int) -> int:
    """Return the number of a segment by the name of its file: timeline, then its place."""
    return int(name[8:16], 16) * (2**32 // size) + int(name[16:24], 16)
