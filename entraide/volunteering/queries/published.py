"""What leaves the platform of missions: all that the public may read of many at once, for feeds and other platforms."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.queries.sql import AGES, WITH_CRISIS, rows
from entraide.volunteering.rules.addresses import Address, PublicAddress, public_address
from entraide.volunteering.rules.states import MISSION_PUBLIC, SLOT_LIVE
from entraide.volunteering.rules.words import Precision

MOST_SLOTS = 200


@dataclass(frozen=True, slots=True)
class PublishedOrganisation:
    """Who asks for volunteers, as the public knows them."""

    id: UUID
    name: str
    description: str
    website: str
    legal_form: str
    siren: str
    siret: str
    rna: str


@dataclass(frozen=True, slots=True)
class PublishedPlace:
    """A place of a mission at the precision that the mission chose."""

    id: UUID
    address: PublicAddress
    commune_code: str
    departement_code: str
    departement: str
    region: str


@dataclass(frozen=True, slots=True)
class PublishedSlot:
    """A slot that has not begun and takes people. `places_left` leaves out the places of holds that have ended."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    version: int
    capacity: int
    places_left: int
    place_id: UUID | None


@dataclass(frozen=True, slots=True)
class Published:
    """A mission that the public may read and apply to. No contact, no name of a person, no hidden address."""

    id: UUID
    title: str
    language: str
    description: str
    kind: str
    domain: str
    activity: str
    mode: str
    admission: str
    publics: Sequence[str]
    requirements: Sequence[Mapping[str, Any]]
    age_min: int
    age_max: int | None
    state: str
    departement_code: str
    commune: str
    starts_at: datetime | None
    ends_at: datetime | None
    places_left: int
    published_at: datetime
    changed_at: datetime
    in_crisis: bool
    partner: str
    apply_url: str
    also_at: Sequence[Mapping[str, str]]
    second_activity: str
    welcomes: Sequence[str]
    accessibility: Sequence[str]
    organisation: PublishedOrganisation
    places: Sequence[PublishedPlace] = ()
    slots: Sequence[PublishedSlot] = ()


_MISSIONS = f"""
SELECT m.id, m.title, m.language, m.description, m.kind, m.domain, m.activity, m.mode, m.admission, m.publics,
       m.requirements, {AGES}, m.state, m.departement_code, m.commune_name,
       coalesce(m.partner_starts_at, m.starts_at), CASE WHEN NOT m.open_ended THEN m.ends_at END,
       m.places_left, m.published_at, m.updated_at, m.crisis_id IS NOT NULL,
       m.partner, m.apply_url, m.also_at, m.second_activity, m.welcomes, m.accessibility,
       o.id, o.name, o.description, o.website, o.legal_form, o.siren, o.siret, o.rna
FROM volunteering_mission m JOIN accounts_organisation o ON o.id = m.organisation_id
{WITH_CRISIS}
WHERE m.id = ANY(%(ids)s) AND m.state = ANY(%(public)s) AND o.state <> ALL(%(barred)s)
"""  # noqa: S608 (constants alone)
_OWN = (
    "id", "title", "language", "description", "kind", "domain", "activity", "mode", "admission", "publics",
    "requirements", "age_min", "age_max", "state", "departement_code", "commune", "starts_at", "ends_at",
    "places_left", "published_at", "changed_at", "in_crisis",
    "partner", "apply_url", "also_at", "second_activity", "welcomes", "accessibility",
)  # fmt: skip
_PLACES = """
SELECT p.mission_id, p.id, p.public_precision, p.label, p.street, p.postcode, c.name, p.latitude, p.longitude,
       c.latitude, c.longitude, c.code, d.code, d.name, r.name
FROM volunteering_missionplace p
JOIN territories_commune c ON c.code = p.commune_id
JOIN territories_departement d ON d.code = c.departement_id
JOIN territories_region r ON r.code = d.region_id
WHERE p.mission_id = ANY(%(ids)s) ORDER BY p.id
"""
_SLOTS = """
SELECT s.mission_id, s.id, s.starts_at, s.ends_at, s.updated_at, s.version, s.capacity_max,
       greatest(0, s.capacity_max - s.taken - s.held), s.place_id
FROM unnest(%(ids)s::uuid[]) AS wanted(mission)
CROSS JOIN LATERAL (
    SELECT * FROM volunteering_slot
    WHERE mission_id = wanted.mission AND state = ANY(%(live)s) AND starts_at > %(now)s
    ORDER BY starts_at, id LIMIT %(most)s
) AS s
"""


def published(*, ids: Sequence[UUID], now: datetime) -> dict[UUID, Published]:
    """Return those of these missions that the public may read now, with places and slots ahead. Three queries.

    A mission that is missing from the answer is gone for the public, whatever became of it.
    """
    public = [state.value for state in MISSION_PUBLIC]
    wanted = {"ids": list(ids), "public": public, "barred": list(BARRED_ORGANISATIONS)}
    found = {mission.id: mission for mission in map(_mission, rows(_MISSIONS, wanted))}
    places, slots = _places(list(found)), _slots(list(found), now)
    return {key: replace(mission, places=tuple(places[key]), slots=tuple(slots[key])) for key, mission in found.items()}


def _mission(row: tuple[Any, ...]) -> Published:
    own: dict[str, Any] = dict(zip(_OWN, row, strict=False))
    # Django has the database driver hand JSON over as text.
    own["requirements"], own["also_at"] = json.loads(own["requirements"]), json.loads(own["also_at"])
    return Published(**own, organisation=PublishedOrganisation(*row[len(_OWN) :]))


def _places(ids: list[UUID]) -> dict[UUID, list[PublishedPlace]]:
    found: dict[UUID, list[PublishedPlace]] = defaultdict(list)
    for mission, key, precision, label, street, postcode, name, *rest in rows(_PLACES, {"ids": ids}):
        own, centre = _point(*rest[:2]), _point(*rest[2:4])
        address = public_address(Address(label, street, postcode, name, own, centre), precision=Precision(precision))
        found[mission].append(PublishedPlace(key, address, *rest[4:]))
    return found


def _point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def _slots(ids: list[UUID], now: datetime) -> dict[UUID, list[PublishedSlot]]:
    found: dict[UUID, list[PublishedSlot]] = defaultdict(list)
    live = [state.value for state in SLOT_LIVE]
    for mission, *slot in rows(_SLOTS, {"ids": ids, "live": live, "now": now, "most": MOST_SLOTS}):
        found[mission].append(PublishedSlot(*slot))
    return found
