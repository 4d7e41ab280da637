"""Opens views to those who act in a role."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from entraide.accounts.middleware import acting_in
from entraide.accounts.permissions import Acting
from entraide.foundation.http_cache import private_page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def operator_page(view: View[P]) -> View[P]:
    """Open a view to whoever acts as an operator, and keep its page out of every shared cache."""
    return _page_of(lambda acting: acting.is_operator, view)


def moderator_page(view: View[P]) -> View[P]:
    """Open a view to whoever moderates somewhere, and keep its page out of every shared cache."""
    return _page_of(lambda acting: acting.departements != frozenset(), view)


def _page_of(may: Callable[[Acting], bool], view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may(acting_in(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return private_page(cast(View[P], guarded))
