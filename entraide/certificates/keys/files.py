"""Keys as files, one for each day: DAY.key, in PKCS #8. The public halves stay beside them as DAY.pub."""

import os
from datetime import date
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from entraide.certificates.curve import PrivateKey, Signer
from entraide.certificates.keys.folder import KeyFolder, sync, write_new


class NoKey(Exception):
    """There is no usable key for a day. The message says which and why."""


class Store(Protocol):
    """Where private keys are. Callers hold the folder's lock when they make or destroy."""

    def days(self) -> set[date]:
        """Return the days that have a key."""
        ...

    def make(self, day: date) -> None:
        """Make a key for a day that has none."""
        ...

    def clear(self) -> None:
        """Remove what a crash left half made or half destroyed."""
        ...

    def signer(self, day: date) -> Signer:
        """Return what signs with a day's key. Raises NoKey."""
        ...

    def destroy(self, day: date) -> None:
        """Destroy a day's private key. Doing it again does no harm."""
        ...


class FileStore:
    """Keys as files in a folder."""

    def __init__(self, folder: KeyFolder) -> None:
        self._folder = folder

    def days(self) -> set[date]:
        """Return the days that have a key."""
        return {day for file in self._folder.path.glob("*.key") if (day := _day(file))}

    def make(self, day: date) -> None:
        """Make a key for a day. It has its name only once it is complete on the disk."""
        key = PrivateKey.generate()
        data = key.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        draft = self._folder.path / f".{day.isoformat()}.key.part"
        write_new(draft, data)
        # A link fails where a rename would overwrite: the first key of a day is the only one.
        os.link(draft, self._file(day))
        draft.unlink()
        sync(self._folder.path)

    def clear(self) -> None:
        """Remove drafts. One that got its name is the key itself, which stays under that name."""
        for draft in self._folder.path.glob(".*.key.part"):
            if draft.stat().st_nlink > 1:
                draft.unlink()
            else:
                _wipe(draft)

    def signer(self, day: date) -> Signer:
        """Return a day's key. Raises NoKey."""
        try:
            key = load_der_private_key(self._file(day).read_bytes(), None)
        except FileNotFoundError:
            raise NoKey(f"there is no key for {day}") from None
        except (ValueError, TypeError) as error:
            raise NoKey(f"the key of {day} cannot be read: {error}") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise NoKey(f"the key of {day} is of another kind")
        return PrivateKey(key)

    def destroy(self, day: date) -> None:
        """Overwrite a day's key, then remove it. What a disk keeps of overwritten blocks is the operator's choice."""
        _wipe(self._file(day))
        sync(self._folder.path)

    def _file(self, day: date) -> Path:
        return self._folder.path / f"{day.isoformat()}.key"


def _day(file: Path) -> date | None:
    try:
        return date.fromisoformat(file.stem)
    except ValueError:
        return None


def _wipe(file: Path) -> None:
    try:
        with file.open("r+b") as opened:
            opened.write(bytes(file.stat().st_size))
            opened.flush()
            os.fsync(opened.fileno())
    except FileNotFoundError:
        return
    file.unlink(missing_ok=True)
