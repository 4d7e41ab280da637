"""The steps of a change: the truth is written, then each target gets whole pages or keeps those that it has."""

import fcntl
import hashlib
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from entraidectl.status.page import reading
from entraidectl.status.page.data import Data
from entraidectl.steps import WriteFile

COMMAND_SECONDS = 60


class Overtaken(Exception):
    """Somebody else changed the file meanwhile, and nothing was written. The message says what to do."""


@contextmanager
def alone(folder: Path, *, waits: Callable[[], None]) -> Iterator[None]:
    """Be the only one who changes and publishes; `waits` is called where somebody else does, and their end awaited."""
    # Workers of nginx read pages, whatever whoever publishes keeps from others.
    before = os.umask(0o022)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waits()
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    finally:
        os.umask(before)


@dataclass(frozen=True, slots=True)
class SaveData:
    """Write the truth, unless it was changed since it was read."""

    folder: Path
    data: Data
    what: str

    def describe(self) -> dict[str, str]:
        """Return what is told, and the file."""
        return {"action": self.what, "target": f"in {self.folder / reading.NAME}", "revision": str(self.data.revision)}

    def run(self) -> None:
        """Compare, keep the copy before, write beside the file and move over it. Raises Overtaken."""
        file = self.folder / reading.NAME
        found = reading.read(self.folder)
        if found.revision != self.data.revision - 1:
            raise Overtaken(
                f"{file}: was changed meanwhile (revision {found.revision} where {self.data.revision - 1} was read), "
                "and nothing was written: look with status list, then try again"
            )
        if file.exists():
            WriteFile(self.folder / f"{reading.NAME}.before", file.read_text(encoding="utf-8")).run()
        WriteFile(file, reading.as_text(self.data)).run()
        os.sync()


@dataclass(frozen=True, slots=True)
class Failures:
    """What could not be published to, each with its reason. One target never keeps the others from being told."""

    told: list[str] = field(default_factory=list)

    def add(self, target: str, reason: str) -> None:
        """Keep a reason."""
        self.told.append(f"not published to {target}: {reason}")


@dataclass(frozen=True, slots=True)
class PublishToFolder:
    """Put pages beside a folder of this machine, whole, then turn the link of that name to them."""

    target: Path
    files: Mapping[str, str]
    failures: Failures

    def describe(self) -> dict[str, str]:
        """Return the folder."""
        return {"action": "publish to", "target": str(self.target)}

    def run(self) -> None:
        """Do it, or keep why not."""
        try:
            self._turn(self._written())
        except OSError as error:
            self.failures.add(str(self.target), _reason(error))

    def _written(self) -> Path:
        if not self.target.is_symlink() and self.target.exists():
            # What an operator made beforehand is empty, and gives way; anything else is somebody's.
            try:
                self.target.rmdir()
            except OSError as error:
                raise OSError("something else lies there: name a folder that is not there yet") from error
        name = hashlib.sha256("\0".join(f"{path}\0{text}" for path, text in self.files.items()).encode()).hexdigest()
        home = self.target.with_name(f".{self.target.name}.{name[:16]}")
        draft = home.with_name(f"{home.name}.part")
        for left in self.target.parent.glob(f".{self.target.name}.*.part"):
            _remove(left)
        write_all(draft, self.files)
        os.sync()
        _remove(home)
        draft.rename(home)
        return home

    def _turn(self, home: Path) -> None:
        before = self.target.readlink().name if self.target.is_symlink() else ""
        link = self.target.with_name(f".{self.target.name}.link.part")
        link.unlink(missing_ok=True)
        link.symlink_to(home.name)
        link.replace(self.target)
        # Whoever reads the pages before may finish.
        for old in self.target.parent.glob(f".{self.target.name}.*"):
            if old.name not in (home.name, before):
                _remove(old)


@dataclass(frozen=True, slots=True)
class PublishByCommand:
    """Hand pages to a program that takes them elsewhere."""

    command: str
    files: Mapping[str, str]
    failures: Failures

    def describe(self) -> dict[str, str]:
        """Return the command."""
        return {"action": "publish by", "target": self.command}

    def run(self) -> None:
        """Run it, or keep why it failed. It is asked nothing and ended when it takes too long."""
        try:
            with tempfile.TemporaryDirectory(prefix="entraide-status-") as folder:
                pages = Path(folder) / "pages"
                write_all(pages, self.files)
                words = [word.replace("{pages}", str(pages)) for word in shlex.split(self.command)]
                reason = _complaint(words, Path(folder) / "said")
        except OSError as error:
            reason = _reason(error)
        if reason:
            self.failures.add(f"`{self.command}`", reason)


def write_all(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder that everybody may read."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _complaint(words: list[str], said: Path) -> str:
    """Run a program; return its last words when it failed, nothing when it did not."""
    with said.open("wb") as out:
        running = subprocess.Popen(  # noqa: S603 (the operator's own, of site.toml)
            words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    try:
        status = running.wait(timeout=COMMAND_SECONDS)
    except subprocess.TimeoutExpired:
        # With those it started, such as the ssh of an rsync, which would go on waiting.
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        return f"no answer within {COMMAND_SECONDS} s"
    lines = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return "" if status == 0 else f"it ended with {status}{f': {lines[-1]}' if lines else ''}"


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    return error.strerror.lower() + (f" ({error.filename})" if error.filename else "") if error.strerror else str(error)
