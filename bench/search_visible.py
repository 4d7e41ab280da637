"""How soon a change is found: from the commit that notes it, through the indexer, to a reader that finds it."""

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from bench.load import percentile
from bench.report import Figure
from bench.search_engines.documents import document
from bench.search_missions.drawing import Made
from entraide.search.documents import Document, Text
from entraide.search.feed import CHANNEL
from entraide.search.following import follow
from entraide.search.index.reading import Missing, Reader
from entraide.search.models import Change
from entraide.search.rules.question import read_question
from entraide.search.sources import SOURCES, Source, register
from entraide.search.wanted import Wanted

KIND = "bench"
CHANGES = 20
WITHIN_SECONDS = 120.0


class TooLate(Exception):
    """A change was not found in time."""


def figures(*, missions: Sequence[Made], folder: Path, now: datetime) -> list[Figure]:
    """Change one mission after another and wait for each to be found; return how long that took."""
    things = {made.key: made for made in missions}
    changed: dict[str, Document] = {}

    def read(keys: Sequence[str]) -> Iterable[Document]:
        return [changed.get(key) or document(things[key]) for key in keys if key in changed or key in things]

    seconds = []
    with _only(Source(kind=KIND, read=read, every=lambda: map(document, things.values()))), _followed(folder):
        reader = Reader(folder)
        _wait(lambda: _size(reader) >= len(things))
        for number in range(CHANGES):
            word = f"nouveaute{chr(97 + number)}"
            changed[f"new{number}"] = Document(key=f"new{number}", titles=(Text(word),), published_at=now)
            with transaction.atomic():
                Change.objects.create(kind=KIND, key=f"new{number}")
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
            started = time.perf_counter()
            # In quotes, since a word that nobody wrote yet finds those that look alike.
            asked = Wanted(question=read_question(f'"{word}"', language="fr"))
            _wait(lambda asked=asked: reader.state().count(asked) > 0)  # type: ignore[misc]
            seconds.append(time.perf_counter() - started)
            sys.stderr.write(f"\rfound {number + 1} of {CHANGES} changes   ")
    sys.stderr.write("\n")
    name = f"{len(things):,}: from a commit to found"
    return [
        Figure(f"{name}, median", percentile(seconds, 0.5), "s"),
        Figure(f"{name}, slowest", max(seconds), "s", bound=2.0),
    ]


@contextmanager
def _only(source: Source) -> Iterator[None]:
    """Let nothing but a source be indexed."""
    before = dict(SOURCES)
    SOURCES.clear()
    register(source)
    try:
        yield
    finally:
        SOURCES.clear()
        SOURCES.update(before)


@contextmanager
def _followed(folder: Path) -> Iterator[None]:
    """Follow the feed in a thread, as the indexer's process does."""
    stopped = threading.Event()
    thread = threading.Thread(target=follow, args=(folder,), kwargs={"stopped": stopped})
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _size(reader: Reader) -> int:
    try:
        return reader.state().size
    except Missing:
        return 0


def _wait(is_so: Callable[[], bool]) -> None:
    until = time.perf_counter() + WITHIN_SECONDS
    while not is_so():
        if time.perf_counter() > until:
            raise TooLate(f"not found within {WITHIN_SECONDS:g} s")
        time.sleep(0.005)
