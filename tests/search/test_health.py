"""What a node says of its index: that it has one, or that the database answers in its place."""

import os
import time
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from entraide.search import api as search
from entraide.search import node
from entraide.search.index import reading
from entraide.search.indexer import Indexer
from tests.search.situations import findable, thing
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db


def checks(client: StrictClient) -> dict[str, dict[str, object]]:
    response = client.get("/readyz")
    assert response.status_code == 200
    found: dict[str, dict[str, object]] = response.json()["checks"]
    return found


def test_a_node_without_its_index_serves_from_the_database_and_says_so(
    client: StrictClient, settings: Settings, tmp_path: Path
) -> None:
    settings.SEARCH_DIR = tmp_path / "nothing"
    assert checks(client)["search"]["served_by"] == "database"
    assert "no index" in str(checks(client)["search"]["because"])
    assert node.size() == 0


def test_a_node_with_its_index_says_how_large_it_is(client: StrictClient, settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_DIR = tmp_path
    with findable({"a": thing("a")}), Indexer(tmp_path) as indexer:
        indexer.catch_up()
        assert checks(client)["search"] == {"ok": True, "served_by": "index", "documents": 1}
        assert "entraide_search_documents 1.0" in client.get("/metrics").content.decode()


def test_an_index_that_nobody_keeps_any_more_is_as_good_as_lost(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCH_DIR = tmp_path
    monkeypatch.setattr(reading, "LOOK_AGAIN_SECONDS", 0.0)
    with findable({"a": thing("a")}), Indexer(tmp_path) as indexer:
        indexer.catch_up()
        assert search.state().size == 1
        long_ago = time.time() - node.LEFT_ALONE_SECONDS - 1
        os.utime((tmp_path / "current").resolve() / "state.json", (long_ago, long_ago))
        with pytest.raises(search.Missing, match="no indexer"):
            search.state()


def test_an_index_that_was_left_alone_serves_as_soon_as_it_is_kept_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCH_DIR = tmp_path
    monkeypatch.setattr(reading, "LOOK_AGAIN_SECONDS", 0.0)
    with findable({"a": thing("a")}):
        with Indexer(tmp_path) as indexer:
            indexer.catch_up()
        long_ago = time.time() - node.LEFT_ALONE_SECONDS - 1
        os.utime((tmp_path / "current").resolve() / "state.json", (long_ago, long_ago))
        with Indexer(tmp_path) as again:
            again.catch_up()
            assert search.state().size == 1
