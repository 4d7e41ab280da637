"""An organisation's own pages: registering it, its details and state."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from entraide.accounts.actions.organisations import Step, edit_organisation, register_organisation, take_step
from entraide.accounts.forms.organisations import (
    STEP_LABELS,
    OrganisationForm,
    StepForm,
    details_shown,
    missing_of,
)
from entraide.accounts.middleware import acting_in, deed_of, take_role
from entraide.accounts.models import Organisation
from entraide.accounts.permissions import (
    Acting,
    actor_towards,
    may_edit_organisation,
    may_see_organisation,
)
from entraide.accounts.queries import held_roles, same_number
from entraide.accounts.rules import Actor, OrganisationState, OrganisationStep, RefusedStep, steps_open_to
from entraide.accounts.views.profile import person_id_of
from entraide.foundation import clock
from entraide.foundation.http_cache import private_page


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register an organisation, whose manager the person becomes and in whose name they then act."""
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return render(request, "accounts/register.html", {"form": form}, status=400 if form.errors else 200)
    now, person_id = clock.now(), person_id_of(request)
    organisation = register_organisation(details=form.details(), person_id=person_id, now=now)
    for held in held_roles(person_id=person_id, now=now):
        if held.scope.id == str(organisation.pk):
            take_role(request, grant_id=held.grant_id)
    _say_where_it_stands(request, organisation)
    return redirect("accounts:organisation", organisation_id=organisation.pk)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show an organisation to its people and to those who check it; its managers change its details here."""
    found = _seen_by(request, organisation_id)
    acting = acting_in(request)
    may_edit = may_edit_organisation(acting=acting, organisation_id=found.pk, state=OrganisationState(found.state))
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    form = OrganisationForm(request.POST if request.method == "POST" else None, initial=details_shown(found))
    if form.is_bound and form.is_valid():
        deed = deed_of(request, now=clock.now())
        found = edit_organisation(organisation_id=found.pk, details=form.details(), deed=deed)
        _say_where_it_stands(request, found)
        return redirect("accounts:organisation", organisation_id=found.pk)
    return _page(request, found, form if may_edit else None, step_form_for(found, acting))


@private_page
@require_POST
def step(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Take one step with an organisation: send it for checking, validate it, ask for more and so on."""
    found = _seen_by(request, organisation_id)
    acting = acting_in(request)
    actor = actor_towards(acting=acting, organisation_id=found.pk, departement=found.departement)
    form = step_form_for(found, acting, request)
    if actor is None:
        raise PermissionDenied
    if form is None:
        messages.error(request, gettext("Nothing can be decided here in the state that it is in now."))
        return redirect("accounts:organisation", organisation_id=found.pk)
    if form.is_valid() and not _lacks_something(request, found, form):
        chosen = OrganisationStep(form.cleaned_data["step"])
        wish = Step(
            step=chosen,
            actor=actor,
            reason=form.cleaned_data.get("reason", ""),
            level=form.cleaned_data.get("level") or 1,
        )
        try:
            take_step(organisation_id=found.pk, step=wish, deed=deed_of(request, now=clock.now()))
        except RefusedStep:
            messages.error(request, gettext("Someone else decided in the meantime. Look at the state that it has now."))
        else:
            messages.success(request, gettext("Done: %(step)s.") % {"step": STEP_LABELS[chosen]})
        return redirect("accounts:organisation", organisation_id=found.pk)
    return _page(request, found, None, form)


def step_form_for(found: Organisation, acting: Acting, request: HttpRequest | None = None) -> StepForm | None:
    """Return the form of the decisions open to a role, None when there are none."""
    actor = actor_towards(acting=acting, organisation_id=found.pk, departement=found.departement)
    steps = steps_open_to(state=OrganisationState(found.state), actor=actor) if actor else []
    return StepForm(request.POST if request else None, steps=steps) if steps else None


def _lacks_something(request: HttpRequest, found: Organisation, form: StepForm) -> bool:
    missing = missing_of(found) if form.cleaned_data["step"] == OrganisationStep.SUBMIT else []
    for line in missing:
        messages.error(request, line)
    return bool(missing)


def _seen_by(request: HttpRequest, organisation_id: UUID) -> Organisation:
    found = get_object_or_404(Organisation, pk=organisation_id)
    if not may_see_organisation(acting=acting_in(request), organisation_id=found.pk, departement=found.departement):
        raise PermissionDenied
    return found


def _page(
    request: HttpRequest, found: Organisation, form: OrganisationForm | None, step_form: StepForm | None
) -> HttpResponse:
    acting = acting_in(request)
    actor = actor_towards(acting=acting, organisation_id=found.pk, departement=found.departement)
    checks = actor in (Actor.REFERENT, Actor.OPERATOR)
    context = {
        "organisation": found,
        "shown": details_shown(found),
        "state_label": Organisation.STATES[found.state],
        "level_label": Organisation.LEVELS[found.verification_level],
        "form": form,
        "step_form": step_form,
        "missing": missing_of(found),
        "same_number": same_number(found) if checks else [],
        "checks": checks,
        "manages": acting.manages(found.pk),
    }
    bad = (form is not None and form.errors) or (step_form is not None and step_form.is_bound)
    return render(request, "accounts/organisation.html", context, status=400 if bad else 200)


def _say_where_it_stands(request: HttpRequest, found: Organisation) -> None:
    if found.state == OrganisationState.SUBMITTED:
        messages.success(request, gettext("Saved. A referent of your territory checks the organisation now."))
    elif found.state in (OrganisationState.DRAFT, OrganisationState.MORE_INFO):
        messages.success(request, gettext("Saved. It is sent for checking once nothing is missing."))
    else:
        messages.success(request, gettext("Saved."))
