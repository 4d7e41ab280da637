"""Runs one step program: `python bin/steps/__main__.py manage …`. The scripts of bin/ call this."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[0] = str(ROOT)

from bin.steps import packages  # noqa: E402 (the path above must come first)
from bin.steps.terminal import Refusal, refuse  # noqa: E402


def manage(arguments: list[str]) -> int:
    """Run one of Django's management commands."""
    packages.ensure(lock="run")
    return become("-m", "config.manage", *arguments)


PROGRAMS: dict[str, Callable[[list[str]], int]] = {"manage": manage}


def become(*arguments: str) -> int:
    """Go on as the Python of .venv, in the folder of the repository."""
    if not os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_URL_FILE"):
        os.environ.setdefault("MODE", "development")
    os.environ["PYTHONPATH"] = str(ROOT)
    sys.stderr.flush()
    os.execv(packages.PYTHON, [str(packages.PYTHON), *arguments])  # noqa: S606 (our own interpreter)


def main(name: str, *arguments: str) -> int:
    """Run the program of this name; say in one line what stands in its way."""
    try:
        return PROGRAMS[name](list(arguments))
    except (Refusal, OSError) as error:
        refuse(error)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
