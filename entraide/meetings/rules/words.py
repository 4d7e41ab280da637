"""The words of meetings: what a node, a room, a placement and a participant can be."""

from enum import StrEnum


class DriverKind(StrEnum):
    """What runs on a node."""

    JANUS = "janus"
    FAKE = "fake"


class Standing(StrEnum):
    """What the operator wants of a node. Only one in service gets rooms."""

    IN_SERVICE = "in_service"
    DRAINING = "draining"
    RETIRED = "retired"


class Health(StrEnum):
    """What is believed of a node. Only a fresh one gets rooms; a dead one has lost those that it had."""

    FRESH = "fresh"
    SUSPECT = "suspect"
    DEAD = "dead"
    RETURNING = "returning"


class RoomMode(StrEnum):
    """How media travels: between two browsers, through the server of the live placement, or not at all for now."""

    P2P = "p2p"
    SFU = "sfu"
    NONE = "none"


class PlacementState(StrEnum):
    """Live: where the room is. Leaving: where those are who have not yet moved. Ended: nobody is there."""

    LIVE = "live"
    LEAVING = "leaving"
    ENDED = "ended"


class EndReason(StrEnum):
    """Why a placement ended."""

    ROOM_ENDED = "room_ended"
    DEMOTED = "demoted"
    MOVED = "moved"
    NODE_DEAD = "node_dead"


class ParticipantState(StrEnum):
    """Where somebody stands who asked to come in. Denial and a kick stand for the life of the room."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    PRESENT = "present"
    LEFT = "left"
    DENIED = "denied"
    KICKED = "kicked"


class EventKind(StrEnum):
    """What happened to a node."""

    ADDED = "added"
    HEALTH = "health"
    STANDING = "standing"
    COMPLAINT = "complaint"
    PROBE_FAILED = "probe_failed"
    ROOM_LOST = "room_lost"
    STALE_ROOM = "stale_room"


class ChangeKind(StrEnum):
    """What those who are in a room must hear of at once."""

    MOVED = "moved"
    QUEUED = "queued"
    WAITING = "waiting"
    ADMITTED = "admitted"
    DENIED = "denied"
    KICKED = "kicked"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    ENDED = "ended"


class About(StrEnum):
    """For whom a meeting is planned: its host alone, or those of an organisation or of a mission."""

    PERSON = "person"
    ORGANISATION = "organisation"
    MISSION = "mission"


# A placement that counts against its node.
CHARGED = (PlacementState.LIVE, PlacementState.LEAVING)
