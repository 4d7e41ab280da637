"""The pages on which referents and operators find and check organisations."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from entraide.accounts.actions.organisations import Step, take_steps
from entraide.accounts.forms.organisations import BulkStepForm
from entraide.accounts.forms.people import FindOrganisationForm
from entraide.accounts.middleware import acting_in, deed_of
from entraide.accounts.models import Organisation
from entraide.accounts.queries import organisations_found, organisations_to_moderate
from entraide.accounts.rules import Actor, OrganisationState, OrganisationStep, steps_open_to
from entraide.foundation import clock, pagination
from entraide.foundation.http_cache import private_page
from entraide.foundation.paging import from_the_start, page_of

ROWS = 50


@private_page
@from_the_start
@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations that wait for a decision in the role's territory, and decide about several at once."""
    departements, actor = _reach(request)
    queue = organisations_to_moderate(departements=departements)
    page = page_of(queue, order={"state_changed_at": datetime, "id": UUID}, after=request.GET.get("after", ""))
    shown = list(page.rows)
    steps = _steps_of_queue(actor)
    form = BulkStepForm(request.POST if request.method == "POST" else None, steps=steps, shown=shown)
    if form.is_bound and form.is_valid():
        _decide(request, form, actor)
        return redirect("accounts:organisations")
    context = {
        "organisations": [(each, Organisation.STATES[each.state]) for each in shown],
        "after": page.after,
        "total": queue.count(),
        "form": form,
        "ticked": request.POST.getlist("organisations"),
    }
    return render(request, "accounts/organisations.html", context, status=400 if form.errors else 200)


@private_page
@require_safe
def find_organisations(request: HttpRequest) -> HttpResponse:
    """Find an organisation of the role's territory in whatever state."""
    departements, _ = _reach(request)
    form = FindOrganisationForm(request.GET)
    rows, after = [], None
    if form.is_valid():
        found = organisations_found(
            text=form.cleaned_data["q"], state=form.cleaned_data["state"], departements=departements
        )
        try:
            if cursor := request.GET.get("after"):
                found = found.filter(pk__lt=pagination.decode(cursor, UUID)[0])
        except pagination.BadCursor:
            return redirect("accounts:find-organisations")
        rows = list(found[: ROWS + 1])
        after = pagination.encode([rows[ROWS - 1].pk]) if len(rows) > ROWS else None
    context = {
        "form": form,
        "organisations": [(each, Organisation.STATES[each.state]) for each in rows[:ROWS]],
        "after": after,
    }
    return render(request, "accounts/find_organisations.html", context, status=400 if form.errors else 200)


def _reach(request: HttpRequest) -> tuple[frozenset[str] | None, Actor]:
    """Return the départements of the acting role, None for all, and as whom it decides there."""
    acting = acting_in(request)
    if acting.is_operator:
        return None, Actor.OPERATOR
    if not acting.departements:
        raise PermissionDenied
    return acting.departements, Actor.REFERENT


def _steps_of_queue(actor: Actor) -> list[OrganisationStep]:
    """Return the steps that make sense for some of a queue, in the order of the table."""
    submitted = steps_open_to(state=OrganisationState.SUBMITTED, actor=actor)
    in_review = steps_open_to(state=OrganisationState.IN_REVIEW, actor=actor)
    return [step for step in OrganisationStep if step in submitted or step in in_review]


def _decide(request: HttpRequest, form: BulkStepForm, actor: Actor) -> None:
    data = form.cleaned_data
    step = Step(
        step=OrganisationStep(data["step"]), actor=actor, reason=data.get("reason", ""), level=data.get("level") or 1
    )
    outcomes = take_steps(
        organisation_ids=[UUID(each) for each in data["organisations"]],
        step=step,
        deed=deed_of(request, now=clock.now()),
    )
    refused = sum(outcome.startswith("refused:") for outcome in outcomes.values())
    done = len(outcomes) - refused
    if done:
        messages.success(
            request,
            ngettext("%(count)d organisation decided.", "%(count)d organisations decided.", done) % {"count": done},
        )
    if refused:
        messages.error(request, gettext("Some could not be moved from the state that they are in now; they are below."))
