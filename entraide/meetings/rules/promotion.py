"""From peer to peer to a server and back: two need none, a third promotes, two alone for a while demote."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from entraide.meetings.rules.load import PEERS
from entraide.meetings.rules.words import RoomMode

# Somebody who reloads the page must not make a room change twice.
DEMOTED_AFTER = timedelta(seconds=30)


class Step(StrEnum):
    """What is to be done with a room."""

    STAY = "stay"
    PROMOTE = "promote"
    DEMOTE = "demote"


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is in a room: how many, how many are reserved for, and for how long there have been two or fewer.

    `can_p2p` is False where the media server brings its own pages, which know nothing of peer to peer.
    """

    mode: RoomMode
    heads: int
    hint: int | None = None
    few_for: timedelta = timedelta()
    can_p2p: bool = True
    was_full: bool = False


def next_step(presence: Presence) -> Step:
    """Return what is to be done now.

    A room that is said to be for more than two has its server from the start, and keeps it until more than two were
    there and left: the first pupils of a class do not make it change.
    """
    needs_server = presence.heads > PEERS or not presence.can_p2p or _awaits_more(presence)
    if needs_server:
        return Step.STAY if presence.mode == RoomMode.SFU else Step.PROMOTE
    if presence.mode == RoomMode.P2P or presence.few_for < DEMOTED_AFTER:
        return Step.STAY
    return Step.DEMOTE


def _awaits_more(presence: Presence) -> bool:
    return presence.hint is not None and presence.hint > PEERS and not presence.was_full
