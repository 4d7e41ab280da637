"""What the public reads of one mission, on its page and over the HTTP API: three queries in one round trip."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from entraide.foundation import localised
from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.queries.sql import AGES, WITH_CRISIS, constants, rows_of_each
from entraide.volunteering.rules.addresses import Address, PublicAddress, public_address
from entraide.volunteering.rules.states import MISSION_PUBLIC, SLOT_LIVE, MissionState, SlotState
from entraide.volunteering.rules.words import Precision

MOST_SLOTS = 200
# What was public once is still told about, so that a link kept in a message does not lead to nothing.
_ONCE_PUBLIC = (MissionState.PAUSED, MissionState.DONE, MissionState.CANCELLED, MissionState.ARCHIVED)


class SlotRow(NamedTuple):
    """One slot ahead. `place_id` says which of the mission's places, None for none.

    `places_left` counts the places of ended holds, which whoever joins takes back.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    place_id: UUID | None
    capacity_max: int
    places_left: int
    state: str
    meeting_at: datetime | None = None
    role: str = ""

    @property
    def joinable(self) -> bool:
        """Say whether the slot takes people, as far as it has places."""
        return self.state in SLOT_LIVE


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
    groups_welcome: bool
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
    starts_at: datetime | None
    ends_at: datetime | None
    mission_places_left: int
    partner: str
    apply_url: str
    also_at: Sequence[Mapping[str, str]]
    published_at: datetime
    second_domain: str
    activity: str
    second_activity: str
    welcomes: Sequence[str]
    accessibility: Sequence[str]
    insurance: str
    rhythm: str
    least_times: int | None
    places: Mapping[UUID, PublicAddress] = field(default_factory=dict)
    slots: Sequence[SlotRow] = ()

    @property
    def is_open(self) -> bool:
        """Say whether the public may still apply."""
        return self.state in MISSION_PUBLIC

    def requirement_labels(self, language: str) -> list[str]:
        """Return what is required, as sentences in a language."""
        return [localised.text(item.get("label") or {}, language) or str(item["code"]) for item in self.requirements]


_MISSION = f"""
SELECT m.id, m.title, m.language, m.description, m.information, m.kind, m.domain, m.mode, m.admission,
       m.groups_welcome, m.publics, m.requirements, {AGES}, m.motivation_required, m.state,
       m.departement_code, m.commune_name, m.latitude, m.longitude, m.registration_opens_at, m.registration_closes_at,
       o.name, o.description, o.website, o.verification_level, t.objective, t.safety,
       coalesce(m.partner_starts_at, m.starts_at), CASE WHEN NOT m.open_ended THEN m.ends_at END,
       m.places_left, m.partner, m.apply_url, m.also_at, m.published_at,
       m.second_domain, m.activity, m.second_activity, m.welcomes, m.accessibility, m.insurance, m.rhythm, m.least_times
FROM volunteering_mission m
JOIN accounts_organisation o ON o.id = m.organisation_id
JOIN volunteering_template t ON t.id = m.template_id
{WITH_CRISIS}
WHERE m.id = %(mission)s AND m.state = ANY({constants((*MISSION_PUBLIC, *_ONCE_PUBLIC))}) AND m.published_at IS NOT NULL
  AND o.state <> ALL({constants(BARRED_ORGANISATIONS)})
"""  # noqa: S608 (constants alone)
_NAMES = (
    "id", "title", "language", "description", "information", "kind", "domain", "mode", "admission",
    "groups_welcome", "publics", "requirements", "age_min", "age_max", "motivation_required", "state",
    "departement", "commune",
    "latitude", "longitude", "registration_opens_at", "registration_closes_at",
    "organisation", "organisation_about", "organisation_website", "organisation_checked", "objective", "safety",
    "starts_at", "ends_at", "mission_places_left", "partner", "apply_url", "also_at", "published_at",
    "second_domain", "activity", "second_activity", "welcomes", "accessibility", "insurance", "rhythm", "least_times",
)  # fmt: skip
# Django has the database driver hand JSON over as text.
_JSON = ("requirements", "objective", "safety", "also_at")
_PLACES = """
SELECT p.id, p.public_precision, p.label, p.street, p.postcode, c.name, p.latitude, p.longitude, c.latitude, c.longitude
FROM volunteering_missionplace p JOIN territories_commune c ON c.code = p.commune_id
WHERE p.mission_id = %(mission)s ORDER BY p.id
"""
_SLOTS = f"""
SELECT id, starts_at, ends_at, place_id, capacity_max,
       greatest(0, capacity_max - taken - held + CASE WHEN held > 0 THEN (
           SELECT coalesce(sum(p.seats), 0) FROM volunteering_participation p
           WHERE p.slot_id = s.id AND p.state = 'held' AND p.hold_until <= %(now)s) ELSE 0 END),
       state, meeting_at, role
FROM volunteering_slot s
WHERE mission_id = %(mission)s AND state = ANY({constants((*SLOT_LIVE, SlotState.CLOSED))}) AND starts_at > %(now)s
ORDER BY starts_at, id LIMIT {MOST_SLOTS}
"""  # noqa: S608 (constants alone)


def mission_page(*, mission_id: UUID, now: datetime) -> MissionPage | None:
    """Return a mission that is or was public, with its places and the slots that have not begun; else None."""
    found, places, slots = rows_of_each((_MISSION, _PLACES, _SLOTS), {"mission": mission_id, "now": now})
    if not found:
        return None
    page = dict(zip(_NAMES, found[0], strict=True))
    for name in _JSON:
        page[name] = json.loads(page[name])
    point = _point(page.pop("latitude"), page.pop("longitude"))
    ahead = [SlotRow(*slot) for slot in slots] if page["state"] in MISSION_PUBLIC else ()
    return MissionPage(**page, point=point, places=dict(map(_place, places)), slots=ahead)


def _place(row: tuple[Any, ...]) -> tuple[UUID, PublicAddress]:
    key, precision, label, street, postcode, commune, *point = row
    address = Address(label, street, postcode, commune, _point(*point[:2]), _point(*point[2:]))
    return key, public_address(address, precision=Precision(precision))


def _point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)
