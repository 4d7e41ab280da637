"""Reads site.toml: every mistake at once, not the first alone."""

import difflib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from entraidectl.edge.site.checks import contradictions
from entraidectl.edge.site.declarations import Site
from entraidectl.edge.site.kinds import element_of, expects, is_list, table_in
from entraidectl.edge.site.lines import Place
from entraidectl.edge.site.mistakes import Mistake, SiteMistaken
from entraidectl.edge.site.tables import Table


def read(file: Path) -> Site:
    """Return the site that a file describes. Raises SiteMistaken."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SiteMistaken(
            file, "", [Mistake((), f"cannot be read ({reason}); ops/edge/site.example.toml is one to begin with")]
        ) from error
    return from_text(text, file=file)


def from_text(text: str, *, file: Path) -> Site:
    """Return the site that a text describes; `file` is named in mistakes. Raises SiteMistaken."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SiteMistaken(file, text, [Mistake((), f"is no TOML: {error}", _line_in(error))]) from error
    mistakes = list(_mistakes(Site, raw, ()))
    if not mistakes:
        site = msgspec.convert(raw, Site)
        mistakes = list(contradictions(site))
    if mistakes:
        raise SiteMistaken(file, text, mistakes)
    return site


def _line_in(error: tomllib.TOMLDecodeError) -> int:
    """Return the line that the error names; an end that came too early has none."""
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else 1


def _mistakes(table: type[Table], raw: Any, place: Place) -> Iterator[Mistake]:
    """Yield what is wrong with a table and with all below it, by kinds of values alone."""
    if not isinstance(raw, dict):
        yield Mistake(place, f"is a table: write [{'.'.join(str(step) for step in place)}] and its keys below")
        return
    fields = {field.name: field for field in structs.fields(table)}
    for name in raw:
        if name not in fields:
            near = difflib.get_close_matches(name, fields, n=1)
            meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(fields)}"
            yield Mistake((*place, name), f"is not known here: {meant}")
    for name, field in fields.items():
        here = (*place, name)
        if name not in raw:
            if field.required:
                yield Mistake(here, f"is missing: {_expected(field.type)}")
            continue
        below = table_in(field.type)
        if below and is_list(field.type):
            yield from _mistakes_of_list(below, raw[name], here)
        elif below:
            yield from _mistakes(below, raw[name], here)
        else:
            yield from _mistakes_of_value(field.type, raw[name], here)


def _mistakes_of_list(table: type[Table], raw: Any, place: Place) -> Iterator[Mistake]:
    if not isinstance(raw, list):
        yield Mistake(place, f"is a list of tables: write [[{'.'.join(str(step) for step in place)}]] before each")
        return
    for position, each in enumerate(raw):
        yield from _mistakes(table, each, (*place, position))


def _mistakes_of_value(kind: Any, raw: Any, place: Place) -> Iterator[Mistake]:
    """Yield that a value is of another kind, or each element of a list that is."""
    try:
        msgspec.convert(raw, kind)
    except msgspec.ValidationError:
        each_kind = element_of(kind)
        if each_kind and isinstance(raw, list) and raw:
            for position, each in enumerate(raw):
                yield from _mistakes_of_value(each_kind, each, (*place, position))
        else:
            yield Mistake(place, f"{raw!r} does not fit: {_expected(kind)}")


def _expected(kind: Any) -> str:
    below = table_in(kind)
    return f"a table, {(below.__doc__ or '').rstrip('.')}" if below else f"write {expects(kind)}"
