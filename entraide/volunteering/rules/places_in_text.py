"""Where in the words that somebody types a place may be: "masques strasbourg", "aide à Lens", "tri 67000".

Most words are some village's name too, so a name alone counts only for a town, and a smaller commune needs the word
before it that says a place follows. What is read as a place is shown, and can be taken back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from entraide.volunteering.rules.search_keys import search_key

LONGEST_RUN = 5
MOST_WORDS = 30
TOWN = 10_000
VILLAGE = 1_000
_WORD = re.compile(r"\S+")
_EDGES = ' ,;:.!?()"«»“”'
_POSTCODE = re.compile(r"[0-9]{5}")
_AREA = re.compile(r"(?:[0-9]{2}|2[abAB]|9[78][0-9])")
_NEAR_ME = re.compile(
    r"\b(?:(?:pr[eè]s|autour|[aà] c[oô]t[eé]) de (?:chez )?moi|chez moi|(?:near|around|close to) me)\b", re.IGNORECASE
)
# After these, a place follows; the longer ones first.
_BEFORE = (
    ("a", "cote", "de"), ("pres", "de"), ("autour", "de"), ("close", "to"), ("a",), ("sur",), ("vers",), ("in",),
    ("near",), ("at",), ("around",),
)  # fmt: skip
_BEFORE_DEPARTEMENT = (("dans", "le"), ("dans", "la"), ("dans", "les"), ("dans", "l"), ("dans",), ("en",))
# Towns and départements whose names say something else first: they need the word before them.
_WORDS_FIRST = frozenset(
    (
        "port", "possession", "tampon", "plaisir", "sens", "fontaine", "nord", "manche", "lot", "somme", "cher",
        "creuse", "aube", "orne", "landes", "ain",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """Some words that may name a place, the rest of the text without them, and what must be true of the place.

    A commune has at least so many inhabitants. `rest` leaves out the words that said a place follows.
    """

    name: str
    rest: str
    least_population: int
    is_postcode: bool = False


def without_near_me(text: str) -> str | None:
    """Return a text without "near me", None when it does not say that."""
    rest, count = _NEAR_ME.subn(" ", text)
    return " ".join(rest.split()) if count else None


def runs(text: str) -> Iterator[Run]:
    """Yield what may be a place in a text, the surest first: postcodes, what follows a word of place, long names.

    Nothing in quotes is a place.
    """
    if '"' in text or "«" in text:
        return
    words = [word for word in _WORD.findall(text)[:MOST_WORDS] if word.strip(_EDGES)]
    bare = [word.strip(_EDGES) for word in words]
    keys = [search_key(word) for word in bare]
    for at, word in enumerate(bare):
        if _POSTCODE.fullmatch(word):
            yield Run(word, _rest(words, keys, at, at + 1), 0, is_postcode=True)
    found: list[Run] = []
    for length in range(min(LONGEST_RUN, len(words)), 0, -1):
        for first in range(len(words) - length + 1):
            found += _run(words, bare, keys, first, first + length)
    # What says that a place follows weighs more than length; the order is kept otherwise.
    yield from sorted(found, key=lambda run: run.least_population != VILLAGE)


def _run(words: list[str], bare: list[str], keys: list[str], first: int, last: int) -> Iterator[Run]:
    name = " ".join(bare[first:last])
    if not any(keys[first:last]) or _POSTCODE.fullmatch(name):
        return
    rest = _rest(words, keys, first, last)
    if _said_before(keys, first, _BEFORE) or _said_before(keys, first, _BEFORE_DEPARTEMENT):
        yield Run(name, rest, VILLAGE)
    elif _AREA.fullmatch(name) or (last - first == 1 and (keys[first] in _WORDS_FIRST or len(keys[first]) < 3)):
        # The number of a département needs to be all that is asked for: "15 ans" is no place.
        if len(words) == 1 and _AREA.fullmatch(name):
            yield Run(name, rest, 0)
    else:
        yield Run(name, rest, TOWN)


def _said_before(keys: list[str], first: int, openings: tuple[tuple[str, ...], ...]) -> int:
    """Return how many words before a place say that one follows."""
    for opening in openings:
        if len(opening) <= first and tuple(keys[first - len(opening) : first]) == opening:
            return len(opening)
    return 0


def _rest(words: list[str], keys: list[str], first: int, last: int) -> str:
    before = _said_before(keys, first, _BEFORE) or _said_before(keys, first, _BEFORE_DEPARTEMENT)
    return " ".join(words[: first - before] + words[last:])
