"""Who may keep a page: shared caches keep public pages for seconds, nobody keeps private ones."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase

# Nobody between us and the reader keeps the answer, or compresses it: beside what a stranger can put into the address,
# its length would tell of its secrets. docs/decisions/0007-compression.md says why.
PRIVATE = "private, no-store, no-transform"
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class NotPublic(Exception):
    """A view marked public set a cookie or varied on a header, so that a cache would mix up its readers."""


def public_page(*, s_maxage: int, stale_while_revalidate: int = 60) -> Callable[[View[P]], View[P]]:
    """Mark a view as the same for everyone: caches may keep a good answer for `s_maxage` seconds.

    The browser asks again each time. Raises NotPublic when the answer carries a cookie or a Vary header.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def cached(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            if response.cookies or response.has_header("Vary"):
                raise NotPublic(f"{view.__qualname__} is public but depends on its reader")
            if response.status_code in (200, 301, 302, 404):
                response["Cache-Control"] = (
                    f"public, max-age=0, s-maxage={s_maxage}, stale-while-revalidate={stale_while_revalidate}"
                )
            return response

        cached.s_maxage = s_maxage  # type: ignore[attr-defined] # The manifest tells the edge.
        return cached

    return decorate


def private_page(view: View[P]) -> View[P]:
    """Require a signed-in person and keep the answer out of every cache."""

    @wraps(view)
    def private(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = PRIVATE
        return response

    return login_required(private)


def no_store(response: HttpResponse) -> HttpResponse:
    """Keep one answer out of every cache."""
    response["Cache-Control"] = PRIVATE
    return response
