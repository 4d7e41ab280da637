"""Runs pytest on a PostgreSQL of its own, fast since nothing in it has to survive: `python -m bin.steps.tests`.

DATABASE_URL names another server to test on; TEST_POSTGRES=15 asks for that major version of Debian's.
"""

import os
import sys

from bin.steps import portal
from bin.steps.terminal import Refusal, refuse
from config import environment as names
from entraide.foundation import postgres
from entraide.foundation.env import SettingError

WORKERS = "2"


def options(arguments: list[str]) -> list[str]:
    """Return pytest's arguments: no drills and two processes, unless they say otherwise."""
    chosen = list(arguments)
    if "-m" not in arguments:
        chosen = ["-m", "not drill", *chosen]
    if not any(argument.startswith(("-n", "--pdb", "-p")) for argument in arguments):
        chosen = ["-n", WORKERS, "--dist", "loadfile", *chosen]
    return chosen


def main(arguments: list[str]) -> int:
    """Run the tests and return pytest's exit code."""
    command = ("-m", "pytest", *options(arguments))
    if os.environ.get("DATABASE_URL"):
        return portal.run(*command, MODE="development")
    major = os.environ.get("TEST_POSTGRES")
    folder = names.from_process().value(names.VAR_DIR) / "test"
    try:
        with postgres.hold(folder, durable=False, major=int(major) if major else None) as lease:
            return portal.run(*command, MODE="development", DATABASE_URL=lease.url)
    except (postgres.PostgresError, SettingError, OSError) as error:
        refuse(error if isinstance(error, OSError) else Refusal(str(error)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
