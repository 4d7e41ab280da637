"""What an organisation may change about a mission after posting it, whom that concerns, and who reads it again."""

from enum import StrEnum

from entraide.volunteering.rules.states import MissionState


class Term(StrEnum):
    """One part of what a mission promises."""

    TITLE = "title"
    DESCRIPTION = "description"
    PLACE = "place"
    AGES = "ages"
    REQUIREMENTS = "requirements"
    ADMISSION = "admission"
    GROUPS = "groups"


_CHANGEABLE = (
    MissionState.DRAFT,
    MissionState.MORE_INFO,
    MissionState.ONLINE,
    MissionState.FULL,
    MissionState.PAUSED,
)
_READ_ALREADY = (MissionState.ONLINE, MissionState.FULL, MissionState.PAUSED)
# How people get in concerns those who come; all else was part of what somebody with a place agreed to.
AGREED_TO = frozenset(Term) - {Term.ADMISSION, Term.GROUPS}
# Words are what referents read; a rule or a place comes from closed lists.
READ_BY_REFERENTS = frozenset({Term.TITLE, Term.DESCRIPTION})


def may_change_terms(state: MissionState) -> bool:
    """Say whether a mission's terms may change: not while a referent reads them, nor once it is over."""
    return state in _CHANGEABLE


def tells(changed: frozenset[Term]) -> bool:
    """Say whether those who have or await a place must be told. Nothing is changed behind their backs."""
    return bool(changed & AGREED_TO)


def state_after_change(
    state: MissionState, changed: frozenset[Term], *, another_territory: bool, would_be: MissionState | None
) -> MissionState:
    """Return where a changed mission stands: back with a referent when its new words, or its territory, need a look.

    `would_be` is where it would go if it were submitted as it is now; None for a barred organisation.
    """
    if state not in _READ_ALREADY:
        return state
    needs_a_look = bool(changed & READ_BY_REFERENTS) or another_territory
    return MissionState.SUBMITTED if needs_a_look and would_be is not MissionState.ONLINE else state
