"""The worker process: `python -m config.worker`."""

import asyncio
import os
import sys
from functools import partial

import django
from psycopg import OperationalError

from config import environment as names
from config import signup_log
from config.private_port import open_private_port


def main() -> int:
    """Work until asked to stop; 0 then, 1 when the database went away."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # These need the apps to be loaded.
    from entraide.foundation.listeners import LISTENERS
    from entraide.foundation.work import work
    from entraide.volunteering.carrying import carry  # Not by its api: the pages would load the log's client too.

    open_private_port()
    servers = signup_log.servers(names.from_process())
    try:
        asyncio.run(work(listeners=LISTENERS, duties=[partial(carry, servers)] if servers else []))
    except OperationalError as error:
        sys.stderr.write(f"The worker stops, since the database is away: {str(error).splitlines()[0]}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
