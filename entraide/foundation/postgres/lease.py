"""A lease keeps the embedded database running. The first lease starts it; when the last has ended it stops.

A lease is a shared lock on `var/pg<major>.users`, so the kernel ends it with the process, even one killed with -9. The
guard, a small process that is the server's parent, waits for that lock alone and then stops the server.
"""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from entraide.foundation.postgres.binaries import PostgresError
from entraide.foundation.postgres.cluster import START_SECONDS, STOP_SECONDS, Cluster

# Guards are children of whoever started them, and are reaped here when they have ended.
_guards: list[subprocess.Popen[bytes]] = []
ROOT = Path(__file__).resolve().parent.parent.parent.parent


@dataclass(slots=True)
class Lease:
    """A running database. Use it as a context manager, or call `release`."""

    cluster: Cluster
    durable: bool
    users: int

    def __enter__(self) -> "Lease":
        return self

    def __exit__(self, *raised: object) -> None:
        self.release()

    @property
    def url(self) -> str:
        """The address for clients."""
        return self.cluster.url

    def ensure(self) -> None:
        """Start the server again if it has stopped since."""
        if self.cluster.state() != "ready":
            with _alone(self.cluster):
                _start(self.cluster, durable=self.durable)

    def pass_on(self) -> None:
        """Let the program that replaces this one by exec keep the lease."""
        os.set_inheritable(self.users, True)

    def release(self) -> None:
        """End the lease. When it was the last one, wait until the server has gone, so that no process stays behind."""
        os.close(self.users)
        deadline = time.monotonic() + 2 * STOP_SECONDS
        while time.monotonic() < deadline:
            holder = _holder(self.cluster)
            if holder == "users" or (holder == "" and not self.cluster.server_pid()):
                break
            time.sleep(0.02)
        _reap()


def hold(var_dir: Path, *, durable: bool = True, major: int | None = None) -> Lease:
    """Take a lease on the database of this folder, making and starting it as needed.

    `durable=False` trades safety for speed, for tests. Raises PostgresError with one line that says what to do.
    """
    cluster = Cluster.of(var_dir=var_dir, major=major)
    if major is None:
        _refuse_other_major(cluster)
    cluster.account()
    cluster.log.parent.mkdir(parents=True, exist_ok=True)
    users = os.open(users_file(cluster), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(users, fcntl.LOCK_SH)
    try:
        with _alone(cluster):
            _start(cluster, durable=durable)
    except BaseException:
        os.close(users)
        raise
    return Lease(cluster=cluster, durable=durable, users=users)


def users_file(cluster: Cluster) -> Path:
    """Return the file whose lock the users share."""
    return cluster.folder.with_suffix(".users")


def _start(cluster: Cluster, *, durable: bool) -> None:
    """Have a ready server: take over the one at work, or start one in a folder made if it is missing."""
    if cluster.state() in ("", "stopping"):
        if cluster.folder.exists():
            cluster.clear_remains()
        if not cluster.exists:
            cluster.create(durable=durable)
        _start_guard(cluster, durable=durable)
    cluster.link()
    cluster.ensure_database()


def _start_guard(cluster: Cluster, *, durable: bool) -> None:
    arguments = [str(cluster.var_dir), str(cluster.binaries.major), "durable" if durable else "fast"]
    with cluster.log.open("ab") as log:
        began = log.tell()
        guard = subprocess.Popen(  # noqa: S603 (our own command)
            [sys.executable, "-m", "entraide.foundation.postgres.guard", *arguments],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    _reap()
    _guards.append(guard)
    deadline = time.monotonic() + START_SECONDS
    while cluster.state() != "ready":
        if guard.poll() is not None:
            raise PostgresError(f"PostgreSQL did not start: {_reason(cluster.log, began)} (see {cluster.log})")
        if time.monotonic() > deadline:
            raise PostgresError(f"PostgreSQL is still not ready: see {cluster.log}")
        time.sleep(0.02)


def _reap() -> None:
    _guards[:] = [guard for guard in _guards if guard.poll() is None]


def _reason(log: Path, began: int) -> str:
    with log.open("rb") as file:
        file.seek(began)
        lines = [line for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    worst = [line for line in lines if "FATAL" in line or "PANIC" in line]
    return (worst or lines or ["it gave no reason"])[-1].strip()


def _refuse_other_major(cluster: Cluster) -> None:
    if cluster.exists:
        return
    for version in sorted(cluster.var_dir.glob("pg*/PG_VERSION")):
        if not version.parent.name.removeprefix("pg").isdigit():
            continue
        raise PostgresError(
            f"{version.parent} holds data of PostgreSQL {version.read_text().strip()}, and this is PostgreSQL "
            f"{cluster.binaries.major}: move it with `bin/dump --upgrade`."
        )


@contextmanager
def _alone(cluster: Cluster) -> Iterator[None]:
    """Hold back other processes that would start the same server."""
    file = os.open(cluster.folder.with_suffix(".starting"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _holder(cluster: Cluster) -> str:
    """Return who has the users' lock: "users", the "guard" that is stopping the server, or "" for nobody."""
    probe = os.open(users_file(cluster), os.O_RDWR | os.O_CLOEXEC)
    try:
        for kind, holder in ((fcntl.LOCK_EX, ""), (fcntl.LOCK_SH, "users")):
            with suppress(BlockingIOError):
                fcntl.flock(probe, kind | fcntl.LOCK_NB)
                return holder
        return "guard"
    finally:
        os.close(probe)
