"""Documents and indexes that the tests of search start from."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from entraide.search import feed
from entraide.search.documents import Document, Text
from entraide.search.feed import Changes
from entraide.search.index.folder import Folder, Position
from entraide.search.index.reading import Reader
from entraide.search.index.searching import State
from entraide.search.index.writing import Writer
from entraide.search.indexer import Indexer
from entraide.search.models import Change
from entraide.search.sources import SOURCES, Source, register

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
STRASBOURG = (48.5734, 7.7521)
LYON = (45.764, 4.8357)
KIND = "thing"
PATIENCE_SECONDS = 60.0


def thing(key: str, title: str = "Trier des dons", **changes: Any) -> Document:
    """Return a document that anybody may join tomorrow."""
    known: dict[str, Any] = {
        "published_at": NOW - timedelta(days=1),
        "starts": (NOW + timedelta(days=1),),
        "places_left": 3,
        "shown": {"title": title},
    }
    return Document(key=key, titles=(Text(title),), **{**known, **changes})


def indexed(path: Path, documents: Iterable[Document]) -> State:
    """Return an index of some documents."""
    folder = Folder(path)
    with folder.writing():
        generation = folder.begin()
        with Writer(generation) as writer:
            writer.add(documents)
            writer.commit(Position("one", 1))
        folder.use(generation)
    return Reader(path).state()


@contextmanager
def findable(things: dict[str, Document]) -> Iterator[None]:
    """Make some things findable, as they are whenever they are read."""

    def read(keys: Sequence[str]) -> Iterable[Document]:
        return [things[key] for key in keys if key in things]

    before = dict(SOURCES)
    SOURCES.clear()
    register(Source(kind=KIND, read=read, every=lambda: iter(things.values())))
    try:
        yield
    finally:
        SOURCES.clear()
        SOURCES.update(before)


def changes_after(position: Position) -> Changes:
    """Return every change after a position."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _is_behind(changes := feed.changes_since(position)):
        assert time.monotonic() < deadline, "something holds the feed back"
    return changes


def caught_up(indexer: Indexer) -> int:
    """Bring an index up to every change; return how many documents were written or removed.

    Between the moment when a transaction of another database is seen to run and the moment when the server is asked
    whose it is, it may have ended: then it holds the feed back once more. Tests of other databases run beside this one.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    count = indexer.catch_up()
    while _is_behind(indexer):
        assert time.monotonic() < deadline, "something holds the feed back"
        count += indexer.catch_up()
    return count


def _is_behind(one: Changes | Indexer) -> bool:
    return Change.objects.filter(transaction__gte=one.position.horizon).exists()
