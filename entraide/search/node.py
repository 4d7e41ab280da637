"""This node's index as its processes read it, and what `/readyz` says of it."""

import time
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from entraide.search.index.reading import Missing, Reader
from entraide.search.index.searching import State

# An indexer writes down its position every minute. An index that was left alone for so long misses what is new: a
# search is better answered by the database.
LEFT_ALONE_SECONDS = 300.0


def state() -> State:
    """Return this node's index. Raises Missing when there is none, or when no indexer keeps it any more."""
    reader = _reader(settings.SEARCH_DIR)
    found = reader.state()
    if time.time() - reader.kept_at > LEFT_ALONE_SECONDS:
        raise Missing("no indexer keeps this node's index")
    return found


def health() -> dict[str, Any]:
    """Return what answers searches on this node. A node without its index serves all the same, from the database."""
    try:
        found = state()
    except Missing as error:
        return {"ok": True, "served_by": "database", "because": str(error)}
    return {"ok": True, "served_by": "index", "documents": found.size}


def size() -> int:
    """Return how many documents a search of this process finds; 0 while the database answers instead."""
    try:
        return state().size
    except Missing:
        return 0


@cache
def _reader(folder: Path) -> Reader:
    return Reader(folder)
