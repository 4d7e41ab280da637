"""Who may open the operator's pages: operators, and the coordinator of a crisis that crisis's own."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from entraide.accounts import api as accounts
from entraide.crises import api as crises
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


def coordinated_crisis(request: HttpRequest, crisis_id: UUID) -> crises.Crisis:
    """Return a crisis that the acting role leads. Raises PermissionDenied before it tells whether there is one."""
    if not accounts.acting_in(request).coordinates(crisis_id):
        raise PermissionDenied
    crisis = crises.crisis(crisis_id)
    if crisis is None:
        raise Http404
    return crisis
