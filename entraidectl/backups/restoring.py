"""Putting copies back: the plan of its steps, and what is refused."""

import shutil
import socket
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from msgspec import structs

from entraidectl.backups import parcels, repository, signups
from entraidectl.backups.parts import MakeFolder, WriteOwned, give
from entraidectl.backups.place import Place, Unfit
from entraidectl.backups.repository import Stock
from entraidectl.backups.settings import pgbackrest_file
from entraidectl.steps import Step


@dataclass(frozen=True, slots=True)
class ArchiveRest:
    """What the running database has not archived yet, so that a moment just past can be reached."""

    place: Place

    def describe(self) -> dict[str, str]:
        """Return what is archived."""
        return {"action": "archive", "target": f"what {self.place.data} has written until now"}

    def run(self) -> None:
        """Have it write one more transaction and archive; a database that is down is passed over."""
        try:
            self.place.ask("SELECT pg_current_xact_id()")
            self.place.ask("SELECT pg_switch_wal()")
            repository.run(self.place, "check")
        except Unfit:
            # The copy that is started afterwards tells whether the moment was reached.
            return


@dataclass(frozen=True, slots=True)
class EmptyFolder:
    """Whatever is in a folder, taken out of it."""

    folder: Path

    def describe(self) -> dict[str, str]:
        """Return the folder."""
        return {"action": "empty", "target": f"{self.folder}/"}

    def run(self) -> None:
        """Take it out. Raises Unfit while a copy runs there that an earlier trial, which was killed, has left."""
        if runs_in(self.folder):
            raise Unfit(f"a copy runs in {self.folder}: end it first, pg_ctl -D {self.folder} stop, as its user")
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


@dataclass(frozen=True, slots=True)
class PutBack:
    """A copy of the database in a folder, to be replayed to a moment, or to the end."""

    place: Place
    number: int
    folder: Path
    moment: datetime | None

    def describe(self) -> dict[str, str]:
        """Return from where, to where, as of when."""
        until = self.moment.isoformat() if self.moment else "the last transaction archived"
        return {"action": "restore", "target": f"{self.place.folders[self.number - 1]} into {self.folder}, to {until}"}

    def run(self) -> None:
        """Put it there; the sum of each file is compared."""
        options = [f"--repo={self.number}", f"--pg1-path={self.folder}", "--archive-mode=off"]
        if self.moment:
            target = self.moment.isoformat(sep=" ", timespec="milliseconds")
            options += ["--type=time", f"--target={target}", "--target-action=promote"]
        repository.run(self.place, "restore", *options)


@dataclass(frozen=True, slots=True)
class Unpack:
    """The files of a parcel, in a folder of root's."""

    place: Place
    parcel: parcels.Parcel
    folder: Path

    def describe(self) -> dict[str, str]:
        """Return from where and to where."""
        return {"action": "unpack", "target": f"{self.parcel.path} into {self.folder}"}

    def run(self) -> None:
        """Unpack it, below the folder alone."""
        self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        with parcels.opened(self.place, self.parcel) as tar:
            tar.extractall(self.folder, filter="data")


@dataclass(frozen=True, slots=True)
class AppendSignUps:
    """What a parcel holds of the sign-up log, in the log again."""

    place: Place
    parcel: parcels.Parcel

    def describe(self) -> dict[str, str]:
        """Return from where."""
        return {"action": "append to the sign-up log", "target": f"what {self.parcel.path} holds of it"}

    def run(self) -> None:
        """Append it. What is in the database already is settled there, and does no harm."""
        if not self.place.wish.environment:
            raise Unfit("site.toml names no settings of the platform, backups.environment, and thus no log")
        with parcels.opened(self.place, self.parcel) as tar:
            entry = tar.extractfile(parcels.SIGN_UPS)
            lines = entry.read() if entry else b""
        if lines:
            signups.append(Path(self.place.wish.environment), lines)


def plan(place: Place, stock: Stock, *, number: int, folder: Path, moment: datetime | None) -> list[Step]:
    """Return the steps to a copy in a folder. Raises Unfit when no copy is old enough."""
    if not stock.copies:
        raise Unfit(f"{place.folders[number - 1]} holds no copy: entraidectl backup makes one")
    first = min(copy.ended_at for copy in stock.copies)
    if moment and moment < first:
        raise Unfit(f"the first copy is of {first.isoformat()}: no moment before it can be restored")
    return [EmptyFolder(folder), MakeFolder(place, folder), PutBack(place, number, folder, moment)]


def stock_of(place: Place, number: int, *, passphrase: str) -> Stock:
    """Return what a folder of copies holds, also where nothing was set up: on a machine that is new. Raises Unfit."""
    if not place.folders[number - 1].is_dir():
        raise Unfit(f"{place.folders[number - 1]}: is not there: mount the folder of copies")
    with tempfile.TemporaryDirectory(prefix="entraide-backups-") as folder:
        give(place, Path(folder))
        apart = Place(structs.replace(place.wish, state=folder))
        WriteOwned(apart, apart.configuration, pgbackrest_file(apart, passphrase=passphrase)).run()
        return repository.stock(apart, number)


def demand_free(folder: Path, *, confirmed: str) -> None:
    """See that a folder may be written over. Raises Unfit."""
    if runs_in(folder):
        raise Unfit(
            f"a PostgreSQL runs in {folder}: nothing is restored over it. Restore into another folder, or stop it first"
        )
    if folder.is_dir() and any(folder.iterdir()) and confirmed != name_of(folder):
        raise Unfit(f"{folder} is not empty; to destroy what is in it, say so: --destroy {name_of(folder)}")


def name_of(folder: Path) -> str:
    """Return what is typed to have a folder written over: the machine's name and the folder."""
    return f"{socket.gethostname().partition('.')[0]}:{folder}"


def runs_in(folder: Path) -> bool:
    """Tell whether a server works in a folder, as its file and the kernel tell."""
    try:
        pid = int((folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        return Path(f"/proc/{pid}/cwd").resolve() == folder.resolve()
    except PermissionError:
        return True
    except (OSError, ValueError, IndexError):
        return False


def parcel_of(place: Place, *, number: int, moment: datetime | None) -> parcels.Parcel:
    """Return the newest parcel that was made by a moment. Raises Unfit when there is none."""
    folder = place.folders[number - 1]
    found = [each for each in parcels.parcels_in(folder) if moment is None or each.made_at <= moment]
    if not found:
        raise Unfit(f"{folder} holds no files of that time: see backups.files and backups.environment")
    return found[-1]
