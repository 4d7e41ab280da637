"""Who may open the pages of the exchange: operators those of partners, moderators those of doubles."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from entraide.accounts import api as accounts
from entraide.exchange.actions.partners import By


def moderator(request: HttpRequest) -> accounts.Acting:
    """Return the role as one that moderates somewhere. Raises PermissionDenied."""
    acting = accounts.acting_in(request)
    if acting.departements == frozenset():
        raise PermissionDenied
    return acting


def by(request: HttpRequest) -> By:
    """Return who does it, for the journal."""
    return By(*accounts.journal_actor(request))
