"""What tells one state of a public mission from another, for those who follow changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.rules.states import MISSION_PUBLIC, SLOT_LIVE


@dataclass(frozen=True, slots=True)
class FingerprintsSql:
    """A query of two columns: the missions that the public may apply to, and the fingerprint of each."""

    text: str
    parameters: Mapping[str, datetime | list[str]]


# Versions grow with every write, and a slot that begins leaves the sum by itself.
_TEXT = """
SELECT m.id, md5(concat_ws(' ', m.version, o.version, p.count, p.last, s.count, s.versions))
FROM volunteering_mission m
JOIN accounts_organisation o ON o.id = m.organisation_id
LEFT JOIN LATERAL (
    SELECT count(*), max(updated_at) AS last FROM volunteering_missionplace WHERE mission_id = m.id) p ON true
LEFT JOIN LATERAL (
    SELECT count(*), sum(version) AS versions FROM volunteering_slot
    WHERE mission_id = m.id AND state = ANY(%(live)s) AND starts_at > %(now)s) s ON true
WHERE m.state = ANY(%(public)s) AND o.state <> ALL(%(barred)s) AND m.ends_at > %(now)s
"""


def fingerprints_sql(*, now: datetime) -> FingerprintsSql:
    """Return the query, to be run by whoever keeps its answer in the database."""
    parameters: dict[str, datetime | list[str]] = {
        "now": now,
        "live": [state.value for state in SLOT_LIVE],
        "public": [state.value for state in MISSION_PUBLIC],
        "barred": list(BARRED_ORGANISATIONS),
    }
    return FingerprintsSql(_TEXT, parameters)
