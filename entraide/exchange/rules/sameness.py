"""Whether two missions of two platforms are one and the same. Pure.

They are only compared when the organisation's number and the place agree; then their titles must be nearly the same
words and their times must meet.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

ALIKE = 0.88
# What platforms add to a title and says nothing of the mission.
_NOISE = {"benevole", "benevoles", "benevolat", "mission", "urgent", "urgence", "h", "f", "hf", "recherche", "cherche"}
_STOP = {"de", "du", "des", "la", "le", "les", "l", "d", "un", "une", "a", "au", "aux", "en", "et", "pour", "nous"}
# Two platforms round a day differently.
_SLACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sight:
    """What tells a mission from others. `block` is empty when its organisation has no number: it is like no other."""

    block: str
    title_key: str
    starts_at: datetime | None
    ends_at: datetime | None


def block_of(*, siren: str, rna: str, commune: str, is_remote: bool) -> str:
    """Return what two missions must share before they are compared, empty when it is not known."""
    number, place = siren or rna, "remote" if is_remote else commune
    return f"{number}/{place}" if number and place else ""


def title_key(title: str) -> str:
    """Return the words of a title that say something, in the order of their letters."""
    plain = unicodedata.normalize("NFKD", title.lower().replace("œ", "oe").replace("æ", "ae"))
    words = re.findall(r"[a-z0-9]+", "".join(each for each in plain if not unicodedata.combining(each)))
    kept = [word for word in words if word not in _NOISE and word not in _STOP]
    return " ".join(sorted(kept or words))[:200]


def is_same(one: Sight, other: Sight) -> bool:
    """Say whether two sights are of one mission."""
    if not one.block or one.block != other.block or not one.title_key:
        return False
    if not _meet(one, other):
        return False
    if one.title_key == other.title_key:
        return True
    # Other numbers are another mission: "équipe 2", "samedi 14".
    if re.findall(r"[0-9]+", one.title_key) != re.findall(r"[0-9]+", other.title_key):
        return False
    return SequenceMatcher(None, one.title_key, other.title_key, autojunk=False).ratio() >= ALIKE


def _meet(one: Sight, other: Sight) -> bool:
    """Say whether two periods have a moment in common, give or take a day; an end that is not known is no end."""
    before = one.ends_at and other.starts_at and one.ends_at + _SLACK < other.starts_at
    after = other.ends_at and one.starts_at and other.ends_at + _SLACK < one.starts_at
    return not before and not after
