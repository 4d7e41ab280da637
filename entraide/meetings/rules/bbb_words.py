"""What calls of the BigBlueButton API may say, within which bounds, and with which key each fault is answered. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from entraide.meetings.rules.lines import one_line
from entraide.meetings.rules.roles import Role

SHORTEST, LONGEST = 2, 256
LONGEST_PASSWORD = 64
LONGEST_VALUE = 10_000
LONGEST_ADDRESS = 1_500
LONGEST_DURATION = 8 * 60
# What the calls say for themselves; all else is kept as it came, and passed on to servers that know it.
OWN = frozenset({"checksum", "meetingID", "name", "attendeePW", "moderatorPW", "password"})
_LISTED = re.compile(r"[^,]+")


class GuestPolicy(StrEnum):
    """What becomes of those who come with `guest=true`."""

    ACCEPT = "ALWAYS_ACCEPT"
    DENY = "ALWAYS_DENY"
    ASK = "ASK_MODERATOR"


class Fault(Exception):
    """A call fails; `key` and message are what it is answered."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class MeetingWish:
    """What a create call asks for. 0 heads or minutes are no bound of the caller's, empty passwords are to be drawn."""

    meeting_id: str
    name: str
    attendee_password: str
    moderator_password: str
    most_heads: int = 0
    minutes: int = 0
    guest_policy: GuestPolicy = GuestPolicy.ACCEPT
    voice_bridge: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JoinWish:
    """What a join call asks for: who comes, and as what; `created_ms` is what the link says of the meeting's start."""

    meeting_id: str
    name: str
    user_id: str
    role: Role | None
    password: str
    is_guest: bool
    created_ms: int | None
    wants_redirect: bool


def required(given: Mapping[str, str], name: str) -> str:
    """Return a parameter that must be there. Raises Fault."""
    value = given.get(name, "")
    if not value.strip():
        raise Fault(f"missingParam{name[0].upper()}{name[1:]}", f"You must provide the parameter {name}.")
    return value


def meeting_id_of(given: Mapping[str, str]) -> str:
    """Return the id that the caller gave to a meeting. Raises Fault."""
    value = sized(required(given, "meetingID"), "meetingID")
    if not _LISTED.fullmatch(value) or not value.isprintable():
        raise Fault("validationError", "The meeting id may have neither a comma nor what does not print.")
    return value


def read_create(given: Mapping[str, str]) -> MeetingWish:
    """Return what a create call asks for. Raises Fault."""
    meeting_id = meeting_id_of(given)
    name = one_line(sized(required(given, "name"), "name"), most=LONGEST)
    if len(name) < SHORTEST:
        raise Fault("sizeError", f"name must be between {SHORTEST} and {LONGEST} characters.")
    kept = {key: storable(value) for key, value in given.items() if key not in OWN and not key.startswith("meta_")}
    return MeetingWish(
        meeting_id=meeting_id,
        name=name,
        attendee_password=_password(given, "attendeePW"),
        moderator_password=_password(given, "moderatorPW"),
        most_heads=_whole(given, "maxParticipants"),
        minutes=min(_whole(given, "duration"), LONGEST_DURATION),
        guest_policy=_guest_policy(given.get("guestPolicy", "")),
        voice_bridge=one_line(given.get("voiceBridge", ""), most=20),
        metadata=metadata_of(given),
        parameters={storable(key): value for key, value in kept.items()},
    )


def read_join(given: Mapping[str, str]) -> JoinWish:
    """Return what a join call asks for. Raises Fault."""
    meeting_id = meeting_id_of(given)
    name = one_line(sized(required(given, "fullName"), "fullName"), most=LONGEST)
    if not name:
        raise Fault("validationError", "fullName has nothing that can be shown.")
    created = given.get("createTime", "")
    if created and not (created.isascii() and created.isdigit() and len(created) <= 15):
        raise Fault("validationError", "createTime must be a number of milliseconds.")
    return JoinWish(
        meeting_id=meeting_id,
        name=name,
        user_id=one_line(given.get("userID", ""), most=LONGEST),
        role=_role(given),
        password=given.get("password", ""),
        is_guest=_is_true(given, "guest"),
        created_ms=int(created) if created else None,
        wants_redirect=given.get("redirect", "").lower() != "false",
    )


def metadata_of(given: Mapping[str, str]) -> dict[str, str]:
    """Return what is said of a meeting by others, its keys in lower case."""
    found = {key.removeprefix("meta_").lower(): value for key, value in given.items() if key.startswith("meta_")}
    return {storable(key): storable(value) for key, value in found.items() if key}


def listed(given: Mapping[str, str], name: str) -> list[str]:
    """Return the ids of a list that commas part. Raises Fault when there are none."""
    return [each.strip() for each in required(given, name).split(",") if each.strip()]


def address_in(value: str) -> str:
    """Return an address that is to be called. Raises Fault."""
    known = value.startswith(("http://", "https://")) and value.isascii() and value.isprintable()
    if len(value) > LONGEST_ADDRESS or not known:
        raise Fault("validationError", f"An address begins with http and has {LONGEST_ADDRESS} characters at most.")
    return value


def sized(value: str, name: str) -> str:
    """Return a value of a length that is taken. Raises Fault."""
    # People may have names of one letter.
    shortest = 1 if name == "fullName" else SHORTEST
    if not shortest <= len(value) <= LONGEST:
        raise Fault("sizeError", f"{name} must be between {shortest} and {LONGEST} characters.")
    return value


def storable(text: str) -> str:
    """Return a text that tables and XML can hold: without control characters but the ends of lines. Raises Fault."""
    if len(text) > LONGEST_VALUE:
        raise Fault("sizeError", f"A parameter may have {LONGEST_VALUE} characters at most.")
    return "".join(each for each in text if each.isprintable() or each in "\n\t")


def _password(given: Mapping[str, str], name: str) -> str:
    value = given.get(name, "")
    if not value:
        return ""
    if not SHORTEST <= len(value) <= LONGEST_PASSWORD:
        raise Fault("sizeError", f"{name} must be between {SHORTEST} and {LONGEST_PASSWORD} characters.")
    if not value.isprintable():
        raise Fault("validationError", f"{name} has what does not print.")
    return value


def _whole(given: Mapping[str, str], name: str) -> int:
    value = given.get(name, "").strip()
    if value and not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise Fault("validationError", f"{name} must be a whole number.")
    return int(value or 0)


def _guest_policy(value: str) -> GuestPolicy:
    return GuestPolicy(value) if value in set(GuestPolicy) else GuestPolicy.ACCEPT


def _is_true(given: Mapping[str, str], name: str) -> bool:
    return given.get(name, "").lower() == "true"


def _role(given: Mapping[str, str]) -> Role | None:
    role = given.get("role", "").upper()
    if role == "MODERATOR":
        return Role.MODERATOR
    if role == "VIEWER":
        return Role.SPEAKER
    return None
