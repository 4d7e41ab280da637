"""The indexer process, which keeps this node's search index: `python -m config.indexer`."""

import os
import signal
import sys
import threading
from types import FrameType

import django
from django.conf import settings

from config.private_port import open_private_port


def main() -> int:
    """Follow the feed of changes until asked to stop; 0 then, 1 when another process keeps this node's index."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    django.setup()
    # These need the apps to be loaded.
    from entraide.search.following import follow
    from entraide.search.index.folder import Busy

    open_private_port()
    try:
        follow(settings.SEARCH_DIR, stopped=stopped)
    except Busy as error:
        sys.stderr.write(f"The indexer stops: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
