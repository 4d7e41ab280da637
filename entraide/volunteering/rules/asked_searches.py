"""What is remembered of the words that people look for: nothing of who asked, and nothing that few asked.

A text counts once for each minute and process in which it was asked, however often, so that nobody alone makes it
common. Shown is only what was asked in several such minutes of a day; what was not is forgotten the next night.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from entraide.volunteering.rules.search_keys import search_key

LONGEST = 80
# Fewer than so many could be one person, or one household.
FEWEST = 5
KEPT_DAYS = 90
# Addresses and numbers of people end up in search boxes too. A postcode has five figures.
_PERSONAL = re.compile(r"@|\d[\d .\-]{4,}\d")


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that was looked for: its language, whether it found nothing, and whether it was still being typed."""

    text: str
    language: str
    is_empty: bool
    is_typed: bool = False


def kept_text(text: str) -> str:
    """Return what is remembered of a text, nothing when it may say who somebody is.

    >>> kept_text("  Aide aux Devoirs "), kept_text("camille@example.org"), kept_text("06 12 34 56 78")
    ('aide aux devoirs', '', '')
    """
    return "" if _PERSONAL.search(text) else search_key(text)[:LONGEST].strip()


def settled(asked: Iterable[Asked]) -> Mapping[tuple[str, str], bool]:
    """Return each text and language once, with whether it found nothing, leaving out the beginnings of longer ones.

    A beginning is what somebody typed on the way: only texts that were sent on purpose count beside longer ones.
    """
    known = list(asked)
    found: dict[tuple[str, str], bool] = {}
    for one in known:
        on_the_way = one.is_typed and any(
            other.text != one.text and other.text.startswith(one.text) and other.language == one.language
            for other in known
        )
        if not on_the_way:
            found[one.text, one.language] = one.is_empty
    return found
