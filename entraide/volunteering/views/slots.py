"""Slots as pages show them: grouped by local day, each with its places left and where it is."""

from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from entraide.volunteering.addresses import address
from entraide.volunteering.dates import day_heading, local, meeting_text, span_text
from entraide.volunteering.queries.mission_page import MissionPage, SlotRow


class Taken(NamedTuple):
    """How far a slot is taken: the places left in words, `used` of `most` in figures."""

    places: str
    most: int
    used: int
    is_last: bool


class SlotLine(NamedTuple):
    """One slot, its texts ready to be printed; `path` is empty where nobody can join."""

    path: str
    times: str
    where: str
    taken: Taken
    role: str
    meet: str


class Day(NamedTuple):
    """The slots of one local day."""

    label: str
    lines: tuple[SlotLine, ...]


def slot_days(found: MissionPage, *, language: str) -> tuple[Day, ...]:
    """Return the slots ahead by day. The place is named on each only where the mission has several."""
    by_day = groupby(found.slots, key=lambda slot: local(slot.starts_at, found.departement).date())
    return tuple(
        Day(day_heading(day), tuple(_line(slot, found, language) for slot in slots)) for day, slots in by_day
    )  # fmt: skip


def _line(slot: SlotRow, found: MissionPage, language: str) -> SlotLine:
    place = found.places.get(slot.place_id) if slot.place_id and len(found.places) > 1 else None
    return _kept_line(slot, ", ".join(place.lines) if place else "", found.departement, language)


@lru_cache(maxsize=4_096)
def _kept_line(slot: SlotRow, where: str, departement: str, language: str) -> SlotLine:
    """Return one line, kept while its slot stays as it is. The language is active."""
    joinable = slot.joinable and slot.places_left > 0
    return SlotLine(
        path=address("join", slot.id, language=language) if joinable else "",
        times=span_text(local(slot.starts_at, departement), local(slot.ends_at, departement)),
        where=where,
        taken=Taken(
            places=places_text(slot),
            most=slot.capacity_max,
            used=slot.capacity_max - slot.places_left,
            is_last=joinable and slot.places_left == 1,
        ),
        role=slot.role,
        meet=meeting_text(slot.meeting_at, departement=departement),
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
