"""Where things are on the machine of the database, and what its programs are run as."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from entraidectl.edge.site.declarations import Backups

STANZA = "entraide"
INSTALL = "apt-get install pgbackrest"
# Since which version pgBackRest knows which PostgreSQL: Debian's own of one release always know each other.
KNOWN_SINCE = {15: (2, 41), 16: (2, 48), 17: (2, 54), 18: (2, 57)}


class Unfit(Exception):
    """Something stands in the way. The message is one line that says what to do."""


@dataclass(frozen=True)
class Place:
    """One database's machine, as site.toml describes it."""

    wish: Backups

    @property
    def state(self) -> Path:
        """The folder of what the copying writes."""
        return Path(self.wish.state)

    @property
    def configuration(self) -> Path:
        """The file that pgBackRest reads."""
        return self.state / "pgbackrest.conf"

    @property
    def verified(self) -> Path:
        """The file that says when a copy was last tried with success."""
        return self.state / "verified.json"

    @property
    def data(self) -> Path:
        """PostgreSQL's folder."""
        return Path(self.wish.data)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of copies, the nearest first."""
        return tuple(Path(folder) for folder in (self.wish.folder, self.wish.second) if folder)

    @cached_property
    def owner(self) -> pwd.struct_passwd:
        """The account of the database. Raises Unfit when there is none."""
        try:
            return pwd.getpwnam(self.wish.user)
        except KeyError:
            raise Unfit(
                f"this machine has no user {self.wish.user}: run this where PostgreSQL is, or name backups.user"
            ) from None

    def account(self) -> dict[str, Any]:
        """Return how a program becomes the database's user. Raises Unfit without the rights."""
        if os.geteuid() == self.owner.pw_uid:
            return {"cwd": "/"}
        if os.geteuid() != 0:
            raise Unfit(f"this is for root, or for {self.wish.user}: sudo, or su {self.wish.user} -s /bin/sh")
        return {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": [], "cwd": "/"}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program as the database's user and return what it said."""
        return subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=False, env=environment(), **self.account()
        )

    def ask(self, question: str, *, socket: Path | None = None, port: int | None = None, database: str = "") -> str:
        """Return what the database answers to SQL. Raises Unfit."""
        folder, door = socket or Path(self.wish.socket), port or self.wish.port
        done = self.run(
            program("psql"), "--no-psqlrc", "-AtX", "-v", "ON_ERROR_STOP=1", "-h", str(folder), "-p", str(door),
            "-d", database or "postgres", "-c", question,
        )  # fmt: skip
        if done.returncode:
            raise Unfit(f"PostgreSQL at {folder}, port {door}: {last_line(done.stderr)}")
        return done.stdout.strip()


def environment() -> dict[str, str]:
    """Return what programs get: nothing of ours, whose names pgBackRest and libpq would take for settings."""
    return {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", "HOME": "/"}


def program(name: str, *, major: int | None = None) -> str:
    """Return a program's path, Debian's of that major version of PostgreSQL. Raises Unfit."""
    found = shutil.which(name, path=f"/usr/lib/postgresql/{major}/bin" if major else "/usr/bin:/bin:/usr/local/bin")
    if found:
        return found
    remedy = INSTALL if name == "pgbackrest" else f"apt-get install postgresql{f'-{major}' if major else '-client'}"
    raise Unfit(f"{name} is not installed: {remedy}")


def demand(major: int) -> None:
    """See that the pgBackRest which is installed knows this version of PostgreSQL. Raises Unfit."""
    said = subprocess.run([program("pgbackrest"), "version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    digits = said.removeprefix("pgBackRest ").strip().split("dev")[0].split(".")
    version = (int(digits[0]), int(digits[1]))
    needed = KNOWN_SINCE.get(major)
    if needed is None or version < needed:
        wanted = ".".join(map(str, needed)) if needed else "a newer one"
        raise Unfit(
            f"pgBackRest {'.'.join(digits)} knows no PostgreSQL {major} (it takes {wanted}): "
            "use Debian's own PostgreSQL, to which bin/dump moves an embedded database"
        )


def major_of(folder: Path) -> int:
    """Return the major version of a data folder. Raises Unfit."""
    try:
        return int((folder / "PG_VERSION").read_text(encoding="ascii"))
    except OSError as error:
        raise Unfit(
            f"{folder}: no data of PostgreSQL can be read there ({error.strerror}): "
            "name its folder, backups.data, and run this as root"
        ) from error


def last_line(text: str) -> str:
    """Return what a program said last."""
    return (text.strip() or "it gave no reason").splitlines()[-1]
