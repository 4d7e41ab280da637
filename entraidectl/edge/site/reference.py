"""The reference of site.toml, for people and as a JSON schema, made of its declarations."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import structs

from entraidectl.edge.site.declarations import Site
from entraidectl.edge.site.kinds import expects, is_list, kinds, table_in
from entraidectl.edge.site.tables import Table

INTRODUCTION = """# site.toml

The one file that describes an edge: `entraidectl edge check | apply` read it from `/etc/entraide/site.toml`
(`docs/operate/edge.md`). `ops/edge/site.example.toml` is one to begin with; editors that know JSON schemas are helped
by `ops/edge/site.schema.json`. This page is written by `bin/build site`.
"""


def page() -> str:
    """Return the reference's text."""
    return INTRODUCTION + "".join(_sections(Site, "", field=None, told=set()))


def schema() -> dict[str, Any]:
    """Return the JSON schema of the file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Site)}


def _sections(
    table: type[Table], name: str, *, field: structs.FieldInfo | None, told: set[type[Table]]
) -> Iterator[str]:
    """Yield the section of a table and those of the tables in it; keys that were told already are not told again."""
    heading = "At the top" if field is None else f"`[[{name}]]`" if is_list(field.type) else f"`[{name}]`"
    fields = structs.fields(table)
    plain = [each for each in fields if table_in(each.type) is None]
    yield f"\n## {heading}\n\n{(field and _description(field.type)) or _escaped(table.__doc__ or '')}\n"
    if field is not None and isinstance(field.default, Table):
        values = ", ".join(f"{each.name} {getattr(field.default, each.name)}" for each in plain if each.required)
        yield f"\nDefault: {values}.\n" if values else ""
    if table in told:
        yield "\nIts keys are those above.\n"
    elif plain:
        yield "\n| key | default | what it is for | expected |\n| --- | --- | --- | --- |\n"
        yield "".join(_row(each) for each in plain)
    told.add(table)
    for each in fields:
        below = table_in(each.type)
        if below:
            yield from _sections(below, f"{name}.{each.name}".lstrip("."), field=each, told=told)


def _row(field: structs.FieldInfo) -> str:
    return f"| `{field.name}` | {_default(field)} | {_description(field.type)} | {_escaped(expects(field.type))} |\n"


def _default(field: structs.FieldInfo) -> str:
    match field.default:
        case msgspec.NODEFAULT:
            return "required"
        case None | ():
            return "none"
        case tuple() as values:
            return ", ".join(f"`{value}`" for value in values)
        case value:
            return f"`{value}`"


def _description(kind: Any) -> str:
    metas = [each for each in kinds(kind) if isinstance(each, msgspec.Meta) and each.description]
    return _escaped(metas[0].description or "") if metas else ""


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
