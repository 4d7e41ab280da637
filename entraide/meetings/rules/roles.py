"""Roles in a room, and what each may do there. The gateway asks this at every verb."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a room. Whoever waits in the lobby is nothing else yet."""

    OWNER = "owner"
    MODERATOR = "moderator"
    SPEAKER = "speaker"
    LISTENER = "listener"
    WAITING = "waiting"


class Capability(StrEnum):
    """What somebody may send."""

    AUDIO = "publish_audio"
    VIDEO = "publish_video"
    SCREEN = "publish_screen"
    DATA = "data"


class Verb(StrEnum):
    """What somebody may do to others or to the room."""

    ADMIT = "admit"
    MUTE = "mute"
    KICK = "kick"
    BAN = "ban"
    LOCK = "lock"
    END = "end"


_CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.OWNER: frozenset(Capability),
    Role.MODERATOR: frozenset(Capability),
    Role.SPEAKER: frozenset(Capability),
    Role.LISTENER: frozenset({Capability.DATA}),
    Role.WAITING: frozenset(),
}
_VERBS: dict[Role, frozenset[Verb]] = {
    Role.OWNER: frozenset(Verb),
    Role.MODERATOR: frozenset(Verb),
}
_RANK = {Role.OWNER: 4, Role.MODERATOR: 3, Role.SPEAKER: 2, Role.LISTENER: 1, Role.WAITING: 0}


def capabilities_of(role: Role) -> frozenset[Capability]:
    """Return what a role may send."""
    return _CAPABILITIES[role]


def outranks(role: Role, other: Role) -> bool:
    """Tell whether a role is above another."""
    return _RANK[role] > _RANK[other]


def may(role: Role, verb: Verb) -> bool:
    """Tell whether a role may do this in its room."""
    return verb in _VERBS.get(role, frozenset())


def may_act_on(role: Role, target: Role, verb: Verb) -> bool:
    """Tell whether a role may do this to somebody: never to one who ranks as high, but everyone may be muted."""
    return may(role, verb) and (verb in (Verb.MUTE, Verb.ADMIT) or outranks(role, target))
