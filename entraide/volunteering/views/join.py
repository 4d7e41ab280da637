"""Joining a slot: what is checked, the place, and for every refusal a way on."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from entraide.accounts.api import acting_in
from entraide.foundation import clock
from entraide.foundation.http_cache import no_store
from entraide.volunteering import facts, labels
from entraide.volunteering.actions.joining import JoinRefused, KeyUsedElsewhere, NoProfile, join_slot
from entraide.volunteering.actions.profiles import open_profile
from entraide.volunteering.dates import day_heading, local, meeting_text, span_text
from entraide.volunteering.forms.joining import JoinForm
from entraide.volunteering.letters import place_text
from entraide.volunteering.models import Participation, Slot
from entraide.volunteering.queries.join_page import JoinPage, join_page, slot_to_join
from entraide.volunteering.queries.nearby import slots_near
from entraide.volunteering.rules.mission_search import MissionSearch
from entraide.volunteering.rules.refusals import AlreadyJoined, Refusal
from entraide.volunteering.rules.states import ParticipationState
from entraide.volunteering.rules.words import Admission


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slot_id: UUID) -> HttpResponse:
    """Show a slot and what is checked; join it. Whoever is not signed in chooses how, and keeps the slot."""
    slot = slot_to_join(slot_id=slot_id)
    if slot is None:
        raise Http404
    now = clock.now()
    if not request.user.is_authenticated:
        return no_store(render(request, "volunteering/join_choose.html", {**_slot_context(slot), **_ways_in(slot)}))
    page = join_page(slot=slot, person_id=UUID(str(request.user.pk)), now=now)
    form = _form(request, page)
    if request.method == "POST" and form.is_valid():
        return no_store(_join(request, page, form, now))
    return no_store(_show(request, page, form, page.against, now, status=400 if form.errors else 200))


def _join(request: HttpRequest, page: JoinPage, form: JoinForm, now: datetime) -> HttpResponse:
    acting, profile = acting_in(request), form.profile()
    if profile and acting.person_id:
        open_profile(person_id=acting.person_id, profile=profile, now=now)
    try:
        participation = join_slot(acting=acting, wish=form.wish(page.slot.pk), now=now)
    except JoinRefused as refused:
        # What refused may be new since the page was read, an overlap among it: read it again.
        again = join_page(slot=page.slot, person_id=page.person_id, now=now)
        return _show(request, again, _form(request, again, fresh=True), refused.reasons, now, status=409)
    except (KeyUsedElsewhere, NoProfile):
        messages.warning(request, _("This form did not arrive as it was made. Check it and confirm again."))
        return redirect("volunteering:join", slot_id=page.slot.pk)
    messages.success(request, _told(participation))
    return redirect("volunteering:participation", participation_id=participation.pk)


def _told(participation: Participation) -> str:
    if participation.state == ParticipationState.HELD:
        return ngettext(
            "A place is held for you. The organisation answers soon, and a mail tells you.",
            "%(seats)s places are held for you. The organisation answers soon, and a mail tells you.",
            participation.seats,
        ) % {"seats": participation.seats}
    return ngettext(
        "Your place is confirmed. A mail with the details is on its way.",
        "Your %(seats)s places are confirmed. A mail with the details is on its way.",
        participation.seats,
    ) % {"seats": participation.seats}


def _form(request: HttpRequest, page: JoinPage, *, fresh: bool = False) -> JoinForm:
    mission = page.slot.mission
    review = mission.admission == Admission.REVIEW
    return JoinForm(
        request.POST if request.method == "POST" and not fresh else None,
        requirements=page.requirements(get_language() or "fr"),
        known=frozenset(page.volunteer.declared) if page.volunteer else frozenset(),
        asks_profile=page.asks_profile,
        motivation=mission.motivation_required if mission.motivation_required or review else None,
        overlaps=bool(page.overlaps),
        places_left=page.places_left,
    )


def _show(
    request: HttpRequest, page: JoinPage, form: JoinForm, reasons: tuple[Refusal, ...], now: datetime, *, status: int
) -> HttpResponse:
    standing = next((reason for reason in reasons if isinstance(reason, AlreadyJoined)), None)
    if standing is not None:
        messages.info(request, _("You already have a place in this slot."))
        return redirect("volunteering:participation", participation_id=standing.participation_id)
    context = {
        **_slot_context(page.slot),
        "form": form,
        "asks_profile": page.asks_profile,
        "overlaps": page.overlaps,
        "reasons": [_(reason.message) % _values(reason) for reason in reasons],
        "blocked": bool(page.against),
        "others": [other_slot(other) for other in slots_near(slot=page.slot, now=now)] if reasons else [],
    }
    return render(request, "volunteering/join.html", context, status=status)


def _values(reason: Refusal) -> dict[str, object]:
    return reason.values


def other_slot(slot: Slot) -> dict[str, str]:
    """Return a slot to propose instead: what, when and the page that joins it."""
    departement = slot.mission.departement_code
    starts_at, ends_at = local(slot.starts_at, departement), local(slot.ends_at, departement)
    return {
        "title": slot.mission.title,
        "commune": slot.mission.commune_name or labels.called(labels.MODES, slot.mission.mode),
        "when": f"{day_heading(starts_at.date())}, {span_text(starts_at, ends_at)}",
        "path": reverse("volunteering:join", args=[slot.pk]),
    }


def _slot_context(slot: Slot) -> dict[str, object]:
    mission = slot.mission
    starts_at = local(slot.starts_at, mission.departement_code)
    near = MissionSearch(where=f"{mission.commune_name} ({mission.departement_code})" if mission.commune_name else "")
    return {
        "slot": slot,
        "mission": mission,
        "day": day_heading(starts_at.date()),
        "times": span_text(starts_at, local(slot.ends_at, mission.departement_code)),
        "role": slot.role,
        "meet": meeting_text(slot.meeting_at, departement=mission.departement_code),
        "where": place_text(slot, precision=None) or labels.called(labels.MODES, mission.mode),
        "age_min": facts.ages_of(mission)[0],
        "review": mission.admission == Admission.REVIEW,
        "mission_path": reverse("volunteering:mission", args=[mission.pk]),
        "near_path": f"{reverse('volunteering:missions')}{near.query()}",
    }


def _ways_in(slot: Slot) -> dict[str, str]:
    here = reverse("volunteering:join", args=[slot.pk])
    return {
        "signup_path": f"{reverse('volunteering:signup')}?{urlencode({'slot': str(slot.pk)})}",
        "signin_path": f"{reverse('account_login')}?{urlencode({'next': here})}",
    }
