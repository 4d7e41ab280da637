"""A volunteer's place in a slot as their own pages show it."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from entraide.accounts.api import OrganisationState
from entraide.volunteering import labels
from entraide.volunteering.dates import day_heading, local, meeting_text, span_text, start_text
from entraide.volunteering.letters import place_text
from entraide.volunteering.models import Participation
from entraide.volunteering.parties import own_party
from entraide.volunteering.queries.mine import state_at
from entraide.volunteering.rules.hours import text_of_minutes
from entraide.volunteering.rules.states import AHEAD, EXPECTED, ParticipationState, SlotState
from entraide.volunteering.rules.words import Precision

TONES = {
    ParticipationState.HELD: "warning",
    ParticipationState.TO_RECONFIRM: "warning",
    ParticipationState.CONFIRMED: "success",
    ParticipationState.PRESENT: "success",
    ParticipationState.DONE: "success",
    ParticipationState.ATTESTED: "success",
    ParticipationState.CANCELLED_BY_ORGANISATION: "danger",
    ParticipationState.REFUSED: "danger",
    ParticipationState.RELEASED: "danger",
}


@dataclass(frozen=True, slots=True)
class PlaceHeld:
    """One place, its texts ready to be printed. Paths are empty where there is nothing to do."""

    title: str
    organisation: str
    day: str
    times: str
    meet: str
    role: str
    where: str
    access_notes: str
    whole_address: bool
    party: str
    state: str
    tone: str
    waits: bool
    until: str
    reason: str
    reason_text: str
    information: str
    contact: str
    path: str
    mission_path: str
    cancel_path: str
    fewer_path: str
    keep_path: str
    answer_by: str
    hours: str
    checked_in: str
    on_hold: bool
    calendar_path: str


def place_held(row: Participation, *, now: datetime) -> PlaceHeld:
    """Return a participation whose slot, mission, organisation and place are loaded, as its owner reads it."""
    slot, mission = row.slot, row.slot.mission
    state = state_at(row, now=now)
    expected = state in EXPECTED
    departement = mission.departement_code
    starts_at, ends_at = local(slot.starts_at, departement), local(slot.ends_at, departement)
    may_leave = state in AHEAD and slot.starts_at > now and slot.state != SlotState.CANCELLED
    where = place_text(slot, precision=Precision.EXACT if expected else None)
    asked = state is ParticipationState.TO_RECONFIRM
    held = state is ParticipationState.HELD and row.hold_until
    return PlaceHeld(
        title=mission.title,
        organisation=mission.organisation.name,
        day=day_heading(starts_at.date()),
        times=span_text(starts_at, ends_at),
        meet=meeting_text(slot.meeting_at, departement=departement),
        role=slot.role,
        where=where or labels.called(labels.MODES, mission.mode),
        access_notes=slot.place.access_notes if slot.place and expected else "",
        whole_address=expected,
        party=own_party(row.seats),
        state=labels.called(labels.PARTICIPATIONS, state.value),
        tone=TONES.get(state, "neutral"),
        waits=state is ParticipationState.HELD,
        until=start_text(row.hold_until, departement=departement) if held and row.hold_until else "",
        reason=_reason(row),
        reason_text=row.reason_text,
        information=mission.information if expected else "",
        contact=mission.contact if expected else "",
        path=reverse("volunteering:participation", args=[row.pk]),
        mission_path=reverse("volunteering:mission", args=[mission.pk]),
        cancel_path=reverse("volunteering:cancel", args=[row.pk]) if may_leave else "",
        fewer_path=reverse("volunteering:fewer", args=[row.pk]) if may_leave and row.seats > 1 else "",
        keep_path=reverse("volunteering:keep-place", args=[row.pk]) if may_leave and asked else "",
        answer_by=start_text(row.reconfirm_until, departement=departement) if row.reconfirm_until and asked else "",
        hours=text_of_minutes(row.minutes) if row.minutes else "",
        checked_in=start_text(row.checked_in_at, departement=departement) if row.checked_in_at else "",
        on_hold=state in AHEAD and mission.organisation.state == OrganisationState.SUSPENDED,
        calendar_path=reverse("volunteering:event", args=[row.pk]) if state in AHEAD else "",
    )


def _reason(row: Participation) -> str:
    if not row.reason:
        return ""
    own = row.state == ParticipationState.CANCELLED_BY_VOLUNTEER
    return labels.called(labels.CANCEL_REASONS if own else labels.REFUSAL_REASONS, row.reason)
