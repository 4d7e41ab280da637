"""Reads the index of this node, always as of the last commit that was seen."""

import threading
import time
from pathlib import Path

import tantivy

from entraide.search.index import schema
from entraide.search.index.folder import STATE, Folder
from entraide.search.index.searching import State

# So long may a search miss what was committed.
LOOK_AGAIN_SECONDS = 0.5


class Missing(Exception):
    """This node has no index that can be read: what is asked for comes from the database."""


class Reader:
    """The index as a process reads it. Threads share one."""

    def __init__(self, path: Path) -> None:
        self._folder = Folder(path)
        self._lock = threading.Lock()
        self._looked_at = 0.0
        self._seen: tuple[str, int] | None = None
        self._index: tantivy.Index | None = None
        self._state: State | None = None

    @property
    def kept_at(self) -> float:
        """Return when the indexer last wrote down where what is read here stands, in seconds since 1970."""
        return self._seen[1] / 1e9 if self._seen else 0.0

    def state(self) -> State:
        """Return the index as it stands. Raises Missing."""
        with self._lock:
            if self._state is None or time.monotonic() - self._looked_at >= LOOK_AGAIN_SECONDS:
                self._look()
            if self._state is None:
                raise Missing("there is no index on this node yet")
            return self._state

    def _look(self) -> None:
        """Open what is there now, unless it is what is open; keep what is open when that fails."""
        self._looked_at = time.monotonic()
        generation = self._folder.current()
        try:
            seen = (generation.path.name, (generation.path / STATE).stat().st_mtime_ns) if generation else None
        except FileNotFoundError:
            # It was replaced since the link was read: the next look finds the new one.
            return
        if generation is None or seen == self._seen:
            return
        try:
            if self._index is None or self._seen is None or seen is None or self._seen[0] != seen[0]:
                self._index = tantivy.Index.open(str(generation.path))
            self._index.reload()
            self._state = State(schema.build(), self._index.searcher())
        except ValueError as error:
            if self._state is None:
                raise Missing(f"the index of this node cannot be read: {error}") from error
            return
        self._seen = seen
