"""What a backup takes: the plan of its steps."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from entraidectl.backups import parcels, repository
from entraidectl.backups.parts import MakeCopy, MakeFolder, MakeStanza, SetServer, WriteOwned
from entraidectl.backups.place import Place, Unfit, demand, major_of
from entraidectl.backups.repository import Stock
from entraidectl.backups.settings import missing_settings, pgbackrest_file
from entraidectl.steps import Step

_SECRET = re.compile(r"[A-Za-z0-9_-]{32,}")
SETTINGS = """
SELECT name || '=' || setting FROM pg_settings
WHERE name IN ('archive_mode', 'archive_command', 'archive_timeout', 'wal_level')
"""


@dataclass(frozen=True, slots=True)
class State:
    """What was found: folders, pgBackRest's file, PostgreSQL's settings, what each folder of copies holds."""

    folders: frozenset[Path]
    configuration: str
    server: dict[str, str]
    stocks: tuple[Stock, ...]
    # Settings that are written and count from the next start of PostgreSQL on.
    waits_for_restart: bool = False


def look(place: Place, *, passphrase: str) -> State:
    """Return what is there. Raises Unfit."""
    place.account()
    demand(major_of(place.data))
    there = frozenset(folder for folder in needed_folders(place) if folder.is_dir())
    written = place.configuration.read_text(encoding="utf-8") if place.configuration.is_file() else ""
    known = written == pgbackrest_file(place, passphrase=passphrase)
    stocks = (
        repository.stock(place, number) if known and folder in there else Stock(has_stanza=False)
        for number, folder in enumerate(place.folders, start=1)
    )
    told = dict(line.split("=", 1) for line in place.ask(SETTINGS).splitlines())
    return State(
        folders=there,
        configuration=written,
        server=told,
        stocks=tuple(stocks),
        waits_for_restart=place.ask("SELECT count(*) FROM pg_settings WHERE pending_restart") != "0",
    )


def needed_folders(place: Place) -> tuple[Path, ...]:
    """Return the folders that are made, those above first."""
    return (place.state, *place.folders)


def plan_set_up(place: Place, state: State, *, passphrase: str) -> list[Step]:
    """Return the steps to a database whose WAL is archived."""
    steps: list[Step] = [MakeFolder(place, folder) for folder in needed_folders(place) if folder not in state.folders]
    text = pgbackrest_file(place, passphrase=passphrase)
    if state.configuration != text:
        steps.append(WriteOwned(place, place.configuration, text))
    if not all(stock.has_stanza for stock in state.stocks):
        steps.append(MakeStanza(place))
    missing = missing_settings(place, state.server)
    # Asked for already, and waiting for a restart: not asked for again.
    if state.waits_for_restart:
        missing = {name: value for name, value in missing.items() if name not in {"archive_mode", "wal_level"}}
    return steps + [SetServer(place, name, value) for name, value in missing.items()]


def plan_reading(place: Place, *, passphrase: str) -> list[Step]:
    """Return the steps to a machine that can read copies: one that is new, on which no database runs."""
    steps: list[Step] = [] if place.state.is_dir() else [MakeFolder(place, place.state)]
    text = pgbackrest_file(place, passphrase=passphrase)
    if not place.configuration.is_file() or place.configuration.read_text(encoding="utf-8") != text:
        steps.append(WriteOwned(place, place.configuration, text))
    return steps


def plan_copies(place: Place, state: State, *, kind: str, now: datetime) -> list[Step]:
    """Return the steps that copy the database into each folder, and what is beside the database."""
    steps: list[Step] = []
    for number, stock in enumerate(state.stocks, start=1):
        full = kind == "full" or stock.wants_full(now=now, days=place.wish.full_days)
        steps.append(MakeCopy(place, number, "full" if full else "incr"))
    return steps + parcels.plan(place, now=now)


def plan_files(place: Place, *, now: datetime) -> list[Step]:
    """Return the steps that copy what is beside the database, which may be down."""
    place.account()
    folders: list[Step] = [MakeFolder(place, folder) for folder in needed_folders(place) if not folder.is_dir()]
    return folders + parcels.plan(place, now=now)


def passphrase_of(place: Place) -> str:
    """Return the secret that copies are encrypted with; empty without one. Raises Unfit."""
    if not place.wish.passphrase:
        return ""
    file = Path(place.wish.passphrase)
    try:
        secret = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unfit(f"{file}: the passphrase of the copies cannot be read ({error})") from error
    if not _SECRET.fullmatch(secret):
        raise Unfit(f"{file}: a passphrase has 32 letters, figures, - and _ or more: openssl rand -hex 32 > {file}")
    return secret
