"""Pages of a list of rows, by the place of the last row shown: right while rows come and go, and as fast at the end."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from entraide.foundation.pagination import BadCursor, Page, decode, encode

PAGE_ROWS = 50
Row = TypeVar("Row", bound=Model)
P = ParamSpec("P")
# What a list is ordered by: its fields as for `order_by`, with the type of each. The last one tells all rows apart.
Order = Mapping[str, type]


def page_of(rows: QuerySet[Row], *, order: Order, after: str, size: int = PAGE_ROWS) -> Page[Row]:
    """Return the rows after a cursor, or the first ones, in one query. None of the fields may be null.

    Raises BadCursor for a cursor that was not made by a list of this order.
    """
    ordered = rows.order_by(*order)
    if after:
        ordered = ordered.filter(_after(order, after))
    found = list(ordered[: size + 1])
    shown = found[:size]
    return Page(rows=shown, after=cursor_of(shown[-1], order=order) if len(found) > size else None)


def cursor_of(row: Model, *, order: Order) -> str:
    """Return the cursor of the rows after this one."""
    return encode([getattr(row, field.removeprefix("-")) for field in order])


def from_the_start(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lead whoever comes with a cursor that the view's list never made to the start of the list."""

    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except BadCursor:
            return redirect(request.path)

    return checked


def _after(order: Order, cursor: str) -> Q:
    """Return the condition "after this place": alike in the first fields, and beyond in the next one."""
    values = decode(cursor, *order.values())
    if any(isinstance(value, datetime) and value.tzinfo is None for value in values):
        raise BadCursor("a time without a zone")
    beyond, alike = Q(), Q()
    for field, value in zip(order, values, strict=True):
        name, sign = field.removeprefix("-"), "lt" if field.startswith("-") else "gt"
        beyond |= alike & Q(**{f"{name}__{sign}": value})
        alike &= Q(**{name: value})
    return _bound(order, values) & beyond


def _bound(order: Order, values: tuple[Any, ...]) -> Q:
    """Return what the first field alone says, which an index understands where it gives up on alternatives."""
    field = next(iter(order))
    name, sign = field.removeprefix("-"), "lte" if field.startswith("-") else "gte"
    return Q(**{f"{name}__{sign}": values[0]})
