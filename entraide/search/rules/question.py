"""What a visitor types, read into what is looked for: phrases in quotes, words, the last one perhaps unfinished.

Nothing here raises: a text of any length and any characters is cut to what a person may mean.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from entraide.search.rules.stems import LANGUAGES as LANGUAGES
from entraide.search.rules.stems import is_moment_word, is_stop_word, is_weak_word, stems
from entraide.search.rules.synonyms import LONGEST_GROUP, Group, keys_of, ours
from entraide.search.rules.text import Token, tokens

LONGEST_TEXT = 200
MOST_WORDS = 12
MOST_TOKENS = 24
MOST_PHRASES = 3
Phrase = tuple[str, ...]
_QUOTED = re.compile(r'"([^"]*)"|«([^»]*)»|“([^”]*)”')


@dataclass(frozen=True, slots=True)
class Asked:
    """A word that is looked for. `typos` says how many letters may differ, `is_open` that it may go on.

    `is_weak` tells that it need not be there: people say it whatever they look for, as in "I want to help".
    """

    word: str
    stems: tuple[str, ...]
    typos: int
    is_open: bool = False
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """Words of a question that say one thing together, and what it is also called.

    `says_when` tells that they are about when something is done.
    """

    words: tuple[Asked, ...]
    groups: tuple[Group, ...] = ()
    says_when: bool = False

    @property
    def is_weak(self) -> bool:
        """Tell whether a document need not have it."""
        return not self.groups and all(asked.is_weak for asked in self.words)


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: every phrase as it stands, and most of the units. False when it is nothing in particular."""

    phrases: tuple[Phrase, ...] = ()
    units: tuple[Unit, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.phrases) or any(not unit.is_weak for unit in self.units)

    @property
    def words(self) -> tuple[Asked, ...]:
        """Return the words of all units in order."""
        return tuple(asked for unit in self.units for asked in unit.words)

    @property
    def synonyms(self) -> tuple[Unit, ...]:
        """Return the units that are also called something else."""
        return tuple(unit for unit in self.units if unit.groups)


# One question is asked for lines, their order, their count and what is marked in them.
@lru_cache(maxsize=512)
def read_question(text: str, *, language: str) -> Question:
    """Return what a text asks for; nothing when it holds no word that says something.

    >>> [asked.word for asked in read_question("des masques à Stras", language="fr").words]
    ['masques', 'stras']
    """
    text = text[:LONGEST_TEXT]
    phrases = [_phrase(found) for found in _QUOTED.finditer(text)]
    rest = _QUOTED.sub(" ", text).replace('"', " ")
    found = list(tokens(rest))[:MOST_TOKENS]
    # A word is unfinished when nothing was typed after it.
    is_open = bool(found) and found[-1].end == len(rest)
    units: list[Unit] = []
    at = 0
    while at < len(found):
        length, groups = _longest_run(found[at : at + LONGEST_GROUP], language)
        words = tuple(
            _asked(token, language, is_open=is_open and token is found[-1])
            for token in found[at : at + length]
            if not is_stop_word(token.word, language)
        )
        if words or groups:
            said_when = bool(words) and all(is_moment_word(asked.word) for asked in words)
            units.append(Unit(words, groups, said_when))
        at += length
    return Question(
        phrases=tuple(phrase for phrase in phrases if phrase)[:MOST_PHRASES], units=tuple(units[:MOST_WORDS])
    )


def typos_allowed(word: str) -> int:
    """Return how many letters of a word may be wrong: none in a short word or a number, 1 up to 7 letters, 2 above."""
    if len(word) < 4 or not word.isalpha():
        return 0
    return 1 if len(word) <= 7 else 2


def words_that_must_match(count: int) -> int:
    """Return how many of some things asked for a document must have: both of two, then all but one, then 3 of 4."""
    if count <= 2:
        return count
    return max(count - 1 if count <= 4 else count * 3 // 4, 2)


def _phrase(found: re.Match[str]) -> Phrase:
    quoted = next(group for group in found.groups() if group is not None)
    return tuple(token.word for token in tokens(quoted))[:MOST_WORDS]


def _asked(token: Token, language: str, *, is_open: bool) -> Asked:
    known = dict.fromkeys(stem for language in LANGUAGES for stem in stems(token.written, language))
    return Asked(
        word=token.word,
        stems=tuple(known),
        typos=typos_allowed(token.word),
        is_open=is_open,
        # Of a word that has only begun, one letter says nothing yet.
        is_weak=is_weak_word(token.word) or (is_open and len(token.word) == 1),
    )


def _longest_run(found: Sequence[Token], language: str) -> tuple[int, tuple[Group, ...]]:
    """Return how many of the first words are a member of groups, and what else those hold; else one and nothing."""
    known = ours()
    for length in range(len(found), 0, -1):
        groups = dict.fromkeys(
            group for key in sorted(keys_of(found[:length], language)) for group in known.get(key, ())
        )
        if groups:
            return length, tuple(groups)
    return 1, ()
