"""The feed of changes: what ends late is not skipped, what is too old asks for a new index."""

from pathlib import Path

import psycopg
import pytest
from django.db import connection

from entraide.search import feed
from entraide.search.index.folder import Position
from entraide.search.index.reading import Reader
from entraide.search.indexer import Indexer
from entraide.search.models import Change, Feed
from tests.search.situations import KIND, caught_up, changes_after, findable, thing

pytestmark = pytest.mark.django_db(transaction=True)


def other_connection() -> psycopg.Connection[tuple[object, ...]]:
    """Return a connection besides the test's own, as another process has one."""
    return psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None})


def note(key: str) -> None:
    Change.objects.create(kind=KIND, key=key)


def test_changes_come_once_and_move_the_position() -> None:
    start = feed.start()
    note("a")
    note("a")
    note("b")
    changes = changes_after(start)
    assert {kind: sorted(keys) for kind, keys in changes.keys.items()} == {KIND: ["a", "b"]}
    assert feed.changes_since(changes.position).keys == {}


def test_a_change_that_commits_late_is_not_skipped() -> None:
    start = feed.start()
    with other_connection() as late:
        late.execute("INSERT INTO search_change (kind, key) VALUES (%s, 'late')", [KIND])
        note("early")
        held_back = feed.changes_since(start)
        # The late one began first: nothing from it on is known to be all there.
        assert held_back.keys == {}
        late.commit()
    changes = changes_after(held_back.position)
    assert sorted(changes.keys[KIND]) == ["early", "late"]


def test_work_in_another_database_of_the_server_holds_nothing_back() -> None:
    elsewhere = connection.get_connection_params() | {"cursor_factory": None, "dbname": "postgres"}
    with psycopg.connect(**elsewhere) as other:
        other.execute("SELECT pg_current_xact_id()")
        start = feed.start()
        note("here")
        assert changes_after(start).keys == {KIND: ["here"]}
        other.rollback()


def test_a_change_that_was_undone_is_none() -> None:
    start = feed.start()
    with other_connection() as undone:
        undone.execute("INSERT INTO search_change (kind, key) VALUES (%s, 'undone')", [KIND])
        undone.rollback()
    assert changes_after(start).keys == {}


def test_a_feed_that_was_pruned_or_is_another_database_s_cannot_be_gone_on_with() -> None:
    start = feed.start()
    assert feed.can_go_on(start)
    assert not feed.can_go_on(Position("another", start.horizon))
    # A database put back from a copy counts from less.
    assert not feed.can_go_on(Position(start.database, start.horizon + 1_000_000))
    Feed.objects.update(pruned_before=start.horizon + 1)
    assert not feed.can_go_on(start)


def test_old_changes_are_forgotten_and_the_feed_remembers_that(django_assert_num_queries: object) -> None:
    note("old")
    start = feed.start()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE search_change SET noted_at = now() - make_interval(days => %s)", [feed.KEPT_DAYS + 1])
    note("new")
    feed.prune()
    assert [change.key for change in Change.objects.all()] == ["new"]
    assert Feed.objects.get().pruned_before <= start.horizon + 1
    assert Feed.objects.get().pruned_before > 0


def test_the_index_follows_what_comes_changes_and_goes(tmp_path: Path) -> None:
    things = {"a": thing("a"), "b": thing("b")}
    with findable(things), Indexer(tmp_path) as indexer:
        assert caught_up(indexer) == 2
        things["c"] = thing("c", "Coudre")
        del things["a"]
        things["b"] = thing("b", "Visiter")
        for key in ("a", "b", "c"):
            note(key)
        assert caught_up(indexer) == 3
        assert caught_up(indexer) == 0
        assert Reader(tmp_path).state().size == 2


def test_an_indexer_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    things = {str(number): thing(str(number)) for number in range(10)}
    with findable(things):
        with Indexer(tmp_path) as indexer:
            caught_up(indexer)
        used = (tmp_path / "current").readlink()
        things["new"] = thing("new")
        note("new")
        with Indexer(tmp_path) as indexer:
            assert caught_up(indexer) == 1
        assert (tmp_path / "current").readlink() == used
        assert Reader(tmp_path).state().size == 11


def test_an_index_that_is_broken_is_built_anew(tmp_path: Path) -> None:
    things = {str(number): thing(str(number)) for number in range(50)}
    with findable(things):
        with Indexer(tmp_path) as indexer:
            caught_up(indexer)
        for file in (tmp_path / "current").resolve().glob("*.term"):
            file.write_bytes(b"garbage")
        with Indexer(tmp_path) as indexer:
            assert caught_up(indexer) == 50
        assert Reader(tmp_path).state().size == 50
