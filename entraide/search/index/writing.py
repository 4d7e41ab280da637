"""Writes a generation of the index. The change of a document is its removal and its addition, in one commit."""

from collections.abc import Iterable
from types import TracebackType
from typing import Self

import tantivy

from entraide.search.documents import Document
from entraide.search.index import schema
from entraide.search.index.folder import Broken, Generation, Position

HEAP_BYTES = 50_000_000


class Writer:
    """The writer of one generation; one at a time. What is not committed is forgotten when it ends."""

    def __init__(self, generation: Generation) -> None:
        """Open a generation, empty or sealed. Raises Broken when the engine cannot."""
        self.generation = generation
        try:
            self._index = tantivy.Index(schema.build(), str(generation.path))
            self._writer = self._index.writer(HEAP_BYTES, 1)
        except ValueError as error:
            raise Broken(str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Finish what the engine does in the background."""
        self._writer.wait_merging_threads()

    def add(self, documents: Iterable[Document]) -> int:
        """Add documents that were not there; return how many."""
        count = 0
        for document in documents:
            self._writer.add_document(schema.entry(document))
            count += 1
        return count

    def remove(self, keys: Iterable[str]) -> None:
        """Remove documents; those that are not there make no difference."""
        for key in keys:
            self._writer.delete_documents_by_term("key", key)

    def commit(self, position: Position) -> None:
        """Make what was added and removed last, and visible to readers that look again."""
        self._writer.commit()
        self.generation.seal(position)
