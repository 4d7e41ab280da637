"""The page behind the code at a slot's door: one button says that one came, or a reason why it cannot be said here."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from entraide.accounts.api import acting_in
from entraide.foundation import clock
from entraide.foundation.http_cache import private_page
from entraide.volunteering import facts, labels
from entraide.volunteering.actions.check_in import NotCheckedIn, check_in
from entraide.volunteering.check_in_links import NoSuchDoor, slot_of_link
from entraide.volunteering.dates import day_heading, local, span_text, start_text
from entraide.volunteering.models import Participation, Slot
from entraide.volunteering.parties import own_party
from entraide.volunteering.queries import mine
from entraide.volunteering.rules.check_in import CAME, NotHere, why_not_here
from entraide.volunteering.rules.states import ParticipationState
from entraide.volunteering.rules.words import CheckIn

STATUSES = {
    NotHere.NO_PLACE: 403,
    NotHere.NOT_ANSWERED: 409,
    NotHere.SAID_ABSENT: 409,
    NotHere.TOO_EARLY: 409,
    NotHere.OVER: 410,
    NotHere.CANCELLED: 410,
}


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody with a place say that they are here. Opening the page says nothing yet."""
    try:
        slot = slot_of_link(token)
    except NoSuchDoor:
        return render(request, "volunteering/check_in_unknown.html", status=404)
    now = clock.now()
    if request.method == "POST":
        try:
            check_in(acting=acting_in(request), slot_id=slot.pk, by=CheckIn.QR, now=now)
        except NotCheckedIn as refused:
            return _page(request, slot, None, refused.why)
        return redirect("volunteering:check-in", token=token)
    row = mine.my_place_in(person_id=UUID(str(request.user.pk)), slot_id=slot.pk)
    return _page(request, slot, row, _why_not(slot, row, now))


def _why_not(slot: Slot, row: Participation | None, now: datetime) -> NotHere | None:
    return why_not_here(door=facts.of_door(slot), state=ParticipationState(row.state) if row else None, now=now)


def _page(request: HttpRequest, slot: Slot, row: Participation | None, why: NotHere | None) -> HttpResponse:
    mission, departement = slot.mission, slot.mission.departement_code
    starts_at, ends_at = local(slot.starts_at, departement), local(slot.ends_at, departement)
    opens = start_text(facts.of_door(slot).opens_at, departement=departement)
    context = {
        "title": mission.title,
        "organisation": mission.organisation.name,
        "day": day_heading(starts_at.date()),
        "times": span_text(starts_at, ends_at),
        "why": labels.called(labels.NOT_HERE, why.value) % {"opens": opens} if why else "",
        "came": row is not None and row.state in CAME,
        "since": start_text(row.checked_in_at, departement=departement) if row and row.checked_in_at else "",
        "party": own_party(row.seats) if row else "",
        "place_path": reverse("volunteering:participation", args=[row.pk]) if row else "",
        "mission_path": reverse("volunteering:mission", args=[mission.pk]),
    }
    return render(request, "volunteering/check_in.html", context, status=STATUSES[why] if why else 200)
