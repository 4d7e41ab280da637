"""Gives every request `request.acting`: who acts, and in which one role."""

from collections.abc import Callable
from datetime import datetime
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from entraide.accounts.actions.people import Deed
from entraide.accounts.permissions import NOBODY, Acting
from entraide.accounts.queries import acting_as, held_roles
from entraide.accounts.rules import ORGANISATION_ROLES
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


def acting_in(request: HttpRequest) -> Acting:
    """Return who acts in a request, and in which role."""
    return cast(Acting, request.acting)  # type: ignore[attr-defined]


def deed_of(request: HttpRequest, *, now: datetime) -> Deed:
    """Return who does something by a request, as the journal writes it."""
    acting = acting_in(request)
    return Deed(actor=acting.person_id, role=acting.role, now=now)


def journal_actor(request: HttpRequest) -> tuple[UUID | None, str]:
    """Return who acts in a request and in which role, for `journal.record(actor=…, role=…)`."""
    acting = acting_in(request)
    return acting.person_id, acting.role


def take_role(request: HttpRequest, *, grant_id: UUID | None) -> None:
    """Make the session act in a role from the next request on, or in none. Whether it counts is checked each time."""
    if grant_id is None:
        request.session.pop(SESSION_KEY, None)
    else:
        request.session[SESSION_KEY] = str(grant_id)


def take_only_role(request: HttpRequest, *, person_id: UUID, now: datetime) -> None:
    """Let a person who holds one role alone, in an organisation, act in it at once after signing in."""
    held = held_roles(person_id=person_id, now=now)
    if len(held) == 1 and held[0].role in ORGANISATION_ROLES:
        take_role(request, grant_id=held[0].grant_id)


def _acting(request: HttpRequest) -> Acting:
    if not request.user.is_authenticated:
        return NOBODY
    chosen = request.session.get(SESSION_KEY)
    acting = acting_as(person_id=UUID(str(request.user.pk)), grant_id=chosen, now=clock.now())
    if chosen is not None and acting.grant is None:
        del request.session[SESSION_KEY]
    return acting
