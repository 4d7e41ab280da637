"""Keeps this node's index as the database is: one process a node.

It follows the feed of changes, reads what changed as documents, and commits them, then writes down its position in the
feed. Killed at any point it goes on from the last position: writing a document twice makes no difference. An index that
is absent, broken, or too old for the feed is built anew beside the one in use, which serves until then.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Self

from entraide.foundation import metrics
from entraide.search import feed
from entraide.search.documents import Document
from entraide.search.index.folder import Broken, Folder, Position
from entraide.search.index.writing import Writer
from entraide.search.sources import SOURCES

logger = logging.getLogger(__name__)
READ_AT_ONCE = 500
# A quiet feed still moves on: its position is written down now and then, so that a restart has little to look at.
SEAL_SECONDS = 60.0


class Indexer:
    """The writer of this node's index, from `with Indexer(path)` to its end. Raises Busy when there is one already."""

    def __init__(self, path: Path) -> None:
        self._folder = Folder(path)
        self._claim = ExitStack()
        self._writer: Writer | None = None
        self._position = Position("", 0)
        self._sealed_at = 0.0

    def __enter__(self) -> Self:
        self._claim.enter_context(self._folder.writing())
        self._open()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._close()
        self._claim.close()

    @property
    def position(self) -> Position:
        """Return up to where in the feed this index is complete."""
        return self._position

    def catch_up(self) -> int:
        """Bring the index up to the feed; return how many documents were written or removed."""
        if self._writer is None or not feed.can_go_on(self._position):
            return self.rebuild()
        changes = feed.changes_since(self._position)
        for kind, keys in changes.keys.items():
            self._writer.remove(keys)
            self._writer.add(_read(kind, keys))
        count = sum(map(len, changes.keys.values()))
        if count or time.monotonic() - self._sealed_at > SEAL_SECONDS:
            self._writer.commit(changes.position)
            self._sealed_at = time.monotonic()
        self._position = changes.position
        metrics.search_lag_seconds.set(feed.lag_seconds(self._position))
        return count

    def rebuild(self) -> int:
        """Build the index anew from the database, then use it; return how many documents it has."""
        self._close()
        # Whatever changes while it is built comes after this position, and is read again from the feed.
        position = feed.start()
        generation = self._folder.begin()
        with Writer(generation) as writer:
            count = sum(writer.add(source.every()) for source in SOURCES.values())
            writer.commit(position)
        self._folder.use(generation)
        self._writer, self._position, self._sealed_at = Writer(generation), position, time.monotonic()
        logger.info("built the search index anew: %d documents", count)
        return count

    def _open(self) -> None:
        """Open the generation in use if it is whole; otherwise the first catching up builds one."""
        generation = self._folder.current()
        if generation is None:
            return
        try:
            self._position = generation.position()
            self._writer = Writer(generation)
        except Broken as error:
            logger.warning("the search index is built anew, since %s", error)
        # Readers see by the seal that the index is kept again: the first catching up puts one, changes or none.
        self._sealed_at = -inf

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _read(kind: str, keys: list[str]) -> Iterator[Document]:
    """Return the documents of some keys, read by parts. What no app reads any more is not found either."""
    source = SOURCES.get(kind)
    if source is None:
        return
    for first in range(0, len(keys), READ_AT_ONCE):
        yield from source.read(keys[first : first + READ_AT_ONCE])
