"""The steps that an edge takes: nginx is asked about a configuration, takes it over, and the old one stays at hand."""

import fcntl
import http.client
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from entraidectl.edge.places import Places

TAKEN_OVER_WITHIN_SECONDS = 20
LOOK_EVERY_SECONDS = 0.05


class StepFailed(Exception):
    """A step could not be done; what ran before still runs. The message says why and what to do."""


@contextmanager
def alone(places: Places) -> Iterator[None]:
    """Be the only one who changes this edge. Raises StepFailed when somebody else does, such as a renewal at night."""
    # Workers of nginx, which are not root, read pages and files: whoever applies may be stricter with their own.
    before = os.umask(0o022)
    try:
        places.edge.mkdir(parents=True, exist_ok=True)
        with (places.edge / "lock").open("w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StepFailed(f"{lock.name}: this edge is being changed right now. Try again in a moment") from error
            yield
    finally:
        os.umask(before)


@dataclass(frozen=True, slots=True)
class Watch:
    """Where nginx says which configuration runs."""

    address: str
    port: int

    def running(self) -> str | None:
        """Return the name of the configuration that answers; None when nothing does."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=2)
        try:
            connection.request("GET", "/generation")
            answer = connection.getresponse()
            return answer.read().decode("ascii", "replace").strip() if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class MakeFolder:
    """Make a folder that nginx writes to; with a user named, for that one's group and nobody else."""

    folder: Path
    user: str = ""

    def describe(self) -> dict[str, str]:
        """Return the folder."""
        return {"action": "create", "target": f"{self.folder}/"}

    def run(self) -> None:
        """Make it with those above it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.user:
            # Workers open their logs anew after each rotation, so that the folder has to let them through.
            if os.geteuid() == 0:
                os.chown(self.folder, 0, pwd.getpwnam(self.user).pw_gid)
            self.folder.chmod(0o750)


@dataclass(frozen=True, slots=True)
class RemoveFolder:
    """Remove a configuration that nobody goes back to."""

    folder: Path

    def describe(self) -> dict[str, str]:
        """Return the folder."""
        return {"action": "remove", "target": f"{self.folder}/"}

    def run(self) -> None:
        """Remove it if it is still there."""
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Check:
    """Let a program read what was written for it, while what was before holds. `asked` returns its complaint."""

    file: Path
    program: str
    what: str
    asked: Callable[[], str]

    def describe(self) -> dict[str, str]:
        """Return what is checked."""
        return {"action": "check", "target": str(self.file)}

    def run(self) -> None:
        """Raise StepFailed with what the program says of it."""
        complaint = self.asked()
        if complaint:
            raise StepFailed(f"{self.program} refuses the {self.what}, and nothing was changed: {complaint}")


def check_with_nginx(home: Path, program: str) -> Check:
    """Return the step in which nginx reads a configuration."""
    return Check(home / "nginx.conf", "nginx", "configuration", partial(complaint_of, program, home))


def complaint_of(program: str, home: Path) -> str:
    """Return what nginx has against the configuration in a folder; empty when it takes it."""
    # Before it has read where its log is, nginx opens the one it was built with.
    complaint = told(program, "-t", "-q", "-c", str(home / "nginx.conf"), "-g", "daemon on;")
    lines = [line for line in complaint.splitlines() if "[emerg]" in line or "[alert]" in line]
    return " ".join(lines or complaint.splitlines())


def told(*command: str, said: str = "") -> str:
    """Run a program and return its complaint; empty when it had none."""
    asked = subprocess.run(command, input=said, capture_output=True, text=True, check=False)  # noqa: S603 (of Debian)
    return "" if asked.returncode == 0 else (asked.stdout + asked.stderr).strip() or "it gave no reason"


@dataclass(frozen=True, slots=True)
class Log:
    """nginx's log from some moment on."""

    file: Path
    begins_at: int

    @classmethod
    def at_its_end(cls, file: Path) -> Self:
        """Return what will be written from now on."""
        return cls(file, file.stat().st_size if file.exists() else 0)

    def obstacle(self) -> str:
        """Return why nginx gave up; empty as long as it did not. It tries five times to listen before it does."""
        try:
            with self.file.open("rb") as file:
                file.seek(self.begins_at)
                lines = [line for line in file.read().decode("utf-8", "replace").splitlines() if "[emerg]" in line]
        except OSError:
            return ""
        tries = [line for line in lines if "bind() to" in line]
        others = [line for line in lines if "bind() to" not in line]
        if others and "still could not bind" in others[-1] and tries:
            return tries[-1]
        return others[-1] if others else ""


@dataclass(frozen=True, slots=True)
class Serve:
    """Make a configuration the current one, and let a running nginx take it over."""

    name: str
    before: str
    places: Places
    watch: Watch

    def describe(self) -> dict[str, str]:
        """Return what is to run."""
        return {"action": "serve", "target": str(self.places.generations / self.name)}

    def run(self) -> None:
        """Link and reload. Raises StepFailed, with the links as they were, when nginx goes on with the old one."""
        links = (self.places.current, self.places.previous)
        were = [link.readlink().name if link.is_symlink() else "" for link in links]
        self._link(self.name, self.before)
        pid = running_pid(self.places.pid)
        if pid is None:
            return
        log = Log.at_its_end(self.places.logs / "error.log")
        old_workers = workers_of(pid)
        os.kill(pid, signal.SIGHUP)
        obstacle = self._obstacle(pid, old_workers, log)
        if obstacle:
            self._link(*were)
            raise StepFailed(f"nginx goes on with the configuration before, which is current again: {obstacle}")

    def _obstacle(self, pid: int, old_workers: set[int], log: Log) -> str:
        """Wait until nginx runs this configuration and no other; return what is in the way if it never does."""
        until = time.monotonic() + TAKEN_OVER_WITHIN_SECONDS
        while time.monotonic() < until:
            if self.watch.running() == self.name and not old_workers & workers_of(pid):
                return ""
            obstacle = log.obstacle()
            if obstacle:
                return obstacle
            time.sleep(LOOK_EVERY_SECONDS)
        return f"it did not say why within {TAKEN_OVER_WITHIN_SECONDS} s ({log.file})"

    def _link(self, current: str, previous: str) -> None:
        for link, name in ((self.places.previous, previous), (self.places.current, current)):
            if not name:
                link.unlink(missing_ok=True)
                continue
            draft = link.with_name(f".{link.name}.part")
            draft.unlink(missing_ok=True)
            draft.symlink_to(Path("generations") / name)
            draft.replace(link)


def running_pid(file: Path, *, command: str = "nginx") -> int | None:
    """Return the number of the program that runs; None without one, also when its file was left behind."""
    try:
        pid = int(file.read_text(encoding="ascii"))
        name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
    return pid if name == command else None


def workers_of(pid: int) -> set[int]:
    """Return nginx's workers that take connections; those that only finish what they answer are none."""
    found = set()
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        try:
            title = Path(f"/proc/{child}/cmdline").read_bytes().rstrip(b"\0").strip()
        except OSError:
            continue
        if title == b"nginx: worker process":
            found.add(int(child))
    return found
