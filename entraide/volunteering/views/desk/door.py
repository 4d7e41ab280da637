"""The sheet for a slot's door: its QR code, by which those who have a place say that they came."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from entraide.volunteering import check_in_links, dates, facts
from entraide.volunteering.models import Slot
from entraide.volunteering.rules.states import SlotState
from entraide.volunteering.views.desk.access import desk_page, slot_of_desk


@desk_page
@require_safe
def door(request: HttpRequest, organisation_id: UUID, slot_id: UUID) -> HttpResponse:
    """Show the code of a slot with what to do, on a page made to be printed."""
    slot = slot_of_desk(request, organisation_id, slot_id)
    context = {"organisation_id": organisation_id, "mission": slot.mission, "slot": slot, **code_context(slot)}
    return render(request, "volunteering/desk/door.html", context)


def code_context(slot: Slot) -> dict[str, object]:
    """Return what shows the code of a slot; a cancelled slot has none."""
    if slot.state == SlotState.CANCELLED:
        return {"code": ""}
    link, departement = (
        check_in_links.check_in_link(slot, language=get_language() or "fr"),
        slot.mission.departement_code,
    )
    return {
        "code": check_in_links.code_of(link),
        "code_link": link,
        "code_when": dates.slot_text(facts.of_door(slot).opens_at, slot.ends_at, departement=departement),
    }
