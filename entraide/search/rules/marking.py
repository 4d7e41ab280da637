"""Which words of a text were looked for, so that a line of results may mark them, and where best to cut it."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from sys import intern
from typing import NamedTuple

from entraide.search.rules.question import LANGUAGES, Question
from entraide.search.rules.stems import bare, is_stop_word, stems
from entraide.search.rules.synonyms import LONGEST_GROUP
from entraide.search.rules.text import fold, matches

# How many words it is remembered of what they are to one question.
MOST_WORDS_KNOWN = 5_000
# What a word may be to a question: asked for; the first one of something that is also called so.
_ASKED, _BEGINS = 1, 2


class Piece(NamedTuple):
    """A part of a text, and whether it was looked for."""

    text: str
    is_marked: bool = False


class _Word(NamedTuple):
    """A word of a text: as it is compared, without its ending, and with each of its stems the stem's language."""

    folded: str
    bare: str
    stems: frozenset[tuple[str, str]]


# Whatever is looked for, the texts of all lists share most of their words.
@lru_cache(maxsize=20_000)
def _read(written: str) -> _Word:
    folded = fold(written)
    return _Word(
        folded, bare(folded), frozenset((language, stem) for language in LANGUAGES for stem in stems(written, language))
    )


# At each letter that is typed, most lines of a list stood in the one before.
@lru_cache(maxsize=1_000)
def _words(text: str) -> tuple[tuple[str, int, int], ...]:
    """Return the words of a composed text in lower case, each with where it begins and ends."""
    return tuple((intern(match[1].lower()), *match.span(1)) for match in matches(text))


class Marker:
    """Marks in texts what a reader of one question looks for.

    Those are the words typed, in whatever form of one language, and synonyms that stand there word for word: a stem of
    "equipment" is one of "équipes" too, which says nothing to whoever asked for masks. The twenty texts of a list share
    most of their words.
    """

    def __init__(self, question: Question) -> None:
        self._stems = frozenset().union(*(_read(asked.word).stems for asked in question.words))
        self._begun = tuple(asked.word for asked in question.words if asked.is_open and len(asked.word) > 1)
        self._quoted = {word for phrase in question.phrases for word in phrase}
        self._said: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for unit in question.synonyms:
            for group in unit.groups:
                self._said[group.said[0]].add(group.said)
        self._known: dict[str, int] = {}

    def marked(self, text: str) -> tuple[Piece, ...]:
        """Return a text in pieces: the words asked for, what they are also called, and all between."""
        # Words are found in the text as it is written in one way; letters and marks apart would shift what is marked.
        text = unicodedata.normalize("NFC", text)
        pieces: list[Piece] = []
        at = 0
        for start, end in self._asked_for(text):
            if start > at:
                pieces.append(Piece(text[at:start]))
            pieces.append(Piece(text[start:end], is_marked=True))
            at = end
        if at < len(text):
            pieces.append(Piece(text[at:]))
        return tuple(pieces)

    def excerpt(self, text: str, *, longest: int = 160) -> str:
        """Return the part of a text that holds the first word asked for, cut at spaces; nothing when it holds none."""
        text = " ".join(unicodedata.normalize("NFC", text).split())
        first = next(self._asked_for(text), None)
        if first is None:
            return ""
        begins, ends = first
        start = 0 if ends <= longest else text.rfind(" ", 0, max(0, begins - longest // 3)) + 1
        is_rest = len(text) - start <= longest
        end = len(text) if is_rest else max(text.rfind(" ", start, start + longest), ends)
        return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"

    def _asked_for(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where the words of a text stand in which a reader sees what was asked for."""
        called: set[int] = set()
        known = self._known
        for word, start, end in _words(text):
            what = known.get(word)
            if what is None:
                what = self._learnt(word)
            if not what and not called:
                continue
            if what & _BEGINS:
                called |= self._called(text, start)
            if what & _ASKED or start in called:
                yield start, end

    def _learnt(self, written: str) -> int:
        """Return what a word is to the question, and remember it."""
        word = _read(written)
        is_asked = (
            word.folded in self._quoted
            or bool(self._begun and word.folded.startswith(self._begun))
            or not self._stems.isdisjoint(word.stems)
        )
        what = (_ASKED if is_asked else 0) | (_BEGINS if word.bare in self._said else 0)
        if len(self._known) >= MOST_WORDS_KNOWN:
            self._known.clear()
        self._known[written] = what
        return what

    def _called(self, text: str, at: int) -> set[int]:
        """Return where the words of a synonym stand that begins here; those that say nothing are left out."""
        following = [(fold(match[1]), match.start(1)) for match in islice(matches(text, at), LONGEST_GROUP)]
        plain = tuple(bare(word) for word, _ in following)
        return {
            start
            for said in self._said[plain[0]]
            if plain[: len(said)] == said
            for word, start in following[: len(said)]
            if not any(is_stop_word(word, language) for language in LANGUAGES)
        }
