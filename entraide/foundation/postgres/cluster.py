"""One data folder of PostgreSQL: where it is, whether a server works in it, how it is made, started and stopped."""

import ctypes
import hashlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from entraide.foundation.postgres import binaries as programs
from entraide.foundation.postgres.account import Account, account_of, reachable
from entraide.foundation.postgres.binaries import Binaries, PostgresError

NAME = "entraide"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107
SERVER_OPTIONS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "timezone": "UTC",
}
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PR_SET_PDEATHSIG = 1
START_SECONDS = 600.0
STOP_SECONDS = 60.0


def shared_buffers(*, memory_bytes: int) -> str:
    """Return how much the server keeps of its pages: a sixteenth of the machine, from 128 MB to 1 GB.

    With the 128 MB that PostgreSQL takes by itself, making a person in the tables of two million pushes 2.7 other pages
    out; with 1 GB none. What is not used is not taken from the machine.
    """
    return f"{min(1024, max(128, memory_bytes // 16 // 2**20))}MB"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The data folder `var/pg<major>` and the programs that serve it."""

    var_dir: Path
    binaries: Binaries

    @classmethod
    def of(cls, *, var_dir: Path, major: int | None = None) -> "Cluster":
        """Return the cluster of a folder, of the preferred major version or of the one given."""
        found = programs.find() if major is None else programs.of_major(major)
        if found is None:
            raise PostgresError(
                f"PostgreSQL {major} is not on this machine: install it with `apt-get install postgresql-{major}`."
            )
        return cls(var_dir=var_dir.absolute(), binaries=found)

    @property
    def folder(self) -> Path:
        """Where the data is."""
        return self.var_dir / f"pg{self.binaries.major}"

    @property
    def log(self) -> Path:
        """Where the server writes what it has to say."""
        return self.var_dir / "log" / "postgres.log"

    @property
    def shortcut(self) -> Path | None:
        """A short link to a data folder whose path is too long for the address of a Unix socket."""
        if len(os.fsencode(self.folder / SOCKET)) <= LONGEST_SOCKET_PATH:
            return None
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path("/tmp") / f"entraide-{os.geteuid()}-{digest}"  # noqa: S108 (its owner is checked in `link`)

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"postgresql://{NAME}@/{NAME}?host={quote(str(self.shortcut or self.folder), safe='/')}"

    @property
    def exists(self) -> bool:
        """Whether the folder holds a database."""
        return (self.folder / "PG_VERSION").exists()

    def identity(self) -> str:
        """Return the number that initdb gave this database, the first 8 bytes of its control file."""
        with (self.folder / "global" / "pg_control").open("rb") as control:
            return control.read(8).hex()

    def account(self) -> Account:
        """Return who runs the server."""
        return account_of(folder=self.folder)

    def server_pid(self) -> int | None:
        """Return the process that serves this folder. A number left by a dead server is none, even if reused since."""
        try:
            pid = int((self.folder / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if works_in(pid=pid, folder=self.folder) else None

    def state(self) -> str:
        """Return what the server says of itself: starting, ready, stopping, standby, or "" when there is none."""
        if self.server_pid() is None:
            return ""
        try:
            lines = (self.folder / "postmaster.pid").read_text().split("\n")
        except OSError:
            return ""
        return lines[7].strip() if len(lines) > 7 else "starting"

    def clear_remains(self) -> None:
        """Remove what a killed server left, once the last of its processes has gone."""
        deadline = time.monotonic() + STOP_SECONDS
        while any(works_in(pid=int(entry.name), folder=self.folder) for entry in Path("/proc").glob("[0-9]*")):
            if time.monotonic() > deadline:
                raise PostgresError(f"Processes of an earlier server are still at work in {self.folder}.")
            time.sleep(0.05)
        for name in ("postmaster.pid", SOCKET, f"{SOCKET}.lock"):
            (self.folder / name).unlink(missing_ok=True)

    def link(self) -> None:
        """Make the short link, when one is needed. A link that somebody else put there is refused."""
        if not self.shortcut:
            return
        if not self.shortcut.is_symlink():
            self.shortcut.symlink_to(self.folder)
        if self.shortcut.lstat().st_uid != os.geteuid() or self.shortcut.readlink() != self.folder:
            raise PostgresError(f"{self.shortcut} is not ours: remove it, or use a folder with a shorter path.")

    def create(self, *, durable: bool = True) -> None:
        """Make the data folder, complete or not at all."""
        unfinished = self.var_dir / f"{self.folder.name}.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        account = self.account()
        account.give(unfinished)
        with account.way_into(unfinished) as way:
            command = [
                reachable(binaries=self.binaries, account=account).program("initdb"), f"--pgdata={way.path}",
                f"--username={NAME}", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                *([] if durable else ["--no-sync"]),
            ]  # fmt: skip
            made = subprocess.run(  # noqa: S603 (our own command)
                command, cwd="/", env=_environment(), capture_output=True, text=True, check=False,
                pass_fds=way.descriptors, **account.popen_arguments(),
            )  # fmt: skip
        if made.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise PostgresError(f"The database could not be made: {_last_line(made.stderr)}")
        unfinished.rename(self.folder)

    def spawn(self, *, durable: bool) -> subprocess.Popen[bytes]:
        """Start the server as a child that stops when this process dies."""
        account = self.account()
        memory_bytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        options = SERVER_OPTIONS | {"shared_buffers": shared_buffers(memory_bytes=memory_bytes)}
        options |= {} if durable else UNSAFE_BUT_FAST
        server = reachable(binaries=self.binaries, account=account).program("postgres")
        settings = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log, account.way_into(self.folder) as way:
            return subprocess.Popen(  # noqa: S603 (our own command)
                [server, "-D", way.path, *settings], cwd="/", env=_environment(), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, preexec_fn=_stop_with_parent,
                pass_fds=way.descriptors, **account.popen_arguments(),
            )  # fmt: skip

    def ensure_database(self) -> None:
        """Make the application's database if it is missing, which also proves that the server answers."""
        where = ["-h", str(self.shortcut or self.folder), "-U", NAME]
        wanted = f"SELECT 1 FROM pg_database WHERE datname = '{NAME}'"  # noqa: S608 (a constant)
        found = self._client("psql", *where, "-d", "postgres", "-XAtc", wanted)
        if found.strip() != "1":
            self._client("createdb", *where, "--template=template0", NAME)

    def _client(self, program: str, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 (our own command)
            [self.binaries.program(program), *arguments],
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise PostgresError(f"The database does not answer: {_last_line(done.stderr)}")
        return done.stdout


def works_in(*, pid: int, folder: Path) -> bool:
    """Tell whether a process is alive with this folder as its working directory, as every PostgreSQL process is."""
    try:
        at, wanted = Path(f"/proc/{pid}/cwd").stat(), folder.stat()
    except OSError:
        return False
    return (at.st_dev, at.st_ino) == (wanted.st_dev, wanted.st_ino)


def _stop_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _environment() -> dict[str, str]:
    """Return a plain environment: PG* variables of the caller must not lead our programs elsewhere."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": "/"}


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "it gave no reason").strip()
