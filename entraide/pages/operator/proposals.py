"""What official alerts propose: read, completed and accepted by an operator, or set aside."""

from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST

from entraide.accounts import api as accounts
from entraide.crises import api as crises
from entraide.foundation import clock, localised
from entraide.pages.operator import labels
from entraide.pages.operator.forms import OpeningForm, ZonesForm

Form = OpeningForm | ZonesForm


@accounts.operator_page
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Show what an alert proposes, with a form filled in from it; open or change the crisis as the operator says."""
    found = crises.proposal(proposal_id=proposal_id, now=clock.now())
    if found is None:
        if request.method == "POST":
            return _gone(request)
        raise Http404
    form = _form(request, found)
    if form is not None and form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                crisis_id = _accept(request, found, form)
        except crises.NotWaiting:
            return _gone(request)
        except IntegrityError:
            form.add_error("name_fr", gettext("There is a crisis of this name already. Say when or where in the name."))
        else:
            crises.forget()
            messages.success(request, gettext("It is done: this is the crisis as it is now."))
            return redirect("pages:operator-crisis", crisis_id)
    language = get_language() or "fr"
    context = {
        "proposal": found,
        "title": labels.PROPOSALS[found.kind],
        "name": localised.text(found.name, language),
        "text": localised.text(found.text, language),
        "crisis_name": localised.text(found.crisis.name, language) if found.crisis else "",
        "form": form,
    }
    status = 400 if form is not None and form.errors else 200
    return render(request, "pages/operator/proposal.html", context, status=status)


def _form(request: HttpRequest, found: crises.Proposal) -> Form | None:
    data = request.POST if request.method == "POST" else None
    zones = ", ".join(found.zones)
    match crises.ProposalKind(found.kind):
        case crises.ProposalKind.OPEN:
            names = {"name_fr": found.name.get("fr", ""), "name_en": found.name.get("en", "")}
            return OpeningForm(data, initial={**names, "kind": found.crisis_kind, "level": found.level, "zones": zones})
        case crises.ProposalKind.CHANGE:
            return ZonesForm(data, initial={"zones": zones})
        case crises.ProposalKind.CLOSE:
            return None


def _accept(request: HttpRequest, found: crises.Proposal, form: Form) -> UUID:
    (actor, role), now = accounts.journal_actor(request), clock.now()
    if isinstance(form, OpeningForm):
        crisis = crises.accept_opening(proposal_id=found.pk, opening=form.opening(), actor=actor, role=role, now=now)
        return crisis.pk
    return crises.accept_change(proposal_id=found.pk, zones=form.cleaned_data["zones"], actor=actor, role=role, now=now)


@accounts.operator_page
@require_POST
def dismiss(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Set a proposal aside; nothing else happens."""
    actor, role = accounts.journal_actor(request)
    try:
        crises.dismiss(proposal_id=proposal_id, actor=actor, role=role, now=clock.now())
    except crises.NotWaiting:
        return _gone(request)
    messages.success(request, gettext("The proposal was set aside."))
    return redirect("pages:operator")


def _gone(request: HttpRequest) -> HttpResponse:
    messages.info(request, gettext("This proposal is no longer there: it was decided, or its alert is over."))
    return redirect("pages:operator")
