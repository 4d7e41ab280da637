"""The desk's first page: what needs doing now, and every mission."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.foundation.paging import from_the_start
from entraide.volunteering.queries import desk as queries
from entraide.volunteering.rules.states import MissionState
from entraide.volunteering.views.desk.access import desk_page

FIRST_CANDIDATES = 5
TONES = {
    MissionState.ONLINE.value: "success",
    MissionState.FULL.value: "accent",
    MissionState.SUBMITTED.value: "warning",
    MissionState.MORE_INFO.value: "danger",
    MissionState.FLAGGED.value: "danger",
    MissionState.PAUSED.value: "warning",
}


@desk_page
@from_the_start
@require_safe
def desk(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show what the organisation should do now, then its missions."""
    now, acting = clock.now(), accounts.acting_in(request)
    organisation = accounts.Organisation.objects.get(pk=organisation_id)
    after = request.GET.get("after", "")
    missions = queries.desk_missions(acting=acting, organisation_id=organisation_id, now=now, after=after)
    candidates = queries.candidates(acting=acting, organisation_id=organisation_id, now=now, size=FIRST_CANDIDATES)
    turns = {turn: [each for each in missions.rows if each.turn == turn] for turn in queries.Turn}  # type: ignore[attr-defined]  # The query adds it.
    context = {
        "organisation": organisation,
        "may_manage": acting.manages(organisation_id),
        "candidates": candidates.rows,
        "waiting": queries.waiting_count(acting=acting, organisation_id=organisation_id, now=now),
        "to_fill": queries.slots_to_fill(acting=acting, organisation_id=organisation_id, now=now),
        "lists": queries.lists_to_fill(acting=acting, organisation_id=organisation_id, now=now),
        "unfinished": turns[queries.Turn.TO_FINISH],
        "missions": turns[queries.Turn.LIVE],
        "past": turns[queries.Turn.PAST],
        "past_total": queries.past_missions_count(acting=acting, organisation_id=organisation_id),
        "after": missions.after,
        "tones": TONES,
        "now": now,
    }
    return render(request, "volunteering/desk/desk.html", context)
