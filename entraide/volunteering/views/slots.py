"""Slots as pages show them: grouped by local day, each with its places left and where it is."""

from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from entraide.volunteering.addresses import address
from entraide.volunteering.dates import day_heading, local, span_text
from entraide.volunteering.queries.mission_page import MissionPage, SlotRow


class SlotLine(NamedTuple):
    """One slot, its texts ready to be printed; `path` is empty where nobody can join."""

    path: str
    times: str
    where: str
    places: str
    most: int
    used: int
    last: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The slots of one local day."""

    label: str
    lines: list[SlotLine]


def slot_days(found: MissionPage, *, language: str) -> list[Day]:
    """Return the slots ahead by day. The place is named on each only where the mission has several."""
    by_day = groupby(found.slots, key=lambda slot: local(slot.starts_at, found.departement).date())
    return [Day(day_heading(day), [_line(slot, found, language) for slot in slots]) for day, slots in by_day]


def _line(slot: SlotRow, found: MissionPage, language: str) -> SlotLine:
    joinable = slot.joinable and slot.places_left > 0
    place = found.places.get(slot.place_id) if slot.place_id and len(found.places) > 1 else None
    return SlotLine(
        path=address("join", slot.id, language=language) if joinable else "",
        times=span_text(local(slot.starts_at, found.departement), local(slot.ends_at, found.departement)),
        where=", ".join(place.lines) if place else "",
        places=places_text(slot),
        most=slot.capacity_max,
        used=slot.capacity_max - slot.places_left,
        last=joinable and slot.places_left == 1,
    )


def places_text(slot: SlotRow) -> str:
    """Return how many places are left, in words."""
    if not slot.joinable:
        return _("Closed")
    if slot.places_left == 0:
        return _("Full")
    if slot.places_left == 1:
        return _("Last place")
    return ngettext(
        "%(left)s of %(most)s place left", "%(left)s of %(most)s places left", slot.places_left
    ) % {"left": slot.places_left, "most": slot.capacity_max}  # fmt: skip
