"""The reference of site.toml says what is declared, explains every key, and its schema takes what the reader takes."""

import tomllib
from pathlib import Path

import jsonschema
import pytest
from msgspec import structs

from entraidectl.edge.site import reference
from entraidectl.edge.site.declarations import Site
from entraidectl.edge.site.kinds import expects, table_in
from entraidectl.edge.site.tables import Table
from ops.build import site_file

EXAMPLE = site_file.ROOT / "ops" / "edge" / "site.example.toml"


def tables(table: type[Table] = Site) -> set[type[Table]]:
    """Return a table and all below it."""
    below = {found for field in structs.fields(table) if (found := table_in(field.type))}
    return {table}.union(*(tables(each) for each in below))


@pytest.mark.parametrize("file", site_file.files(), ids=lambda file: file.name)
def test_what_is_written_is_what_is_declared(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == site_file.files()[file]


def test_every_key_is_explained_and_says_what_it_expects() -> None:
    page = reference.page()
    for table in tables():
        assert (table.__doc__ or "").endswith("."), table
        for field in structs.fields(table):
            if table_in(field.type) is None:
                assert expects(field.type) != "a table", field
                row = next(line for line in page.splitlines() if line.startswith(f"| `{field.name}` |"))
                assert all(cell.strip() for cell in row.split(" | ")[1:]), row


def test_the_schema_takes_the_example_and_refuses_a_mistake() -> None:
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    jsonschema.validate(example, reference.schema())
    for mistaken in (
        {**example, "version": 2},
        {**example, "domain": {}},
        {**example, "domains": {"portal": "a b"}},
        {key: value for key, value in example.items() if key != "tls"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(mistaken, reference.schema())
