"""A newcomer's data moves: to a file, to another server, to another major version of PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import dump
from entraide.foundation import postgres
from entraide.foundation.postgres import PostgresError
from entraide.foundation.postgres import binaries as programs

KEPT = "SELECT array_agg(name::text) FROM kept"


def fill(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION citext")
        connection.execute("CREATE TABLE kept AS SELECT unnest(ARRAY['Zoé', 'Étienne'])::citext AS name")


def names_in(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        row = connection.execute(KEPT).fetchone()
    assert row
    return list(row[0])


@pytest.fixture
def var_dir(tmp_path: Path) -> Path:
    """A folder with data in an embedded database that does not run."""
    with postgres.hold(tmp_path / "var", durable=False) as lease:
        fill(lease.url)
    return tmp_path / "var"


@pytest.fixture
def other_server(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database elsewhere."""
    with postgres.hold(tmp_path / "other", durable=False) as lease:
        yield lease.url


def test_a_file_holds_the_data(var_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "entraide.dump"
    assert str(file) in dump.to_file(var_dir, file)
    assert file.read_bytes().startswith(b"PGDMP")


def test_a_server_gets_the_data(var_dir: Path, other_server: str) -> None:
    dump.to_server(var_dir, other_server)
    assert sorted(names_in(other_server)) == ["Zoé", "Étienne"]


def test_the_oldest_server_that_is_supported_gets_the_data(var_dir: Path, tmp_path: Path) -> None:
    majors = [found.major for found in programs.every() if found.major >= programs.OLDEST_MAJOR]
    if min(majors) == programs.find().major:
        pytest.skip("this machine has one version of PostgreSQL only")
    with postgres.hold(tmp_path / "oldest", durable=False, major=min(majors)) as lease:
        dump.to_server(var_dir, lease.url)
        assert sorted(names_in(lease.url)) == ["Zoé", "Étienne"]


def test_of_data_that_could_be_read_in_part_only_nothing_arrives(
    var_dir: Path, other_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ["sh", "-c", "echo 'CREATE TABLE kept (name text);'; exit 1"]
    monkeypatch.setattr(dump, "_dump", lambda lease, *, form: broken)
    with pytest.raises(PostgresError, match="could not be copied"):
        dump.to_server(var_dir, other_server)
    with psycopg.connect(other_server) as connection:
        assert connection.execute("SELECT to_regclass('kept')").fetchone() == (None,)


def test_a_server_that_is_not_there_is_told_in_one_line(var_dir: Path) -> None:
    with pytest.raises(PostgresError, match=r"could not be copied: .*127\.0\.0\.1.*$"):
        dump.to_server(var_dir, "postgresql://nobody@127.0.0.1:9/none")


def test_a_server_that_is_not_empty_is_left_as_it_is(var_dir: Path, other_server: str) -> None:
    with psycopg.connect(other_server, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (name text)")
    with pytest.raises(PostgresError, match="already exists"):
        dump.to_server(var_dir, other_server)
    with psycopg.connect(other_server) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_an_older_major_version_is_moved_and_set_aside(tmp_path: Path) -> None:
    current = programs.find().major
    older = next((found.major for found in programs.every() if 15 <= found.major < current), None)
    if older is None:
        pytest.skip("this machine has one version of PostgreSQL only")
    with postgres.hold(tmp_path, durable=False, major=older) as lease:
        fill(lease.url)
    with pytest.raises(PostgresError, match="bin/dump --upgrade"):
        postgres.hold(tmp_path)
    dump.upgrade(tmp_path)
    with postgres.hold(tmp_path, durable=False) as lease:
        assert sorted(names_in(lease.url)) == ["Zoé", "Étienne"]
    assert (tmp_path / f"pg{older}.moved").is_dir()


def test_with_nothing_to_upgrade_nothing_is_done(var_dir: Path) -> None:
    with pytest.raises(PostgresError, match="no older database"):
        dump.upgrade(var_dir)
