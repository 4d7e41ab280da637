"""The door of a room: who comes in at once, who waits, who is refused."""

from dataclasses import dataclass
from enum import StrEnum

from entraide.meetings.rules.roles import Role
from entraide.meetings.rules.words import ParticipantState

HOSTS = (Role.OWNER, Role.MODERATOR)


class Refused(StrEnum):
    """Why somebody does not come in. All but FULL and LOCKED are told to the public as if there were no such room."""

    BANNED = "banned"
    DENIED = "denied"
    NEEDS_LOGIN = "needs_login"
    LOCKED = "locked"
    FULL = "full"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Door:
    """What a room asks of those who come. `heads` are those who are in it now."""

    has_lobby: bool
    needs_login: bool
    is_locked: bool
    most_heads: int
    heads: int
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who comes: as what (by invitation or ownership), signed in or not, and what was decided about them before.

    Who is expected has an invitation by which one does not wait at the door.
    """

    role: Role
    is_signed_in: bool
    is_banned: bool = False
    before: ParticipantState | None = None
    is_expected: bool = False


def decide(arrival: Arrival, *, door: Door) -> ParticipantState | Refused:
    """Return ADMITTED, WAITING, or why not.

    Whoever is not admitted waits however early they come, and the arrival of a host admits nobody. A denial and a kick
    stand for the life of the room. Hosts pass a lock, so that nobody can lock them out of their own room.
    """
    is_host = arrival.role in HOSTS
    back = arrival.before in (ParticipantState.ADMITTED, ParticipantState.PRESENT, ParticipantState.LEFT)
    if door.has_ended:
        return Refused.ENDED
    if arrival.is_banned or arrival.before == ParticipantState.KICKED:
        return Refused.BANNED
    if arrival.before == ParticipantState.DENIED:
        return Refused.DENIED
    if door.needs_login and not arrival.is_signed_in:
        return Refused.NEEDS_LOGIN
    if door.is_locked and not is_host and not back:
        return Refused.LOCKED
    if door.heads >= door.most_heads and arrival.before != ParticipantState.PRESENT:
        return Refused.FULL
    passes = is_host or back or arrival.is_expected
    return ParticipantState.WAITING if door.has_lobby and not passes else ParticipantState.ADMITTED
