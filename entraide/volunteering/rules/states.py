"""The states of missions, slots and participations, and who may move each from where to where.

The tables are the only source: actions read from them the states that their conditional UPDATE accepts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar


class Actor(StrEnum):
    """Who moves a thing: a volunteer, an organisation, a territory's referent, the platform's operator, or time."""

    VOLUNTEER = "volunteer"
    ORGANISATION = "organisation"
    REFERENT = "referent"
    OPERATOR = "operator"
    SYSTEM = "system"


class MissionState(StrEnum):
    """A mission's life, from draft to archive."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    MORE_INFO = "more_info"
    ONLINE = "online"
    PAUSED = "paused"
    FULL = "full"
    DONE = "done"
    CANCELLED = "cancelled"
    FLAGGED = "flagged"
    ARCHIVED = "archived"


class SlotState(StrEnum):
    """A slot's life. `open` and `full` follow its counters; the others follow the organisation and time."""

    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    UNDER_WAY = "under_way"
    OVER = "over"


class ParticipationState(StrEnum):
    """What a volunteer's place in a slot has become."""

    HELD = "held"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    REFUSED = "refused"
    CANCELLED_BY_VOLUNTEER = "cancelled_by_volunteer"
    CANCELLED_BY_ORGANISATION = "cancelled_by_organisation"
    TO_RECONFIRM = "to_reconfirm"
    RELEASED = "released"
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"
    DONE = "done"
    ATTESTED = "attested"


S = TypeVar("S", MissionState, SlotState, ParticipationState)


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """One allowed transition and who may make it."""

    source: S
    target: S
    actors: frozenset[Actor]


class Table(Generic[S]):
    """The allowed moves of one kind of thing."""

    def __init__(self, *moves: Iterable[Move[S]]) -> None:
        self.moves: tuple[Move[S], ...] = tuple(move for group in moves for move in group)

    def may(self, *, source: S, target: S, actor: Actor) -> bool:
        """Say whether this actor may move the thing from one state to another."""
        return any(m.source == source and m.target == target and actor in m.actors for m in self.moves)

    def sources(self, *, target: S, actor: Actor) -> tuple[S, ...]:
        """Return the states from which this actor may reach the target, for a conditional UPDATE."""
        return tuple(m.source for m in self.moves if m.target == target and actor in m.actors)


def _moves(sources: Iterable[S], target: S, *actors: Actor) -> tuple[Move[S], ...]:
    return tuple(Move(source, target, frozenset(actors)) for source in sources)


_V, _O, _R, _P, _S = Actor.VOLUNTEER, Actor.ORGANISATION, Actor.REFERENT, Actor.OPERATOR, Actor.SYSTEM
_M, _SL, _PA = MissionState, SlotState, ParticipationState

MISSION_MOVES: Table[MissionState] = Table(
    _moves([_M.DRAFT, _M.MORE_INFO], _M.SUBMITTED, _O),
    # New words of a mission that was read already are read again.
    _moves([_M.ONLINE, _M.FULL, _M.PAUSED], _M.SUBMITTED, _S),
    _moves([_M.SUBMITTED], _M.ONLINE, _S, _R, _P),
    _moves([_M.SUBMITTED], _M.MORE_INFO, _R, _P),
    _moves([_M.ONLINE, _M.FULL], _M.PAUSED, _O, _R, _P),
    _moves([_M.PAUSED], _M.ONLINE, _O, _R, _P),
    _moves([_M.ONLINE], _M.FULL, _S),
    _moves([_M.FULL], _M.ONLINE, _S),
    _moves([_M.ONLINE, _M.FULL, _M.PAUSED], _M.DONE, _O, _S),
    # An organisation that leaves takes its missions with it; one that is flagged has them all flagged.
    _moves([_M.DRAFT, _M.SUBMITTED, _M.MORE_INFO, _M.ONLINE, _M.FULL, _M.PAUSED], _M.CANCELLED, _O, _S),
    _moves([_M.SUBMITTED, _M.MORE_INFO, _M.ONLINE, _M.FULL, _M.PAUSED], _M.FLAGGED, _R, _P, _S),
    _moves([_M.DONE], _M.ARCHIVED, _S),
)

SLOT_MOVES: Table[SlotState] = Table(
    _moves([_SL.OPEN], _SL.FULL, _S),
    _moves([_SL.FULL], _SL.OPEN, _S),
    _moves([_SL.OPEN, _SL.FULL], _SL.CLOSED, _O, _S),
    # Flagging a mission, or its organisation, cancels its slots.
    _moves([_SL.OPEN, _SL.FULL, _SL.CLOSED], _SL.CANCELLED, _O, _R, _P, _S),
    _moves([_SL.CLOSED], _SL.UNDER_WAY, _S),
    _moves([_SL.UNDER_WAY], _SL.OVER, _S),
)

_BEFOREHAND = (_PA.HELD, _PA.CONFIRMED, _PA.TO_RECONFIRM)
_EXPECTED = (_PA.CONFIRMED, _PA.TO_RECONFIRM)

PARTICIPATION_MOVES: Table[ParticipationState] = Table(
    _moves([_PA.HELD], _PA.CONFIRMED, _O, _S),
    _moves([_PA.HELD], _PA.EXPIRED, _S),
    _moves([_PA.HELD], _PA.REFUSED, _O, _S),
    _moves(_BEFOREHAND, _PA.CANCELLED_BY_VOLUNTEER, _V),
    _moves(_BEFOREHAND, _PA.CANCELLED_BY_ORGANISATION, _O, _R, _P, _S),
    _moves([_PA.CONFIRMED], _PA.TO_RECONFIRM, _S),
    # The platform takes its question back when the slot has moved, and asks anew for the new time.
    _moves([_PA.TO_RECONFIRM], _PA.CONFIRMED, _V, _S),
    _moves([_PA.TO_RECONFIRM], _PA.RELEASED, _S),
    _moves(_EXPECTED, _PA.PRESENT, _O, _V),
    # An attendance list is filled in a hurry: the organisation may correct it in both directions.
    _moves([*_EXPECTED, _PA.PRESENT, _PA.DONE], _PA.ABSENT, _O),
    _moves([_PA.ABSENT, _PA.EXCUSED], _PA.PRESENT, _O),
    _moves([_PA.ABSENT], _PA.EXCUSED, _O),
    _moves([_PA.PRESENT], _PA.DONE, _S, _O),
    _moves([_PA.DONE], _PA.ATTESTED, _O, _S),
)

# A mission that the public may read and apply to; `full` stays readable, its places may come back.
MISSION_PUBLIC = (_M.ONLINE, _M.FULL)
# A slot whose counters `open` and `full` follow, and whose places count as left in the mission.
SLOT_LIVE = (_SL.OPEN, _SL.FULL)
# Participations counted in the slot's `taken`: attendance never moves a counter.
TAKES = (_PA.CONFIRMED, _PA.TO_RECONFIRM, _PA.PRESENT, _PA.ABSENT, _PA.EXCUSED, _PA.DONE, _PA.ATTESTED)
# Participations whose volunteer had or awaited a place and let it go, by saying so or by not answering.
LEFT = (_PA.CANCELLED_BY_VOLUNTEER, _PA.RELEASED)
# Participations that occupy a place, in `held` or in `taken`: one per person and slot.
OCCUPIES = (_PA.HELD, *TAKES)
# Participations whose volunteer is expected at the slot, or may be.
AHEAD = _BEFOREHAND
EXPECTED = _EXPECTED
