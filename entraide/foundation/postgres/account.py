"""Who PostgreSQL runs as. It refuses root; started by root it runs as a system account that may not enter root's home.

Two things let that account work with files it has no path to. The server inherits its data folder, opened, and is told
that its data is in /proc/self/fd/N, a link that the kernel resolves without walking the path. The programs are used
where they are if the account can run them there, and from a copy under /var/cache otherwise. No permission of any
folder above is ever changed. docs/decisions/0002-embedded-postgresql.md gives the reasons.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from entraide.foundation.postgres.binaries import Binaries, PostgresError

SYSTEM_ACCOUNTS = ("postgres", "nobody")
COPIES = Path("/var/cache/entraide")


@dataclass(frozen=True, slots=True)
class Way:
    """How a program reaches a folder: the path to tell it, and the descriptors that it has to inherit for that."""

    path: str
    descriptors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """The account that owns the data folder and runs the server; `drops` when that is not who we are."""

    uid: int
    gid: int
    drops: bool

    def popen_arguments(self) -> dict[str, Any]:
        """Return the arguments that make subprocess start a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drops else {}

    def give(self, path: Path) -> None:
        """Make this account the owner of a file or folder that we have just made."""
        if self.drops:
            os.chown(path, self.uid, self.gid)

    @contextmanager
    def way_into(self, folder: Path) -> Iterator[Way]:
        """Yield a way into a folder that this account owns, even where it may not enter the folders above."""
        if not self.drops:
            yield Way(path=str(folder))
            return
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield Way(path=f"/proc/self/fd/{descriptor}", descriptors=(descriptor,))
        finally:
            os.close(descriptor)


def account_of(*, folder: Path) -> Account:
    """Return who must run the server whose data is in this folder, whether the folder exists yet or not."""
    me = os.geteuid()
    owner = folder.stat().st_uid if folder.exists() else None
    if me != 0:
        if owner not in (None, me):
            raise PostgresError(f"{folder} belongs to {_name(owner or 0)}, not to you: run as that user or as root.")
        return Account(uid=me, gid=os.getegid(), drops=False)
    if owner:
        return Account(uid=owner, gid=folder.stat().st_gid, drops=True)
    for name in SYSTEM_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid, drops=True)
    raise PostgresError("PostgreSQL refuses to run as root, and no account can run it: add one named postgres.")


def reachable(*, binaries: Binaries, account: Account) -> Binaries:
    """Return the programs at a place where the account can run them."""
    if not account.drops or _can_run(binaries.folder, account):
        return binaries
    return _copied(binaries, account)


@cache
def _can_run(folder: Path, account: Account) -> bool:
    try:
        answer = subprocess.run(  # noqa: S603 (one of the folders found by `binaries`)
            [folder / "postgres", "--version"], capture_output=True, check=False, cwd="/", **account.popen_arguments()
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0


def _copied(binaries: Binaries, account: Account) -> Binaries:
    digest = hashlib.sha256(Path(binaries.program("postgres")).read_bytes()).hexdigest()[:12]
    target = COPIES / f"postgresql-{binaries.version}-{digest}"
    if not _can_run(target / "bin", account):
        _copy(binaries.folder.parent, target)
        _can_run.cache_clear()
    if target.stat().st_uid != 0 or not _can_run(target / "bin", account):
        raise PostgresError(f"{_name(account.uid)} cannot run PostgreSQL from {target}: check its permissions.")
    return Binaries(folder=target / "bin", version=binaries.version, major=binaries.major)


def _copy(source: Path, target: Path) -> None:
    for folder in (COPIES.parent, COPIES):
        folder.mkdir(exist_ok=True, mode=0o755)
    COPIES.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=COPIES) as unfinished:
        copy = Path(unfinished) / "copy"
        shutil.copytree(source, copy, symlinks=True)
        for path in (copy, *copy.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        shutil.rmtree(target, ignore_errors=True)
        copy.rename(target)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
