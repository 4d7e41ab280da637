"""In which lists and calendars missions stand, whatever their state: those that must know when one has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from entraide.volunteering.queries.sql import rows

_SHOWN_IN = """
SELECT m.id, m.organisation_id, m.departement_code, c.code, c.departement_id
FROM volunteering_mission m
LEFT JOIN volunteering_missionplace p ON p.mission_id = m.id
LEFT JOIN territories_commune c ON c.code = p.commune_id
WHERE m.id = ANY(%(ids)s) AND m.published_at IS NOT NULL
ORDER BY m.id
"""


@dataclass(frozen=True, slots=True)
class ShownIn:
    """The missions that were published, their organisations, and the codes of the places they have or had."""

    missions: tuple[UUID, ...]
    organisations: tuple[UUID, ...]
    departements: tuple[str, ...]
    communes: tuple[str, ...]


def shown_in(*, mission_ids: Sequence[UUID]) -> ShownIn:
    """Return where these missions are shown. One query."""
    found = rows(_SHOWN_IN, {"ids": list(mission_ids)})
    return ShownIn(
        missions=tuple(dict.fromkeys(row[0] for row in found)),
        organisations=tuple(dict.fromkeys(row[1] for row in found)),
        departements=tuple(dict.fromkeys(code for row in found for code in (row[2], row[4]) if code)),
        communes=tuple(dict.fromkeys(row[3] for row in found if row[3])),
    )
