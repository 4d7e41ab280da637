"""A video meeting with those who take part in a mission, planned from its page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.meetings import api as meetings
from entraide.volunteering.queries.desk import expected_people
from entraide.volunteering.rules.zones import zone_of
from entraide.volunteering.views.desk.access import desk_page, mission_of_desk


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, organisation_id: UUID, mission_id: UUID) -> HttpResponse:
    """Plan a meeting to which all are invited who have a place in a slot that is not over."""
    found, now = mission_of_desk(request, organisation_id, mission_id), clock.now()
    acting = accounts.acting_in(request)
    host_id = UUID(str(request.user.pk))
    people = expected_people(acting=acting, mission_id=mission_id, now=now)
    own = meetings.guests_of(people, but=host_id)
    if request.method == "POST":
        form = meetings.NewPlanForm(request.POST)
        purpose = meetings.Purpose(meetings.About.MISSION, mission_id)
        made = form.save(host_id=host_id, own=own, purpose=purpose) if form.is_valid() else None
        if made is not None:
            messages.success(request, gettext("The meeting is planned. Whoever is invited gets a mail."))
            return redirect("meetings:plan", made)
    else:
        proposed = meetings.proposed_plan(now=now, zone=zone_of(found.departement_code).key)
        form = meetings.NewPlanForm(initial={**proposed, "title": found.title[:120]})
    context = {"organisation": found.organisation, "mission": found, "form": form, "own": own}
    return render(request, "volunteering/desk/meeting.html", context, status=400 if form.errors else 200)
