"""Gives every request `request.acting`: who acts, and in which one role."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from entraide.accounts.permissions import NOBODY, Acting
from entraide.accounts.queries import acting_as
from entraide.foundation import clock

SESSION_KEY = "acting_grant"


class ActingMiddleware:
    """Sets `request.acting`, read from the session and the grants when a view first asks.

    A page that never asks touches neither the session nor the database, so that public pages stay public.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its acting role at hand."""
        request.acting = SimpleLazyObject(lambda: _acting(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _acting(request: HttpRequest) -> Acting:
    if not request.user.is_authenticated:
        return NOBODY
    chosen = request.session.get(SESSION_KEY)
    acting = acting_as(person_id=UUID(str(request.user.pk)), grant_id=chosen, now=clock.now())
    if chosen is not None and acting.grant is None:
        del request.session[SESSION_KEY]
    return acting
