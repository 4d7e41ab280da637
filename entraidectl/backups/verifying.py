"""Trying the newest copy: put back, started, counted. What succeeded is noted, for people and for Prometheus."""

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from entraidectl.backups import parcels
from entraidectl.backups.counting import Counts, counts
from entraidectl.backups.parts import MakeFolder, give
from entraidectl.backups.place import Place, Unfit
from entraidectl.backups.repository import Stock
from entraidectl.backups.restoring import EmptyFolder, PutBack
from entraidectl.backups.trying import started
from entraidectl.steps import Step, WriteFile

METRICS = """\
# HELP entraide_backup_verified_timestamp_seconds When a copy of the database was last put back, started and counted.
# TYPE entraide_backup_verified_timestamp_seconds gauge
entraide_backup_verified_timestamp_seconds {at}
# HELP entraide_backup_newest_timestamp_seconds When the copy that was tried then was made.
# TYPE entraide_backup_newest_timestamp_seconds gauge
entraide_backup_newest_timestamp_seconds {made_at}
# HELP entraide_backup_verified_rows Rows of that copy.
# TYPE entraide_backup_verified_rows gauge
entraide_backup_verified_rows {rows}
"""


@dataclass
class Found:
    """What a trial found, filled while its steps are taken."""

    counts: Counts | None = None
    parcel: dict[str, object] = field(default_factory=dict)

    def told(self) -> dict[str, object]:
        """Return what people are told."""
        return {**(self.counts.summary() if self.counts else {}), **self.parcel}


@dataclass(frozen=True, slots=True)
class Count:
    """Start the copy in a folder, on a socket of its own, and count what is in it."""

    place: Place
    folder: Path
    found: Found
    last_wal: str = ""

    def describe(self) -> dict[str, str]:
        """Return what is started."""
        return {"action": "start and count", "target": f"the copy in {self.folder}"}

    def run(self) -> None:
        """Start it, replay its WAL, count, and stop it."""
        with started(self.place, self.folder) as trial:
            self.found.counts = counts(trial, database=self.place.wish.database, last_wal=self.last_wal)


@dataclass(frozen=True, slots=True)
class OpenParcel:
    """Open the newest parcel of files, and count the sign-ups of the log in it."""

    place: Place
    parcel: parcels.Parcel
    found: Found

    def describe(self) -> dict[str, str]:
        """Return which."""
        return {"action": "open", "target": str(self.parcel.path)}

    def run(self) -> None:
        """Open it; its sum and its passphrase are right then."""
        with parcels.opened(self.place, self.parcel) as tar:
            entry = tar.extractfile(parcels.SIGN_UPS)
            groups = len(entry.read().splitlines()) if entry else 0
            self.found.parcel = {"files": len(tar.getnames()) - 1, "groups_of_sign_ups": groups}


@dataclass(frozen=True, slots=True)
class NoteSuccess:
    """The date of a success, and what was counted."""

    place: Place
    found: Found
    now: datetime
    made_at: datetime

    def describe(self) -> dict[str, str]:
        """Return the file."""
        return {"action": "note", "target": str(self.place.verified)}

    def run(self) -> None:
        """Write it down."""
        text = json.dumps({"verified_at": self.now.isoformat(), **self.found.told()}, indent=2) + "\n"
        WriteFile(self.place.verified, text).run()
        give(self.place, self.place.verified)
        if self.place.wish.metrics:
            rows = self.found.counts.rows if self.found.counts else 0
            told = METRICS.format(at=self.now.timestamp(), made_at=self.made_at.timestamp(), rows=rows)
            WriteFile(Path(self.place.wish.metrics) / "entraide-backup.prom", told).run()


def plan(place: Place, stock: Stock, *, number: int, now: datetime, found: Found) -> list[Step]:
    """Return the steps of a trial of the newest copy of a folder. Raises Unfit where there is none."""
    home = place.folders[number - 1]
    if not stock.copies:
        raise Unfit(f"{home} holds no copy: entraidectl backup makes one")
    scratch = place.state / "scratch"
    newest = max(stock.copies, key=lambda copy: copy.ended_at)
    steps: list[Step] = [
        EmptyFolder(scratch),
        MakeFolder(place, scratch),
        PutBack(place, number, scratch, None),
        Count(place, scratch, found, stock.last_wal),
    ]
    if place.wish.files or place.wish.environment:
        steps.append(OpenParcel(place, _newest_parcel(home), found))
    return [*steps, NoteSuccess(place, found, now, newest.ended_at), EmptyFolder(scratch)]


def _newest_parcel(home: Path) -> parcels.Parcel:
    """Return the parcel that was made last. Raises Unfit when there is none."""
    found = parcels.parcels_in(home)
    if not found:
        raise Unfit(f"{home} holds no files yet, and site.toml names some: entraidectl backup copies them")
    return found[-1]


def demand_rights(place: Place) -> None:
    """See that whoever runs this may write what it writes. Raises Unfit."""
    place.account()
    if not os.access(place.state, os.W_OK):
        raise Unfit(f"{place.state}: nothing was set up yet, or it is not yours: entraidectl backup, as root")
