"""Backends and edges of tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.entraidectl.edge import backend as backends
from tests.entraidectl.edge import edges
from tests.entraidectl.edge.backend import Backend
from tests.entraidectl.edge.edges import Edge


@pytest.fixture
def backend() -> Iterator[Backend]:
    """A server behind the edge."""
    with backends.running() as running:
        yield running


@pytest.fixture
def edge(tmp_path: Path, backend: Backend) -> Iterator[Edge]:
    """A running edge in front of the backend."""
    if not edges.NGINX:
        pytest.skip(edges.MISSING)
    with edges.running(edges.make(tmp_path, backend)) as running:
        yield running
