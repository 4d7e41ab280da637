"""Moves the data of the embedded database: to a file, to a server of the operator's, or to another major version."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from config import environment as names
from entraide.foundation import postgres
from entraide.foundation.env import SettingError
from entraide.foundation.postgres import PostgresError

# What begins the lines of a dump's head, and those of them that PostgreSQL 15 and 16 refuse.
HEAD = (b"--", b"SET ", b"SELECT pg_catalog.set_config", b"\\restrict", b"\n")
NEWER_SETTINGS = b"SET transaction_timeout"


def to_file(var_dir: Path, target: Path) -> str:
    """Write a dump that pg_restore reads; the file appears when it is complete."""
    unfinished = target.with_name(f"{target.name}.part")
    with postgres.hold(var_dir) as lease:
        _run([*_dump(lease, form="custom"), "--file", str(unfinished)])
        major = postgres.Cluster.of(var_dir=var_dir).binaries.major
    unfinished.rename(target)
    return (
        f"{target} holds the data. pg_restore of PostgreSQL {major} or newer brings it into a server as new: "
        f"pg_restore --no-owner --dbname URL {target}"
    )


def to_server(var_dir: Path, url: str) -> str:
    """Copy everything into an empty database of another server, completely or not at all."""
    with postgres.hold(var_dir) as lease:
        _copy(lease, url)
    return "The data is there. Start Entraide with DATABASE_URL set to that address."


def upgrade(var_dir: Path) -> str:
    """Move the data of an older major version's folder into a folder of today's, and set the old one aside."""
    old, new = _older(var_dir), postgres.Cluster.of(var_dir=var_dir)
    if new.exists:
        raise PostgresError(f"{new.folder} exists already: remove it or {old.folder}, whichever is not wanted.")
    try:
        with (
            postgres.hold(var_dir, major=old.binaries.major) as source,
            postgres.hold(var_dir, major=new.binaries.major) as target,
        ):
            _copy(source, target.url)
    except BaseException:
        shutil.rmtree(new.folder, ignore_errors=True)
        raise
    aside = old.folder.with_suffix(".moved")
    old.folder.rename(aside)
    return f"{new.folder} holds the data now; {aside} may be removed."


def _older(var_dir: Path) -> postgres.Cluster:
    current = postgres.Cluster.of(var_dir=var_dir).folder.name
    for version in sorted(var_dir.glob("pg*/PG_VERSION")):
        major = version.parent.name.removeprefix("pg")
        if major.isdigit() and version.parent.name != current:
            return postgres.Cluster.of(var_dir=var_dir, major=int(major))
    raise PostgresError(f"There is no older database in {var_dir}: nothing to upgrade.")


def _dump(lease: postgres.Lease, *, form: str) -> list[str]:
    # Today's pg_dump reads every older server.
    newest = postgres.Cluster.of(var_dir=lease.cluster.var_dir).binaries
    return [newest.program("pg_dump"), f"--format={form}", "--no-owner", "--no-comments", f"--dbname={lease.url}"]


def _copy(source: postgres.Lease, url: str) -> None:
    """Pour the data into an empty database, in one transaction that ends well only if all of it could be read."""
    programs = postgres.Cluster.of(var_dir=source.cluster.var_dir).binaries
    fill = [
        programs.program("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
        "--output=/dev/null", f"--dbname={url}",
    ]  # fmt: skip
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(_dump(source, form="plain"), stdout=subprocess.PIPE) as dumping,  # noqa: S603 (our own command)
        subprocess.Popen(fill, stdin=subprocess.PIPE, stderr=said) as filling,  # noqa: S603 (the same)
    ):
        # Its end of input is a commit, so it may only see that end when everything was read.
        complete = _pour(dumping, filling) and dumping.wait() == 0
        if not complete:
            dumping.kill()
            filling.kill()
        with suppress(BrokenPipeError):
            if filling.stdin:
                filling.stdin.close()
        complete = filling.wait() == 0 and complete
        said.seek(0)
        reason = _reason(said.read().decode(errors="replace"))
    if not complete:
        raise PostgresError(f"The data could not be copied: {reason or 'the reason is above'}")


def _pour(dumping: "subprocess.Popen[bytes]", filling: "subprocess.Popen[bytes]") -> bool:
    """Send what one writes to the other; tell whether it took all.

    The head of a dump sets what older servers do not know. Only its head is looked at: below, a line may be data.
    """
    if dumping.stdout is None or filling.stdin is None:
        raise TypeError("both ends are pipes")
    try:
        for line in dumping.stdout:
            if line.startswith(NEWER_SETTINGS):
                continue
            filling.stdin.write(line)
            if not line.startswith(HEAD):
                break
        shutil.copyfileobj(dumping.stdout, filling.stdin)
        filling.stdin.flush()
    except BrokenPipeError:
        return False
    return True


def _reason(said: str) -> str:
    lines = [line for line in said.splitlines() if "error" in line.lower() or "fatal" in line.lower()]
    return (lines or [said.strip()])[0]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 (our own command)
    if done.returncode:
        raise PostgresError(f"The data could not be copied: {_reason(done.stderr)}")


def main(arguments: list[str]) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="bin/dump", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", nargs="?", type=Path, help="write the data to this file")
    what.add_argument("--to", metavar="URL", help="copy the data into the empty database postgresql://… names")
    what.add_argument("--upgrade", action="store_true", help="move the data to today's major version of PostgreSQL")
    options = parser.parse_args(arguments)
    try:
        var_dir = names.from_process().value(names.VAR_DIR)
        if options.upgrade:
            said = upgrade(var_dir)
        else:
            said = to_server(var_dir, options.to) if options.to else to_file(var_dir, options.file)
    except (PostgresError, SettingError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return os.EX_UNAVAILABLE
    sys.stdout.write(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
