"""The folder of a sealing machine: the keys' files, the mark of destruction, and what roots signed. Tight or refused.

Everything in it is the owner's alone. Whoever changes it holds its lock, so that two processes never do at once.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

MARK = "destroyed-through"
FOLDER_MODE = 0o700
FILE_MODE = 0o600


class FolderUnusable(Exception):
    """The folder is not what keys may be kept in. The message says why and what to do."""


class KeyFolder:
    """A folder that was checked, made when it is missing."""

    def __init__(self, path: Path) -> None:
        """Check the folder. Raises FolderUnusable when others may read, write or replace anything in it."""
        self.path = path
        try:
            path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        except OSError as error:
            raise FolderUnusable(f"{path} cannot be made: {error.strerror}") from error
        self.check()

    def check(self) -> None:
        """Look at the folder and all that is in it. Raises FolderUnusable."""
        _check_tight(self.path, directory=True)
        for file in self.path.rglob("*"):
            _check_tight(file, directory=file.is_dir() and not file.is_symlink())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder alone. Another process waits."""
        with os.fdopen(os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def mark(self) -> date | None:
        """Return the last day whose keys are destroyed, or None. Raises FolderUnusable when it cannot be read."""
        try:
            written = (self.path / MARK).read_text(encoding="ascii")
            return date.fromisoformat(written.strip())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            # Without the mark nothing says which keys must not come back.
            raise FolderUnusable(f"{self.path / MARK} cannot be read: {error}") from error

    def move_mark(self, day: date) -> None:
        """Write down that the keys up to a day are destroyed, before they are. The mark never moves back."""
        known = self.mark()
        if known is None or day > known:
            self.write(MARK, f"{day.isoformat()}\n".encode())

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all, so that it outlives a loss of power."""
        file = self.path / name
        file.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
        draft = file.with_name(f".{file.name}.part")
        draft.unlink(missing_ok=True)
        write_new(draft, data)
        draft.replace(file)
        sync(file.parent)


def write_new(file: Path, data: bytes) -> None:
    """Write a file that must not be there yet, for its owner alone, down to the disk."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())


def sync(folder: Path) -> None:
    """Have the names in a folder outlive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_tight(path: Path, *, directory: bool) -> None:
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return  # Destroyed or replaced by another process just now.
    except OSError as error:
        raise FolderUnusable(f"{path} cannot be looked at: {error.strerror}") from error
    if stat.S_ISLNK(facts.st_mode) or (directory and not stat.S_ISDIR(facts.st_mode)):
        raise FolderUnusable(f"{path} is a link or no folder: keys are kept in a folder of their own")
    if facts.st_uid != os.geteuid():
        raise FolderUnusable(f"{path} belongs to another user: chown it to the one who runs the seal process")
    if facts.st_mode & 0o077:
        wished = "700" if directory else "600"
        raise FolderUnusable(f"{path} is open to others (mode {facts.st_mode & 0o777:o}): chmod {wished} {path}")
