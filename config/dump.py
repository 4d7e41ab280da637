"""Moves the data of the embedded database: to a file, to a server of the operator's, or to another major version."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from config import environment as names
from entraide.foundation import postgres
from entraide.foundation.env import SettingError
from entraide.foundation.postgres import PostgresError


def to_file(var_dir: Path, target: Path) -> str:
    """Write a dump that pg_restore reads; the file appears when it is complete."""
    unfinished = target.with_name(f"{target.name}.part")
    with postgres.hold(var_dir) as lease:
        _run([*_dump(lease), "--file", str(unfinished)])
    unfinished.rename(target)
    return f"{target} holds the data; pg_restore --no-owner --dbname URL {target} brings it into a database."


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


def _dump(lease: postgres.Lease) -> list[str]:
    # Today's pg_dump reads every older server.
    newest = postgres.Cluster.of(var_dir=lease.cluster.var_dir).binaries
    return [newest.program("pg_dump"), "--format=custom", "--no-owner", "--no-comments", f"--dbname={lease.url}"]


def _copy(source: postgres.Lease, url: str) -> None:
    programs = postgres.Cluster.of(var_dir=source.cluster.var_dir).binaries
    restore = [
        programs.program("pg_restore"), "--no-owner", "--no-comments", "--single-transaction", "--exit-on-error",
        f"--dbname={url}",
    ]  # fmt: skip
    with subprocess.Popen(_dump(source), stdout=subprocess.PIPE) as dumping:  # noqa: S603 (our own command)
        _run(restore, stdin=dumping.stdout)
    if dumping.returncode:
        raise PostgresError("The data could not be read; the reason is above.")


def _run(command: list[str], stdin: object = None) -> None:
    done = subprocess.run(command, stdin=stdin, stderr=subprocess.PIPE, text=True, check=False)  # type: ignore[call-overload] # noqa: S603
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr.strip())
        raise PostgresError(f"The data could not be copied: {reason}")


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
