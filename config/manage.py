"""Django's management commands, with the embedded database running for as long as the command does."""

import os
import sys
from contextlib import AbstractContextManager, nullcontext

from django.core.management import execute_from_command_line

from config import environment as names
from config import prepare, run, signup_log
from entraide.foundation import postgres
from entraide.foundation.env import SettingError


def database() -> AbstractContextManager[object]:
    """Return a lease on the embedded database, or nothing when DATABASE_URL names another."""
    environment = names.from_process()
    if environment.value(names.DATABASE_URL):
        return nullcontext()
    return postgres.hold(environment.value(names.VAR_DIR))


def main(arguments: list[str]) -> None:
    """Run one command: one of Django's, or one of a deployment's own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if arguments[1:2] == ["run"]:
        run.main(arguments[2:])
    try:
        if arguments[1:] == [signup_log.COMMAND]:
            # Sign-ups can be taken, and so their log set up, while the database is away.
            signup_log.main()
            return
        with database():
            if arguments[1:] == ["prepare"]:
                prepare.main()
            else:
                execute_from_command_line(arguments)
    except (SettingError, postgres.PostgresError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(["bin/manage", *sys.argv[1:]])
