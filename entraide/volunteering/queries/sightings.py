"""What the exchange compares partners' missions with: those of this platform, by the numbers of their organisations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.queries.sql import rows
from entraide.volunteering.rules.states import MISSION_PUBLIC


@dataclass(frozen=True, slots=True)
class OwnMission:
    """A mission of this platform that the public may apply to; `commune` is an INSEE code, empty for none."""

    id: UUID
    title: str
    siren: str
    rna: str
    commune: str
    is_remote: bool
    starts_at: datetime | None
    ends_at: datetime | None


_OWN = """
SELECT m.id, m.title, o.siren, o.rna, coalesce((
           SELECT p.commune_id FROM volunteering_missionplace p WHERE p.mission_id = m.id ORDER BY p.id LIMIT 1), ''),
       m.mode = 'remote', m.starts_at, m.ends_at
FROM volunteering_mission m JOIN accounts_organisation o ON o.id = m.organisation_id
WHERE m.partner = '' AND m.state = ANY(%(public)s) AND o.state <> ALL(%(barred)s)
  AND (o.siren = ANY(%(numbers)s) OR o.rna = ANY(%(numbers)s))
ORDER BY m.id
"""
_NOT_PUBLIC = """
SELECT wanted.id FROM unnest(%(ids)s::uuid[]) AS wanted(id)
WHERE NOT EXISTS (
    SELECT FROM volunteering_mission m JOIN accounts_organisation o ON o.id = m.organisation_id
    WHERE m.id = wanted.id AND m.state = ANY(%(public)s) AND o.state <> ALL(%(barred)s))
"""


def own_missions_of(*, numbers: Sequence[str]) -> list[OwnMission]:
    """Return the public missions of organisations with one of these SIREN or RNA numbers. One query."""
    wanted = {**_public(), "numbers": [each for each in numbers if each]}
    return [OwnMission(*row) for row in rows(_OWN, wanted)]


def not_public(*, ids: Sequence[UUID]) -> list[UUID]:
    """Return those of these missions that the public cannot apply to. One query."""
    return [key for (key,) in rows(_NOT_PUBLIC, {**_public(), "ids": list(ids)})]


def _public() -> dict[str, object]:
    return {"public": [state.value for state in MISSION_PUBLIC], "barred": list(BARRED_ORGANISATIONS)}


def states_and_reasons(*, ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return, of these missions, the state of each and what was said when it was decided. One query."""
    text = "SELECT id, state, state_reason FROM volunteering_mission WHERE id = ANY(%(ids)s)"
    return {key: (state, reason) for key, state, reason in rows(text, {"ids": list(ids)})} if ids else {}
