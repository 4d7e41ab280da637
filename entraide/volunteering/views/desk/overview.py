"""The desk's first page: what needs doing now, and every mission."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.volunteering.queries import desk as queries
from entraide.volunteering.rules.states import MissionState
from entraide.volunteering.views.desk.access import desk_page

UNFINISHED = (MissionState.DRAFT.value, MissionState.MORE_INFO.value)
PAST = (
    MissionState.DONE.value,
    MissionState.CANCELLED.value,
    MissionState.FLAGGED.value,
    MissionState.ARCHIVED.value,
)
TONES = {
    MissionState.ONLINE.value: "success",
    MissionState.FULL.value: "accent",
    MissionState.SUBMITTED.value: "warning",
    MissionState.MORE_INFO.value: "danger",
    MissionState.FLAGGED.value: "danger",
    MissionState.PAUSED.value: "warning",
}


@desk_page
@require_safe
def desk(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show what the organisation should do now, then its missions."""
    now, acting = clock.now(), accounts.acting_in(request)
    organisation = accounts.Organisation.objects.get(pk=organisation_id)
    missions = queries.desk_missions(acting=acting, organisation_id=organisation_id, now=now)
    candidates = queries.candidates(acting=acting, organisation_id=organisation_id, now=now, limit=5)
    context = {
        "organisation": organisation,
        "may_manage": acting.manages(organisation_id),
        "candidates": candidates,
        "waiting": queries.waiting_count(acting=acting, organisation_id=organisation_id, now=now),
        "to_fill": queries.slots_to_fill(acting=acting, organisation_id=organisation_id, now=now),
        "unfinished": [each for each in missions if each.state in UNFINISHED],
        "missions": [each for each in missions if each.state not in (*UNFINISHED, *PAST)],
        "past": [each for each in missions if each.state in PAST],
        "tones": TONES,
        "now": now,
    }
    return render(request, "volunteering/desk/desk.html", context)
