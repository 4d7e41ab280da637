"""Where a node keeps its index: one folder a generation, and a link to the one that is in use.

    var/search/current -> 6f3a…        swapped in one step when a generation is whole
    var/search/6f3a…/                  Tantivy's files, and STATE

A generation is written beside the one in use and takes its place when it is whole, so that readers never see half of
one. STATE says up to which change the files hold, and the checksums of the files of that commit's segments. The engine
never writes a segment's file again: it merges some into others, whenever it likes, and removes them. So a file that is
still there must be as it was sealed, and one that came since is whole by the engine's own order of writing.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from entraide.search.index.schema import EDITION

CURRENT = "current"
STATE = "state.json"
# The engine's list of segments, which it replaces with every commit and every merge.
META = "meta.json"


class Broken(Exception):
    """A generation is not whole: the message says what is wrong with it."""


class Busy(Exception):
    """Another process writes this node's index."""


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where an index holds the changes of a database: all of the transactions before `horizon`.

    `database` tells one database from another, whose transactions have other numbers.
    """

    database: str
    horizon: int


@dataclass(frozen=True, slots=True)
class Generation:
    """One folder of the engine's files."""

    path: Path

    def seal(self, position: Position) -> None:
        """Write down what is in the folder, after a commit."""
        try:
            known = json.loads((self.path / STATE).read_text(encoding="utf-8"))["files"]
        except (OSError, ValueError, KeyError):
            known = {}
        files = {}
        for name in self._committed():
            # One that a merge has replaced meanwhile is gone; what replaced it is whole.
            with suppress(FileNotFoundError):
                files[name] = known.get(name) or _digest(self.path / name)
        written = self.path / f"{STATE}.new"
        with written.open("w", encoding="utf-8") as opened:
            json.dump({"edition": EDITION, "position": asdict(position), "files": files}, opened)
            opened.flush()
            os.fsync(opened.fileno())
        written.replace(self.path / STATE)

    def position(self) -> Position:
        """Return up to where the folder holds the changes. Raises Broken when it is not as it was sealed."""
        try:
            state = json.loads((self.path / STATE).read_text(encoding="utf-8"))
            edition, files, position = state["edition"], state["files"], Position(**state["position"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Broken(f"its state cannot be read: {error}") from error
        if edition != EDITION:
            raise Broken(f"it is of edition {edition}, and this is {EDITION}")
        for name in files.keys() & {each.name for each in self.path.iterdir()}:
            if files[name] != _digest(self.path / name):
                raise Broken(f"{name} is not as it was written")
        return position

    def _committed(self) -> list[str]:
        """Return the files of the segments that the engine's last commit names.

        Beside them are others: those that a merge is writing just now, and those that it no longer needs.
        """
        meta = json.loads((self.path / META).read_text(encoding="utf-8"))
        segments = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
        return sorted(each.name for each in self.path.iterdir() if each.name.partition(".")[0] in segments)


@dataclass(frozen=True, slots=True)
class Folder:
    """A node's folder of generations."""

    path: Path

    def current(self) -> Generation | None:
        """Return the generation in use, None before there is one."""
        with suppress(OSError):
            return Generation(self.path / (self.path / CURRENT).readlink())
        return None

    def begin(self) -> Generation:
        """Return a new, empty generation, which nobody reads yet."""
        made = self.path / uuid4().hex
        made.mkdir(parents=True)
        return Generation(made)

    def use(self, generation: Generation) -> None:
        """Put a generation in the place of the one in use, and remove all others."""
        link = self.path / f"{CURRENT}.new"
        link.unlink(missing_ok=True)
        link.symlink_to(generation.path.name)
        link.replace(self.path / CURRENT)
        for other in self.path.iterdir():
            if other.is_dir() and not other.is_symlink() and other != generation.path:
                # Readers have its files open or mapped: they go on reading it until they look again.
                shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer of this node; a process that ends, however, gives it up. Raises Busy when another is."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "writer.lock").open("w", encoding="ascii") as opened:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Busy(f"another process writes {self.path}") from error
            yield


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "blake2b").hexdigest()
