"""What is copied beside the database, one parcel at a time: files, and sign-ups that the log holds still.

A parcel is a tar file; encrypted, it opens with openssl alone: openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000.
"""

import hashlib
import io
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from entraidectl.backups import signups
from entraidectl.backups.parts import give
from entraidectl.backups.place import Place, Unfit, environment, last_line, program
from entraidectl.steps import Step

FOLDER = "files"
SIGN_UPS = "sign-ups.jsonl"
STAMP = "%Y%m%dT%H%M%SZ"
CIPHER = ("-aes-256-cbc", "-pbkdf2", "-iter", "600000")
# A folder with this file holds keys that are destroyed on purpose (docs/operate/seals.md).
MARK_OF_SEALS = "destroyed-through"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel in a folder of copies, and when it was made."""

    path: Path
    made_at: datetime


@dataclass(frozen=True, slots=True)
class MakeParcel:
    """A parcel into each folder of copies."""

    place: Place
    made_at: datetime

    def describe(self) -> dict[str, str]:
        """Return what is in it."""
        wish = self.place.wish
        files = [*wish.files, *((wish.environment, "the sign-up log") if wish.environment else ())]
        return {"action": "copy", "target": f"{', '.join(files)} into {', '.join(map(str, self.place.folders))}"}

    def run(self) -> None:
        """Make it, with its sum beside it; the sum comes last, so that a parcel with one is whole."""
        content = _sealed(self.place, _tar(self.place))
        for folder in self.place.folders:
            home = folder / FOLDER
            home.mkdir(mode=0o700, exist_ok=True)
            path = home / f"{self.made_at.strftime(STAMP)}.tar{'.enc' if self.place.wish.passphrase else ''}"
            path.touch(mode=0o600)
            path.write_bytes(content)
            total = Path(f"{path}.sha256")
            total.write_text(f"{hashlib.sha256(content).hexdigest()}  {path.name}\n", encoding="ascii")
            for each in (home, path, total):
                give(self.place, each)


@dataclass(frozen=True, slots=True)
class DropParcel:
    """A parcel that is older than every copy that is kept."""

    parcel: Parcel

    def describe(self) -> dict[str, str]:
        """Return its file."""
        return {"action": "remove", "target": str(self.parcel.path)}

    def run(self) -> None:
        """Remove it with its sum."""
        Path(f"{self.parcel.path}.sha256").unlink(missing_ok=True)
        self.parcel.path.unlink(missing_ok=True)


def plan(place: Place, *, now: datetime) -> list[Step]:
    """Return the steps to a new parcel; without anything to put in, none."""
    if not (place.wish.files or place.wish.environment):
        return []
    days = place.wish.full_days * (place.wish.keep_full + 1)
    old = [parcel for folder in place.folders for parcel in parcels_in(folder) if (now - parcel.made_at).days > days]
    return [MakeParcel(place, now), *map(DropParcel, old)]


def parcels_in(folder: Path) -> list[Parcel]:
    """Return the whole parcels of a folder of copies, the oldest first."""
    found = []
    for total in sorted((folder / FOLDER).glob("*.tar*.sha256")):
        path = total.with_name(total.name.removesuffix(".sha256"))
        made_at = datetime.strptime(path.name.partition(".")[0], STAMP).replace(tzinfo=UTC)
        found.append(Parcel(path, made_at))
    return found


def opened(place: Place, parcel: Parcel) -> tarfile.TarFile:
    """Return a parcel's contents, once its sum is right. Raises Unfit."""
    try:
        content = parcel.path.read_bytes()
        wanted = Path(f"{parcel.path}.sha256").read_text(encoding="ascii").split(" ")[0]
    except (OSError, UnicodeDecodeError) as error:
        raise Unfit(f"{parcel.path}: cannot be read ({error})") from error
    if hashlib.sha256(content).hexdigest() != wanted:
        raise Unfit(f"{parcel.path} is damaged: its sum is another. Take the parcel of another folder or day")
    if parcel.path.suffix == ".enc":
        content = _openssl(place, content, "-d")
    try:
        return tarfile.open(fileobj=io.BytesIO(content))
    except tarfile.TarError as error:
        raise Unfit(f"{parcel.path}: the passphrase is not the one that it was made with ({error})") from error


def _tar(place: Place) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        for name in (*place.wish.files, *((place.wish.environment,) if place.wish.environment else ())):
            for path in _without_seals(Path(name)):
                tar.add(path, recursive=False)
        lines = signups.read(Path(place.wish.environment)) if place.wish.environment else b""
        entry = tarfile.TarInfo(SIGN_UPS)
        entry.size, entry.mode = len(lines), 0o600
        tar.addfile(entry, io.BytesIO(lines))
    return written.getvalue()


def _without_seals(path: Path) -> Iterator[Path]:
    """Yield a file, or a folder and what is below it, leaving out the keys that nobody may have tomorrow."""
    if not path.exists():
        raise Unfit(f"{path}: is to be copied, and is not there: make it, or drop it from backups.files")
    if (path / MARK_OF_SEALS).exists() or (path.suffix == ".key" and (path.parent / MARK_OF_SEALS).exists()):
        click.echo(f"{path} holds keys of seals, which are never copied: left out", err=True)
        return
    yield path
    if path.is_dir() and not path.is_symlink():
        for below in sorted(path.iterdir()):
            yield from _without_seals(below)


def _sealed(place: Place, content: bytes) -> bytes:
    return _openssl(place, content, "-e", "-salt") if place.wish.passphrase else content


def _openssl(place: Place, content: bytes, *options: str) -> bytes:
    done = subprocess.run(  # noqa: S603
        [program("openssl"), "enc", *options, *CIPHER, "-pass", f"file:{place.wish.passphrase}"],
        input=content, capture_output=True, check=False, env=environment(),
    )  # fmt: skip
    if done.returncode:
        said = last_line(done.stderr.decode(errors="replace"))
        raise Unfit(f"openssl refuses a parcel ({said}): is {place.wish.passphrase} the passphrase of that time?")
    return done.stdout
