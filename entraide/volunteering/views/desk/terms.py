"""Changing what a mission promises: what it means for others is said first, then it is done."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_http_methods

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.volunteering import labels
from entraide.volunteering.actions.missions import NotEditable, TextsChangedMeanwhile
from entraide.volunteering.actions.terms import (
    Changed,
    MissionTerms,
    change_terms,
    changed_terms,
    needs_a_look,
    requirements_on_offer,
    terms_of,
)
from entraide.volunteering.forms.terms import TermsForm
from entraide.volunteering.models import Mission
from entraide.volunteering.queries import desk as queries
from entraide.volunteering.rules.editing import may_change_terms, tells
from entraide.volunteering.rules.states import MissionState
from entraide.volunteering.views.desk.access import desk_page, mission_of_desk


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, organisation_id: UUID, mission_id: UUID) -> HttpResponse:
    """Show what a mission promises, say what a change would mean, and make it."""
    found = mission_of_desk(request, organisation_id, mission_id)
    if not may_change_terms(MissionState(found.state)):
        messages.error(request, _not_now(found))
        return redirect("volunteering:desk-mission", organisation_id, mission_id)
    before = terms_of(found)
    form = TermsForm(
        request.POST if request.method == "POST" else None,
        terms=before,
        mode=found.mode,
        offered=requirements_on_offer(found),
        language=get_language() or "fr",
    )
    if not form.is_bound or not form.is_valid():
        return _form_page(request, found, form, status=400 if form.errors else 200)
    wanted = form.wanted()
    if "sure" not in request.POST:
        consequences = _consequences(found, before, wanted, form.departement(found.departement_code))
        if consequences:
            return _ask(request, found, form, consequences)
    try:
        done = change_terms(
            acting=accounts.acting_in(request),
            mission_id=mission_id,
            wanted=wanted,
            seen=form.cleaned_data["seen"],
            now=clock.now(),
        )
    except TextsChangedMeanwhile:
        messages.error(
            request, gettext("Somebody else changed this mission meanwhile. Look at it, then change it again.")
        )
        return redirect("volunteering:mission-terms", organisation_id, mission_id)
    except NotEditable:
        messages.error(request, _not_now(found))
    else:
        messages.success(request, _said(done))
    return redirect("volunteering:desk-mission", organisation_id, mission_id)


def _form_page(request: HttpRequest, found: Mission, form: TermsForm, *, status: int) -> HttpResponse:
    context = {
        "organisation": found.organisation,
        "mission": found,
        "form": form,
        "is_public": found.published_at is not None,
    }
    return render(request, "volunteering/desk/terms.html", context, status=status)


def _consequences(found: Mission, before: MissionTerms, wanted: MissionTerms, departement: str) -> list[str]:
    """Return what a change means for others, as sentences; nothing when it concerns nobody."""
    changed, now = changed_terms(before, wanted), clock.now()
    said = []
    people = queries.expected_on(mission_ids=[found.pk], now=now) if tells(changed) else 0
    if people:
        said.append(
            ngettext(
                "%(count)d person who has or awaits a place will be told what changed, and may give it back.",
                "%(count)d people who have or await a place will be told what changed, and may give it back.",
                people,
            )
            % {"count": people}
        )
    if needs_a_look(found, wanted, departement=departement, now=now):
        said.append(gettext("The mission leaves the public list until a referent has read its new text."))
    if said:
        terms = ", ".join(labels.called(labels.TERMS, term) for term in sorted(changed))
        said.insert(0, gettext("You change: %(terms)s.") % {"terms": terms})
    return said


def _ask(request: HttpRequest, found: Mission, form: TermsForm, consequences: list[str]) -> HttpResponse:
    sent = [(name, value) for name in form.data for value in request.POST.getlist(name)]
    context = {
        "title": gettext("Change this mission?"),
        "text": found.title,
        "consequences": consequences,
        "sent": [(name, value) for name, value in sent if name != "csrfmiddlewaretoken"],
        "action_label": gettext("Change it"),
        "cancel_url": reverse("volunteering:mission-terms", args=[found.organisation_id, found.pk]),
    }
    return render(request, "volunteering/desk/terms_sure.html", context)


def _said(done: Changed) -> str:
    said = gettext("The mission was changed.")
    if done.told:
        told = ngettext("%(count)d person is being told.", "%(count)d people are being told.", done.told)
        said = f"{said} {told % {'count': done.told}}"
    if done.state is MissionState.SUBMITTED:
        said = f"{said} {gettext('A referent reads it before it is shown again.')}"
    return said


def _not_now(found: Mission) -> str:
    return gettext("A mission that is “%(state)s” cannot be changed.") % {
        "state": labels.called(labels.MISSION_STATES, found.state)
    }
