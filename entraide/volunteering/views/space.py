"""A volunteer's own space: slots ahead, answers waited for, what is past, the calendar, the data, the way out."""

import json
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entraide.accounts.api import acting_in, data_of, deed_of, erase_person
from entraide.foundation import clock
from entraide.foundation.http_cache import private_page
from entraide.foundation.paging import from_the_start
from entraide.meetings.api import meetings_of
from entraide.volunteering import wordings
from entraide.volunteering.actions.erasing import forget_volunteer
from entraide.volunteering.actions.leaving import TooLateToCancel, cancel_participation
from entraide.volunteering.actions.profiles import renew_calendar
from entraide.volunteering.certificate_links import certificate_link
from entraide.volunteering.forms.joining import EraseForm, LeaveForm
from entraide.volunteering.models import Notice, Participation
from entraide.volunteering.queries import mine, own_data
from entraide.volunteering.queries.nearby import slots_near
from entraide.volunteering.queries.reserve import questions_left
from entraide.volunteering.rules.states import EXPECTED, ParticipationState
from entraide.volunteering.views.join import other_slot
from entraide.volunteering.views.places_held import place_held
from entraide.volunteering.views.profile.words import standing

MESSAGES_SHOWN = 10
_OFFERS_OTHERS = (
    ParticipationState.EXPIRED,
    ParticipationState.REFUSED,
    ParticipationState.CANCELLED_BY_ORGANISATION,
    ParticipationState.RELEASED,
)


def _person_id(request: HttpRequest) -> UUID:
    return UUID(str(request.user.pk))


@private_page
@from_the_start
@require_safe
def space(request: HttpRequest) -> HttpResponse:
    """Show a volunteer where they are expected, what waits for an answer, and what is past."""
    person_id, now = _person_id(request), clock.now()
    volunteer = mine.volunteer_of(person_id=person_id)
    ahead = [place_held(row, now=now) for row in mine.my_participations_ahead(person_id=person_id, now=now)]
    page = mine.my_participations_past(person_id=person_id, now=now, after=request.GET.get("after", ""))
    told = mine.my_notices(person_id=person_id, size=MESSAGES_SHOWN)
    context = {
        "volunteer": volunteer,
        "coming": [place for place in ahead if not place.waits],
        "waiting": [place for place in ahead if place.waits],
        "past": [place_held(row, now=now) for row in page.rows],
        "after": page.after,
        "notices": [_told(row) for row in told.rows],
        "more_notices": told.after is not None,
        **(standing(volunteer) if volunteer else {}),
        "hours": mine.my_hours(person_id=person_id),
        "left": questions_left(volunteer, phone=getattr(request.user, "phone", "")) if volunteer else 0,
        "calendar": _calendar_addresses(request, volunteer.calendar_token) if volunteer else None,
    }
    return render(request, "volunteering/space.html", context)


@private_page
@from_the_start
@require_safe
def messages_page(request: HttpRequest) -> HttpResponse:
    """Show all messages that a volunteer got, the latest first."""
    page = mine.my_notices(person_id=_person_id(request), after=request.GET.get("after", ""))
    context = {"notices": [_told(row) for row in page.rows], "after": page.after}
    return render(request, "volunteering/messages.html", context)


def _told(notice: Notice) -> dict[str, object]:
    said = wordings.wording(notice)
    return {"subject": said.subject, "sentences": said.sentences, "at": notice.created_at}


def _calendar_addresses(request: HttpRequest, token: UUID) -> dict[str, str]:
    https = request.build_absolute_uri(reverse("calendar", args=[token]))
    return {"https": https, "webcal": f"webcal{https.removeprefix('https').removeprefix('http')}"}


@private_page
@require_safe
def participation(request: HttpRequest, participation_id: UUID) -> HttpResponse:
    """Show one place: its state, until when it is held, and to those who are confirmed the whole address."""
    now = clock.now()
    row = _own(request, participation_id)
    place = place_held(row, now=now)
    offers = mine.state_at(row, now=now) in _OFFERS_OTHERS
    others = [other_slot(slot) for slot in slots_near(slot=row.slot, now=now)] if offers else []
    is_expected = mine.state_at(row, now=now) in EXPECTED
    context = {
        "place": place,
        "row": row,
        "others": others,
        "certificate_link": certificate_link(row, where=place.where) if is_expected else "",
    }
    return render(request, "volunteering/participation.html", context)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, participation_id: UUID) -> HttpResponse:
    """Ask why a place is given back, and give it back."""
    now = clock.now()
    row = _own(request, participation_id)
    place = place_held(row, now=now)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            cancel_participation(acting=acting_in(request), leave=form.leave(participation_id), now=now)
        except TooLateToCancel:
            messages.error(request, _("It is too late to give this place back here: tell the organisation."))
            return redirect("volunteering:participation", participation_id=participation_id)
        messages.success(request, _("Your place is free for somebody else. Thank you for telling us."))
        return redirect("volunteering:space")
    if not place.cancel_path:
        return redirect("volunteering:participation", participation_id=participation_id)
    context = {"form": form, "place": place}
    return render(request, "volunteering/cancel.html", context, status=400 if form.errors else 200)


def _own(request: HttpRequest, participation_id: UUID) -> Participation:
    row = mine.my_participation(person_id=_person_id(request), participation_id=participation_id)
    if row is None:
        raise Http404
    return row


@private_page
@require_POST
def new_calendar(request: HttpRequest) -> HttpResponse:
    """Give the calendar another secret address."""
    if mine.volunteer_of(person_id=_person_id(request)) is None:
        raise Http404
    renew_calendar(acting=acting_in(request), now=clock.now())
    messages.success(request, _("Your calendar has a new address. The former one shows nothing any more."))
    return redirect(f"{reverse('volunteering:space')}#calendar")


@private_page
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Hand a person everything that is kept about them, as one JSON file."""
    now = clock.now()
    content = json.dumps(_everything(request, now), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="entraide-{now:%Y-%m-%d}.json"'
    return response


def _everything(request: HttpRequest, now: datetime) -> dict[str, object]:
    person_id = _person_id(request)
    return {
        "made_at": now,
        **data_of(person_id=person_id),
        **meetings_of(person_id=person_id),
        **own_data.my_data(person_id=person_id),
    }


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Say what erasing means, and do it: places go back first, then everything that says who the person is."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        person_id, now = _person_id(request), clock.now()
        forget_volunteer(person_id=person_id, now=now)
        erase_person(person_id=person_id, deed=deed_of(request, now=now))
        logout(request)
        return redirect("volunteering:erased")
    return render(request, "volunteering/erase.html", {"form": form}, status=400 if form.errors else 200)
