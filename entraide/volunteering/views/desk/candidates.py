"""Answering candidates, one or many at once. Two managers at once: the second is told what the first answered."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.foundation.paging import from_the_start
from entraide.volunteering import dates, labels
from entraide.volunteering.actions.deciding import accept_candidates, refuse_candidates
from entraide.volunteering.actions.outcomes import Left, Outcome
from entraide.volunteering.forms.deciding import ChoiceOfRows, RefusalForm
from entraide.volunteering.models import Participation
from entraide.volunteering.parties import company
from entraide.volunteering.queries import desk as queries
from entraide.volunteering.rules.words import RefusalReason
from entraide.volunteering.views.desk.access import desk_page, mission_of_desk

MOST_NAMED = 8


@desk_page
@from_the_start
@require_http_methods(["GET", "HEAD", "POST"])
def candidates(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """List those who wait for an answer, whose hold ends first, and answer those who were ticked."""
    if request.method == "POST":
        return _answer(request, organisation_id)
    mission_id = _mission_id(request)
    mission = mission_of_desk(request, organisation_id, mission_id) if mission_id else None
    now, acting = clock.now(), accounts.acting_in(request)
    page = queries.candidates(
        acting=acting,
        organisation_id=organisation_id,
        now=now,
        mission_id=mission_id,
        after=request.GET.get("after", ""),
    )
    context = {
        "organisation": accounts.Organisation.objects.get(pk=organisation_id),
        "mission": mission,
        "candidates": page.rows,
        "after": page.after,
        "waiting": queries.waiting_count(
            acting=acting, organisation_id=organisation_id, now=now, mission_id=mission_id
        ),
        "total": queries.waiting_count(acting=acting, organisation_id=organisation_id, now=now),
        "now": now,
    }
    return render(request, "volunteering/desk/candidates.html", context)


def _mission_id(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("mission", ""))
    except ValueError:
        return None


def _answer(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    choice = ChoiceOfRows(request.POST, decisions=("accept", "refuse", "refused"))
    if not choice.is_valid():
        messages.error(request, choice.complaint)
        return redirect("volunteering:candidates", organisation_id)
    chosen: list[UUID] = choice.cleaned_data["chosen"]
    acting, now = accounts.acting_in(request), clock.now()
    if choice.decision == "accept":
        outcome = accept_candidates(acting=acting, participation_ids=chosen, now=now)
        said = ngettext(
            "%(count)d person was accepted and is being told.",
            "%(count)d people were accepted and are being told.",
            len(outcome.done),
        )
    else:
        form = RefusalForm(request.POST if choice.decision == "refused" else None)
        if not form.is_bound or not form.is_valid():
            return _ask_why(request, organisation_id, chosen, form)
        outcome = refuse_candidates(
            acting=acting,
            participation_ids=chosen,
            reason=RefusalReason(form.cleaned_data["reason"]),
            text=form.cleaned_data["text"],
            now=now,
        )
        said = ngettext(
            "%(count)d person was refused and is being told. What was held for them is free again.",
            "%(count)d people were refused and are being told. Their places are free again.",
            len(outcome.done),
        )
    if outcome.done:
        messages.success(request, said % {"count": len(outcome.done)})
    _tell_left(request, organisation_id, outcome)
    return redirect("volunteering:candidates", organisation_id)


def _ask_why(request: HttpRequest, organisation_id: UUID, chosen: list[UUID], form: RefusalForm) -> HttpResponse:
    """Ask for the reason on a page of its own, which works without a script."""
    rows = queries.answered(
        acting=accounts.acting_in(request), organisation_id=organisation_id, participation_ids=chosen
    )
    context = {
        "title": ngettext("Refuse this person?", "Refuse these %(count)d people?", len(rows)) % {"count": len(rows)},
        "consequences": [_line(row) for row in rows[:MOST_NAMED]],
        "more": max(0, len(rows) - MOST_NAMED),
        "chosen": [row.pk for row in rows],
        "form": form,
        "action_label": gettext("Refuse"),
        "danger": True,
        "cancel_url": reverse("volunteering:candidates", args=[organisation_id]),
    }
    return render(request, "volunteering/desk/refuse.html", context, status=400 if form.errors else 200)


def _tell_left(request: HttpRequest, organisation_id: UUID, outcome: Outcome) -> None:
    """Say of those who could not be answered what became of them, and through whom."""
    if not outcome.left:
        return
    rows = queries.answered(
        acting=accounts.acting_in(request), organisation_id=organisation_id, participation_ids=list(outcome.left)
    )
    names = accounts.names_of(person_ids={row.decided_by for row in rows if row.decided_by})
    for row in rows[:MOST_NAMED]:
        messages.warning(request, _left_line(row, outcome.left[row.pk], names))
    if unnamed := len(outcome.left) - len(rows[:MOST_NAMED]):
        said = ngettext("%(count)d other was left as it is.", "%(count)d others were left as they are.", unnamed)
        messages.warning(request, said % {"count": unnamed})


def _left_line(row: Participation, why: Left, names: dict[UUID, str]) -> str:
    values = {
        "name": _name(row),
        "state": labels.called(labels.CANDIDATES, row.state),
        "who": names.get(row.decided_by, "") if row.decided_by else "",
        "when": dates.moment_text(row.decided_at) if row.decided_at else "",
    }
    if why is Left.HOLD_ENDED:
        return gettext("%(name)s: the time to answer is over, and the place is free again.") % values
    if why is Left.BARRED:
        return gettext("%(name)s: nobody can be accepted while the organisation is suspended.") % values
    if values["who"] and values["when"]:
        return gettext("%(name)s: already “%(state)s”, by %(who)s on %(when)s.") % values
    return gettext("%(name)s: already “%(state)s”.") % values


def _line(row: Participation) -> str:
    return f"{' '.join(filter(None, (_name(row), company(row.seats))))} – {_when(row)}"


def _name(row: Participation) -> str:
    return row.volunteer.person.get_short_name() or gettext("Someone")


def _when(row: Participation) -> str:
    mission = row.slot.mission
    return dates.slot_text(row.slot.starts_at, row.slot.ends_at, departement=mission.departement_code)
