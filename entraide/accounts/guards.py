"""Opens views to those who act in a role."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from entraide.accounts.middleware import acting_in
from entraide.foundation.http_cache import private_page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def operator_page(view: View[P]) -> View[P]:
    """Open a view to whoever acts as an operator, and keep its page out of every shared cache."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not acting_in(request).is_operator:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return private_page(cast(View[P], guarded))
