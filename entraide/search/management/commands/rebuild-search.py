"""`bin/manage rebuild-search`: builds the search index anew from the database, on every node, while they serve."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from entraide.search import feed
from entraide.search.index.folder import Busy, Folder, Generation
from entraide.search.indexer import Indexer

LONGEST_SECONDS = 600.0


class Command(BaseCommand):
    """Asks every indexer to build anew and waits for the one of this node; without one, builds the index itself."""

    help = "Build the search index anew from the database, on every node; the one in use serves until then."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        folder: Path = settings.SEARCH_DIR
        before = Folder(folder).current()
        try:
            with Indexer(folder) as indexer:
                count = indexer.rebuild()
        except Busy:
            feed.ask_for_rebuild()
            self._wait(folder, before)
            self.stdout.write("The indexers have been asked; the one of this node has built its index anew.")
            return
        feed.ask_for_rebuild()
        self.stdout.write(f"No indexer runs on this node: its index was built here, with {count} documents.")

    def _wait(self, folder: Path, before: Generation | None) -> None:
        until = time.monotonic() + LONGEST_SECONDS
        while Folder(folder).current() in (None, before):
            if time.monotonic() > until:
                raise CommandError("The indexer of this node has not built its index yet; its log says why.")
            time.sleep(0.1)
