"""The list of those who have a place in a slot: to print, tick, attest, reach. Who reads contacts is journaled."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.journal import api as journal
from entraide.volunteering import labels
from entraide.volunteering.actions import attendance as actions
from entraide.volunteering.actions.hours import attest_hours
from entraide.volunteering.actions.outcomes import Left, Outcome
from entraide.volunteering.forms.deciding import ChoiceOfRows, HoursOfRows
from entraide.volunteering.models import Participation, Slot
from entraide.volunteering.queries import desk as queries
from entraide.volunteering.rules.check_in import DOORS_OPEN
from entraide.volunteering.rules.hours import ATTESTED_AFTER, minutes_of_slot, text_of_minutes
from entraide.volunteering.rules.states import ParticipationState
from entraide.volunteering.views.desk.access import desk_page, slot_of_desk

MARKS = {"present": actions.mark_present, "absent": actions.mark_absent, "excused": actions.excuse}
TONES = {
    ParticipationState.PRESENT.value: "success",
    ParticipationState.DONE.value: "success",
    ParticipationState.ATTESTED.value: "success",
    ParticipationState.ABSENT.value: "danger",
    ParticipationState.EXCUSED.value: "warning",
}


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, organisation_id: UUID, slot_id: UUID) -> HttpResponse:
    """Show who has a place, note who came, and on demand show how to reach them."""
    slot = slot_of_desk(request, organisation_id, slot_id)
    acting, now = accounts.acting_in(request), clock.now()
    if request.method == "POST" and "contacts" not in request.POST:
        if str(request.POST.get("decision", "")).startswith("attest"):
            _attest(request)
        else:
            _mark(request)
        return redirect("volunteering:attendance", organisation_id, slot_id)
    rows = [(row, _hours(row)) for row in queries.attendance_list(acting=acting, slot_id=slot_id)]
    with_contacts = request.method == "POST"
    if with_contacts:
        _journal(request, slot, [row for row, _ in rows])
    context = {
        "organisation_id": organisation_id,
        "mission": slot.mission,
        "slot": slot,
        "rows": rows,
        "people": sum(row.seats for row, _ in rows),
        "given_back": [(row, _why(row)) for row in queries.places_given_back(acting=acting, slot_id=slot_id)],
        "with_contacts": with_contacts,
        "tones": TONES,
        "may_tick": now >= slot.starts_at - DOORS_OPEN,
        "may_attest": now >= slot.ends_at,
        "whole": text_of_minutes(minutes_of_slot(starts_at=slot.starts_at, ends_at=slot.ends_at)),
        "days": ATTESTED_AFTER.days,
    }
    return render(request, "volunteering/desk/attendance.html", context)


def _journal(request: HttpRequest, slot: Slot, rows: list[Participation]) -> None:
    """Write down who read the contact details of which slot: of how many people, and which participations."""
    actor, role = accounts.journal_actor(request)
    journal.record(
        actor=actor,
        role=role,
        verb="contacts.read",
        thing_kind="slot",
        thing_id=slot.pk,
        detail={"count": len(rows), "participations": [str(row.pk) for row in rows]},
        now=clock.now(),
    )


def _hours(row: Participation) -> str:
    return text_of_minutes(row.minutes) if row.minutes else ""


def _why(row: Participation) -> str:
    """Return the reason that somebody chose on leaving, and their own words."""
    reason = labels.called(labels.CANCEL_REASONS, row.reason) if row.reason else ""
    return " – ".join(said for said in (reason, row.reason_text) if said)


def _attest(request: HttpRequest) -> None:
    choice = HoursOfRows(request.POST)
    if not choice.is_valid():
        messages.error(request, choice.complaint)
        return
    outcome = attest_hours(acting=accounts.acting_in(request), minutes=choice.cleaned_data["minutes"], now=clock.now())
    if outcome.done:
        said = ngettext(
            "The hours of %(count)d person are attested, who is being told.",
            "The hours of %(count)d people are attested, who are being told.",
            len(outcome.done),
        )
        messages.success(request, said % {"count": len(outcome.done)})
    if Left.NOT_OVER in outcome.left.values():
        messages.warning(request, gettext("Hours can be attested once the slot is over."))
    if others := sum(why is not Left.NOT_OVER for why in outcome.left.values()):
        said = ngettext(
            "%(count)d line was left: only the hours of those who came are attested, and once.",
            "%(count)d lines were left: only the hours of those who came are attested, and once.",
            others,
        )
        messages.warning(request, said % {"count": others})


def _mark(request: HttpRequest) -> None:
    choice = ChoiceOfRows(request.POST, decisions=tuple(MARKS))
    if not choice.is_valid():
        messages.error(request, choice.complaint)
        return
    outcome = MARKS[choice.decision](
        acting=accounts.acting_in(request), participation_ids=choice.cleaned_data["chosen"], now=clock.now()
    )
    if outcome.done:
        said = ngettext("%(count)d line was noted.", "%(count)d lines were noted.", len(outcome.done))
        messages.success(request, said % {"count": len(outcome.done)})
    _tell_left(request, outcome)


def _tell_left(request: HttpRequest, outcome: Outcome) -> None:
    if Left.TOO_EARLY in outcome.left.values():
        messages.warning(request, gettext("The list can be ticked from one hour before the slot begins."))
    others = sum(why is not Left.TOO_EARLY for why in outcome.left.values())
    if others:
        said = ngettext(
            "%(count)d line stayed as it was: look at its state below.",
            "%(count)d lines stayed as they were: look at their state below.",
            others,
        )
        messages.warning(request, said % {"count": others})
