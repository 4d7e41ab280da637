"""The copies of the database: pgBackRest run as the database's user, and what it tells of them."""

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from entraidectl.backups.place import STANZA, Place, Unfit, environment, program

_PERCENT = re.compile(r"\(\S+, (\d{1,3})(?:\.\d+)?%\)")
_ERROR = re.compile(r"ERROR: \[\d+\]: (.*)")
_BEGINS = re.compile(r"\S+ \S+ P\d\d ")
STRIDE = 10
# Not yet there: the folder is empty, or nobody has made a stanza in it.
NO_STANZA = frozenset({1, 2, 3})
NO_ROOM = "free some, or keep fewer copies with backups.keep_full; the database runs on"


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of the whole database, or of what changed since another one."""

    label: str
    kind: str
    begun_at: datetime
    ended_at: datetime
    size: int
    is_damaged: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """What one folder holds. `last_wal` is the name of the last archived segment; empty without any."""

    has_stanza: bool
    copies: tuple[Copy, ...] = ()
    last_wal: str = ""
    major: int = 0

    def wants_full(self, *, now: datetime, days: int) -> bool:
        """Tell whether the next copy is one of everything."""
        whole = [copy.ended_at for copy in self.copies if copy.kind == "full" and not copy.is_damaged]
        # An hour of grace: a timer does not come at the same second every week.
        return not whole or now - max(whole) >= timedelta(days=days) - timedelta(hours=1)


def command(place: Place, verb: str, *options: str) -> list[str]:
    """Return pgBackRest's command line."""
    return [program("pgbackrest"), f"--config={place.configuration}", f"--stanza={STANZA}", *options, verb]


def run(place: Place, verb: str, *options: str, say: Callable[[str], None] | None = None) -> None:
    """Run pgBackRest and tell how far it is on the standard error. Raises Unfit with what it had against it."""
    tell = say or (lambda words: click.echo(words, err=True))
    errors, told, last = [], 0, ""
    with subprocess.Popen(  # noqa: S603
        command(place, verb, *options, "--log-level-console=detail", "--log-level-stderr=off"),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment(), **place.account(),
    ) as process:  # fmt: skip
        for line in process.stdout or ():
            last = line.strip() or last
            if found := _ERROR.search(line):
                errors.append(found[1].strip())
            elif errors and not _BEGINS.match(line):
                # What the system said stands on a line of its own.
                errors[-1] += f" {line.strip()}"
            if (found := _PERCENT.search(line)) and int(found[1]) >= told + STRIDE:
                told = int(found[1]) // STRIDE * STRIDE
                tell(f"{verb}: {told} %")
    if process.returncode:
        raise Unfit(f"pgBackRest's {verb} failed: {_remedied(errors[0] if errors else last)}")


def stock(place: Place, number: int) -> Stock:
    """Return what a folder of copies holds. Raises Unfit where it cannot be read."""
    done = place.run(*command(place, "info", f"--repo={number}", "--output=json", "--log-level-stderr=error"))
    if done.returncode:
        found = _ERROR.search(done.stderr) or _ERROR.search(done.stdout)
        raise Unfit(f"{place.folders[number - 1]}: {_remedied(found[1] if found else done.stderr.strip())}")
    told = next((each for each in json.loads(done.stdout) if each["name"] == STANZA), None)
    if told is None or (told["status"]["code"] in NO_STANZA and not told["db"]):
        return Stock(has_stanza=False)
    code = told["status"]["code"]
    if code not in {0, 2}:
        raise Unfit(f"{place.folders[number - 1]}: {_remedied(told['status']['message'])}")
    newest: dict[str, Any] = max(told["db"], key=lambda each: int(each["id"]))
    archives = [each for each in told["archive"] if each["database"]["id"] == newest["id"]]
    return Stock(
        has_stanza=True,
        copies=tuple(
            Copy(
                label=each["label"],
                kind=each["type"],
                begun_at=datetime.fromtimestamp(each["timestamp"]["start"], UTC),
                ended_at=datetime.fromtimestamp(each["timestamp"]["stop"], UTC),
                size=each["info"]["size"],
                is_damaged=bool(each.get("error")),
            )
            for each in told["backup"]
        ),
        last_wal=max((each["max"] or "" for each in archives), default=""),
        major=int(newest["version"].split(".")[0]),
    )


def _remedied(words: str) -> str:
    """Return what pgBackRest said with what to do about it, where we know that."""
    remedies = {
        "Permission denied": "give the folder to the database's user, or have it mounted writable",
        "Read-only file system": "have it mounted writable",
        "No space left": NO_ROOM,
        # A system that takes half of what it is given, and no more, names no reason.
        "unable to write": f"its disk is full, most likely: {NO_ROOM}",
        "unable to acquire lock": "another copy is being made: wait until it is done",
        "CryptoError": "the passphrase is not the one that these copies were made with",
        "unable to flush": "the passphrase is not the one that these copies were made with, or the copy is damaged",
        "cipher": "the passphrase is not the one that these copies were made with",
        "before the 60000ms timeout": "WAL does not arrive: PostgreSQL's log says why its archive_command fails",
        "do not match": "these copies are of another database: name an empty folder",
    }
    remedy = next((each for sign, each in remedies.items() if sign in words), "")
    return f"{words}{f' ({remedy})' if remedy else ''}"
