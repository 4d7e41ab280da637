"""Where documents come from: an app registers how its things are read as documents, by kind."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from entraide.search.documents import Document


@dataclass(frozen=True, slots=True)
class Source:
    """How one kind of things is read as documents.

    `read` returns the documents of some keys, leaving out what cannot be found (any more); `every` returns all there
    are, without holding them all at once. A document's key is that of its thing.
    """

    kind: str
    read: Callable[[Sequence[str]], Iterable[Document]]
    every: Callable[[], Iterator[Document]]


SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a kind of things findable. Called when an app is loaded."""
    SOURCES[source.kind] = source
