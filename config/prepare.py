"""Brings the database and the static files of a node up to date: `bin/manage prepare`, and every start of `bin/serve`.

Everything here may be run again at any time. What `load_demo` prints, how to sign in as each demo role, is kept in a
file for `bin/serve` to show.
"""

import io
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from config import environment as names
from config import signup_log


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Say what is being done, then how long it took."""
    sys.stderr.write(f"· {what} …\n")
    began = time.monotonic()
    yield
    sys.stderr.write(f"  done in {time.monotonic() - began:.1f} s\n")


def main() -> None:
    """Run every step, or end this process with the reason in one line."""
    try:
        prepare()
    except (OSError, DatabaseError, CommandError) as error:
        sys.exit(f"The database could not be prepared: {str(error).strip().splitlines()[0]}")
    except signup_log.NotPrepared as error:
        sys.exit(str(error))


def prepare() -> None:
    """Run every step; the demonstration is for development alone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    with doing("Bringing the database's tables up to date"):
        call_command("migrate", verbosity=0, interactive=False)
    with doing("Loading the communes, départements and regions"):
        call_command("load_territories", stdout=io.StringIO())
    with doing("Loading the mission templates"):
        call_command("load_templates", stdout=io.StringIO())
    if not settings.PRODUCTION:
        with doing("Loading the demonstration"):
            told = io.StringIO()
            call_command("load_demo", stdout=told)
            accounts = names.from_process().value(names.VAR_DIR) / "demo-accounts.txt"
            accounts.write_text(told.getvalue(), encoding="utf-8")
    with doing("Gathering the static files"):
        call_command("collectstatic", verbosity=0, interactive=False)
    environment = names.from_process()
    if environment.value(names.INTAKE_LOG):
        with doing("Setting up the log of sign-ups"):
            signup_log.prepare(environment)


if __name__ == "__main__":
    main()
