"""How what partners sent stands: refused by the machine, waiting for a referent, online, or not wanted here."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from entraide.exchange.models import External
from entraide.volunteering import api as volunteering


class Code(StrEnum):
    """API Engagement's words for how a mission stands."""

    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    PENDING = "PENDING"
    ONGOING = "ONGOING"


_CODES = {
    volunteering.MissionState.SUBMITTED: Code.PENDING,
    volunteering.MissionState.MORE_INFO: Code.ONGOING,
    volunteering.MissionState.FLAGGED: Code.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A row, how it stands, and what a referent said of it."""

    row: External
    code: Code
    comment: str = ""


def standings_of(rows: Iterable[External]) -> list[Standing]:
    """Return how each row stands. Two queries."""
    found = list(rows)
    states = volunteering.states_and_reasons(ids=[row.mission_id for row in found if row.mission_id])
    return [_standing(row, *states.get(row.mission_id, ("", ""))) for row in found]  # type: ignore[arg-type]


def _standing(row: External, state: str, reason: str) -> Standing:
    if row.code:
        return Standing(row, Code.REFUSED)
    code = _CODES.get(volunteering.MissionState(state), Code.ACCEPTED) if state else Code.ACCEPTED
    return Standing(row, code, reason if code is not Code.ACCEPTED else "")
