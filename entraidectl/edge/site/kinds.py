"""What a declared type is made of, and in words what it takes."""

import typing
from collections.abc import Iterator
from typing import Any

import msgspec

from entraidectl.edge.site.tables import Table


def kinds(kind: Any) -> Iterator[Any]:
    """Yield a type and all that it is made of, what is outermost first."""
    yield kind
    if typing.get_origin(kind) is typing.Annotated:
        yield from kind.__metadata__
        yield from kinds(kind.__origin__)
        return
    for part in typing.get_args(kind):
        yield from kinds(part)


def table_in(kind: Any) -> type[Table] | None:
    """Return the table that a key holds, or holds a list of."""
    return next((each for each in kinds(kind) if isinstance(each, type) and issubclass(each, Table)), None)


def is_list(kind: Any) -> bool:
    """Tell whether a key holds a list."""
    return any(typing.get_origin(each) is tuple for each in kinds(kind))


def element_of(kind: Any) -> Any:
    """Return the type of a list's elements; None of what is no list."""
    return next((typing.get_args(each)[0] for each in kinds(kind) if typing.get_origin(each) is tuple), None)


def expects(kind: Any) -> str:
    """Return what a type takes, in words: "an IP address", "off, detect or block"."""
    for each in kinds(kind):
        if typing.get_origin(each) is typing.Literal:
            *others, last = (str(choice) for choice in typing.get_args(each))
            return f"{', '.join(others)} or {last}" if others else last
        if isinstance(each, msgspec.Meta) and each.extra and "expects" in each.extra:
            one = str(each.extra["expects"])
            return f"a list; each {one}" if is_list(kind) else one
    return "a table"
