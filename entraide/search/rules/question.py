"""What a visitor types, read into what is looked for: phrases in quotes, words, the last one perhaps unfinished.

Nothing here raises: a text of any length and any characters is cut to what a person may mean.
"""

import re
from dataclasses import dataclass

from entraide.search.rules.stems import is_stop_word, stems
from entraide.search.rules.synonyms import LONGEST_GROUP, Group, group_of, keys_of, ours
from entraide.search.rules.text import Token, tokens

LONGEST_TEXT = 200
MOST_WORDS = 12
MOST_PHRASES = 3
# Whoever types in English looks for missions that are mostly written in French, and names of places stay French.
LANGUAGES = ("fr", "en")
Phrase = tuple[str, ...]
_QUOTED = re.compile(r'"([^"]*)"|«([^»]*)»|“([^”]*)”')


@dataclass(frozen=True, slots=True)
class Asked:
    """A word that is looked for. `typos` says how many letters may differ, `is_open` that it may go on."""

    word: str
    stems: tuple[str, ...]
    typos: int
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Synonym:
    """What `words` of the question, from `first` to `last` included, are also called, each by its stems."""

    first: int
    last: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: every phrase as it stands, and most of the words or what they are also called."""

    phrases: tuple[Phrase, ...] = ()
    words: tuple[Asked, ...] = ()
    synonyms: tuple[Synonym, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.phrases or self.words)


def read_question(text: str, *, language: str) -> Question:
    """Return what a text asks for; nothing when it holds no word that says something.

    >>> [asked.word for asked in read_question("des masques à Stras", language="fr").words]
    ['masques', 'stras']
    """
    text = text[:LONGEST_TEXT]
    phrases = [_phrase(found) for found in _QUOTED.finditer(text)]
    rest = _QUOTED.sub(" ", text).replace('"', " ")
    found = [token for token in tokens(rest) if not is_stop_word(token.word, language)][:MOST_WORDS]
    # A word is unfinished when nothing was typed after it.
    is_open = bool(found) and found[-1].end == len(rest)
    words = tuple(_asked(token, is_open=is_open and token is found[-1]) for token in found)
    return Question(
        phrases=tuple(phrase for phrase in phrases if phrase)[:MOST_PHRASES],
        words=words,
        synonyms=tuple(_synonyms(found)),
    )


def typos_allowed(word: str) -> int:
    """Return how many letters of a word may be wrong: none in a short word or a number, 1 up to 7 letters, 2 above."""
    if len(word) < 4 or not word.isalpha():
        return 0
    return 1 if len(word) <= 7 else 2


def words_that_must_match(count: int) -> int:
    """Return how many of some words a document must hold: all of two, then all but one, then three quarters."""
    if count <= 2:
        return count
    return max(count - 1 if count <= 4 else count * 3 // 4, 2)


def _phrase(found: re.Match[str]) -> Phrase:
    quoted = next(group for group in found.groups() if group is not None)
    return tuple(token.word for token in tokens(quoted))[:MOST_WORDS]


def _asked(token: Token, *, is_open: bool) -> Asked:
    known = dict.fromkeys(stem for language in LANGUAGES for stem in stems(token.written, language))
    return Asked(word=token.word, stems=tuple(known), typos=typos_allowed(token.word), is_open=is_open)


def _synonyms(found: list[Token]) -> list[Synonym]:
    """Return the synonyms of every run of words that a group names, the longest run at each place."""
    synonyms, at = [], 0
    while at < len(found):
        length, groups = _longest_run(found[at : at + LONGEST_GROUP])
        if groups:
            synonyms.append(Synonym(first=at, last=at + length - 1, groups=groups))
        at += length
    return synonyms


def _longest_run(found: list[Token]) -> tuple[int, tuple[Group, ...]]:
    """Return how many of the first words a group names, and what else it holds; one word and nothing when none does."""
    known = ours()
    for length in range(len(found), 0, -1):
        for language in LANGUAGES:
            run = group_of(" ".join(token.written for token in found[:length]), language)
            for key in sorted(keys_of(run)):
                if groups := known.get(key, ()):
                    return length, groups
    return 1, ()
