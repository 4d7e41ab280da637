"""Runs pytest on a PostgreSQL of its own, fast since nothing in it has to survive: `python -m bin.steps.tests`.

DATABASE_URL names another server to test on; TEST_POSTGRES=15 asks for that major version of Debian's.
"""

import os
import sys

from bin.steps import assets, portal
from bin.steps.terminal import Refusal, refuse
from config import environment as names
from entraide.foundation import postgres
from entraide.foundation.env import SettingError

WORKERS = "2"
NO_TESTS = 5
DRILLS = "--drills"


def runs(arguments: list[str]) -> list[list[str]]:
    """Return pytest's arguments for each run: unless they choose by marker, no drills, and the browser's tests apart.

    With `--drills`, all that bears their marker, in whatever folder, one after the other: each wants the machine alone.
    Those of the browser come apart here too.
    Playwright keeps an event loop running in its process, beside which no other asynchronous test could run.
    """
    if DRILLS in arguments:
        others = [argument for argument in arguments if argument != DRILLS]
        return [["-m", f"drill and {browser}", "-p", "no:xdist", *others] for browser in ("not browser", "browser")]
    if "-m" in arguments:
        return [arguments]
    several = any(argument.startswith(("-n", "--pdb", "-p")) for argument in arguments)
    parallel = [] if several else ["-n", WORKERS, "--dist", "loadfile"]
    return [["-m", "not drill and not browser", *parallel, *arguments], ["-m", "browser and not drill", *arguments]]


def main(arguments: list[str]) -> int:
    """Run the tests and return pytest's exit code."""
    if os.environ.get("DATABASE_URL"):
        return _run_all(arguments)
    major = os.environ.get("TEST_POSTGRES")
    folder = names.from_process().value(names.VAR_DIR) / "test"
    try:
        with postgres.hold(folder, durable=False, major=int(major) if major else None) as lease:
            return _run_all(arguments, DATABASE_URL=lease.url)
    except (postgres.PostgresError, SettingError, OSError) as error:
        refuse(error if isinstance(error, OSError) else Refusal(str(error)))


def _run_all(arguments: list[str], **variables: str) -> int:
    variables |= assets.browser_driver() | {"MODE": "development"}
    codes = [portal.run("-m", "pytest", *each, **variables) for each in runs(arguments)]
    if set(codes) == {NO_TESTS}:
        return NO_TESTS
    return max(code for code in codes if code != NO_TESTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
