"""Who may open an organisation's desk: those who act in a role of that organisation, and nobody else."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from entraide.accounts import api as accounts
from entraide.foundation.http_cache import private_page
from entraide.volunteering.models import Mission, Slot
from entraide.volunteering.permissions import may_run
from entraide.volunteering.queries import desk as queries

P = ParamSpec("P")


def desk_page(
    view: Callable[Concatenate[HttpRequest, UUID, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Open a view of an organisation to its own people. The refusal is the same whether the organisation exists."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        organisation_id = kwargs.pop("organisation_id")
        if not isinstance(organisation_id, UUID) or not may_run(accounts.acting_in(request), organisation_id):
            raise PermissionDenied
        return view(request, organisation_id, *args, **kwargs)

    return private_page(guarded)  # type: ignore[arg-type] # wraps() names the parameter that the decorator leaves open.


def mission_of_desk(request: HttpRequest, organisation_id: UUID, mission_id: UUID) -> Mission:
    """Return a mission of the organisation, whatever its state."""
    mission = queries.desk_mission(acting=accounts.acting_in(request), mission_id=mission_id)
    if mission is None or mission.organisation_id != organisation_id:
        raise Http404
    return mission


def slot_of_desk(request: HttpRequest, organisation_id: UUID, slot_id: UUID) -> Slot:
    """Return a slot of the organisation with its mission."""
    acting = accounts.acting_in(request)
    slot = queries.slot_of_desk(acting=acting, organisation_id=organisation_id, slot_id=slot_id)
    if slot is None:
        raise Http404
    return slot
