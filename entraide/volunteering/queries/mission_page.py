"""What the public reads of one mission: three queries, a fourth only when ended holds may hide a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from entraide.foundation import localised
from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.models import Mission, MissionPlace, Participation, Slot
from entraide.volunteering.rules.addresses import Address, PublicAddress, public_address
from entraide.volunteering.rules.states import MISSION_PUBLIC, SLOT_LIVE, MissionState, SlotState
from entraide.volunteering.rules.words import Precision

MOST_SLOTS = 200
# What was public once is still told about, so that a link kept in a message does not lead to nothing.
_ONCE_PUBLIC = (MissionState.PAUSED, MissionState.DONE, MissionState.CANCELLED, MissionState.ARCHIVED)


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One slot ahead. `place_id` says which of the mission's places, None for none."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    place_id: UUID | None
    capacity_max: int
    places_left: int
    joinable: bool


@dataclass(frozen=True, slots=True)
class MissionPage:
    """A mission as its public page shows it; `is_open` says whether its slots may be joined."""

    id: UUID
    title: str
    language: str
    description: str
    information: str
    kind: str
    domain: str
    mode: str
    admission: str
    publics: Sequence[str]
    requirements: Sequence[Mapping[str, Any]]
    age_min: int
    age_max: int | None
    motivation_required: bool
    state: str
    departement: str
    commune: str
    point: tuple[float, float] | None
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    organisation: str
    organisation_about: str
    organisation_website: str
    organisation_checked: int
    objective: Mapping[str, str]
    safety: Sequence[Mapping[str, str]]
    places: Mapping[UUID, PublicAddress] = field(default_factory=dict)
    slots: Sequence[SlotRow] = ()

    @property
    def is_open(self) -> bool:
        """Say whether the public may still apply."""
        return self.state in MISSION_PUBLIC

    def requirement_labels(self, language: str) -> list[str]:
        """Return what is required, as sentences in a language."""
        return [localised.text(item.get("label") or {}, language) or str(item["code"]) for item in self.requirements]


_COLUMNS = {
    "id": "id", "title": "title", "language": "language", "description": "description", "information": "information",
    "kind": "kind", "domain": "domain", "mode": "mode", "admission": "admission", "publics": "publics",
    "requirements": "requirements", "age_min": "age_min", "age_max": "age_max", "state": "state",
    "motivation_required": "motivation_required", "departement": "departement_code", "commune": "commune_name",
    "registration_opens_at": "registration_opens_at", "registration_closes_at": "registration_closes_at",
    "organisation": "organisation__name", "organisation_about": "organisation__description",
    "organisation_website": "organisation__website", "organisation_checked": "organisation__verification_level",
    "objective": "template__objective", "safety": "template__safety",
}  # fmt: skip


def mission_page(*, mission_id: UUID, now: datetime) -> MissionPage | None:
    """Return a mission that is or was public, with its places and the slots that have not begun; else None."""
    states = [state.value for state in (*MISSION_PUBLIC, *_ONCE_PUBLIC)]
    row = (
        Mission.objects.filter(pk=mission_id, state__in=states, published_at__isnull=False)
        .exclude(organisation__state__in=BARRED_ORGANISATIONS)
        .values_list("latitude", "longitude", *_COLUMNS.values())
        .first()
    )
    if row is None:
        return None
    latitude, longitude, *values = row
    page = dict(zip(_COLUMNS, values, strict=True))
    return MissionPage(
        **page,
        point=None if latitude is None or longitude is None else (latitude, longitude),
        places=_places(mission_id),
        slots=_slots(mission_id, now) if page["state"] in MISSION_PUBLIC else (),
    )


def _places(mission_id: UUID) -> dict[UUID, PublicAddress]:
    rows = MissionPlace.objects.filter(mission=mission_id).values_list(
        "id", "public_precision", "label", "street", "postcode", "commune__name",
        "latitude", "longitude", "commune__latitude", "commune__longitude",
    )  # fmt: skip
    return {
        key: public_address(
            Address(label, street, postcode, commune, _point(*point[:2]), _point(*point[2:])),
            precision=Precision(precision),
        )
        for key, precision, label, street, postcode, commune, *point in rows
    }


def _point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def _slots(mission_id: UUID, now: datetime) -> list[SlotRow]:
    shown = [state.value for state in (*SLOT_LIVE, SlotState.CLOSED)]
    rows = list(
        Slot.objects.ahead(now)
        .filter(mission=mission_id, state__in=shown)
        .order_by("starts_at", "id")
        .values_list("id", "starts_at", "ends_at", "place_id", "capacity_max", "taken", "held", "state")[:MOST_SLOTS]
    )
    hidden = _ended_holds([key for key, *_, most, taken, held, _state in rows if held and taken + held >= most], now)
    return [
        SlotRow(
            id=key,
            starts_at=starts_at,
            ends_at=ends_at,
            place_id=place_id,
            capacity_max=most,
            places_left=max(0, most - taken - held + hidden.get(key, 0)),
            joinable=state in SLOT_LIVE,
        )
        for key, starts_at, ends_at, place_id, most, taken, held, state in rows
    ]


def _ended_holds(slot_ids: list[UUID], now: datetime) -> dict[UUID, int]:
    """Return how many places of full slots are free again by comparison of times, though nobody has tidied yet."""
    if not slot_ids:
        return {}
    ended = Participation.objects.ended_holds(now).filter(slot__in=slot_ids)
    return dict(ended.values_list("slot").annotate(ended=Count("pk")).values_list("slot", "ended"))
