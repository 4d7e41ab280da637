"""Who may open the pages of the exchange: operators those of partners, moderators those of doubles."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from entraide.accounts import api as accounts
from entraide.exchange.actions.partners import By
from entraide.foundation.http_cache import private_page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def operator_page(view: View[P]) -> View[P]:
    """Open a view to whoever acts as an operator."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not accounts.acting_in(request).is_operator:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return private_page(cast(View[P], guarded))


def moderator(request: HttpRequest) -> accounts.Acting:
    """Return the role as one that moderates somewhere. Raises PermissionDenied."""
    acting = accounts.acting_in(request)
    if acting.departements == frozenset():
        raise PermissionDenied
    return acting


def by(request: HttpRequest) -> By:
    """Return who does it, for the journal."""
    return By(*accounts.journal_actor(request))
