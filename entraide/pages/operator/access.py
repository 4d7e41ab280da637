"""Who may open the operator's pages: operators, and the coordinator of a crisis that crisis's own."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from entraide.accounts import api as accounts
from entraide.crises import api as crises


def coordinated_crisis(request: HttpRequest, crisis_id: UUID) -> crises.Crisis:
    """Return a crisis that the acting role leads. Raises PermissionDenied before it tells whether there is one."""
    if not accounts.acting_in(request).coordinates(crisis_id):
        raise PermissionDenied
    crisis = crises.crisis(crisis_id)
    if crisis is None:
        raise Http404
    return crisis
