"""Names of rooms: drawn ones that nobody can guess, and chosen ones, behind which there must be a door."""

import base64
import re
from enum import StrEnum

ENTROPY_BYTES = 10  # 80 bits: sixteen characters of base32.
SHORTEST, LONGEST = 3, 64
_DRAWN = re.compile(r"([a-z2-7]{4}-?){3}[a-z2-7]{4}")
_CHOSEN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Base32 has no 0, 1 and 8: whoever reads a name aloud or types it off paper meant these.
_MISREAD = str.maketrans("018", "olb")


class NameFault(StrEnum):
    """Why a name cannot be had."""

    LENGTH = "length"
    CHARACTERS = "characters"
    LOOKS_DRAWN = "looks_drawn"
    OPEN_DOOR = "open_door"


class BadName(Exception):
    """A name cannot be had; `fault` says why."""

    def __init__(self, fault: NameFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def drawn_name(entropy: bytes) -> str:
    """Return the name that ten random bytes make: sixteen characters of base32, in lower case."""
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"a drawn name takes {ENTROPY_BYTES} random bytes, not {len(entropy)}")
    return base64.b32encode(entropy).decode("ascii").lower()


def shown(name: str) -> str:
    """Return a name as people read it: a drawn one in groups of four."""
    if _as_drawn(name) is None:
        return name
    return "-".join(name[start : start + 4] for start in range(0, len(name), 4))


def read_name(text: str) -> str:
    """Return the name that somebody typed, as it is kept. Raises BadName for what can be no name at all."""
    plain = text.strip().lower()
    drawn = _as_drawn(plain)
    return drawn if drawn is not None else _as_chosen(plain)


def chosen_name(text: str, *, has_lobby: bool, needs_login: bool) -> str:
    """Return a name that somebody chose, as it is kept. Raises BadName.

    It can be guessed, so that it needs a lobby or a login; and it must not be one that could have been drawn.
    """
    plain = text.strip().lower()
    if _as_drawn(plain) is not None:
        raise BadName(NameFault.LOOKS_DRAWN)
    name = _as_chosen(plain)
    if not has_lobby and not needs_login:
        raise BadName(NameFault.OPEN_DOOR)
    return name


def _as_chosen(plain: str) -> str:
    if not SHORTEST <= len(plain) <= LONGEST:
        raise BadName(NameFault.LENGTH)
    if not _CHOSEN.fullmatch(plain):
        raise BadName(NameFault.CHARACTERS)
    return plain


def _as_drawn(plain: str) -> str | None:
    read = plain.translate(_MISREAD)
    return read.replace("-", "") if _DRAWN.fullmatch(read) else None
