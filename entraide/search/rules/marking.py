"""Which words of a text were looked for, so that a line of results may mark them, and where best to cut it."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
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


class _Text(NamedTuple):
    """A composed text, and where each word of it stands: in lower case, with where it begins and ends in turns."""

    text: str
    words: dict[str, tuple[int, ...]]


# At each letter that is typed, most lines of a list stood in the one before.
@lru_cache(maxsize=4_000)
def _text(written: str, *, in_one_line: bool = False) -> _Text:
    """Return a text read, with single spaces between its words if asked for.

    Words are found in the text as it is written in one way: letters and marks apart would shift what is marked.
    """
    text = unicodedata.normalize("NFC", written)
    if in_one_line:
        text = " ".join(text.split())
    words: dict[str, tuple[int, ...]] = {}
    for match in matches(text):
        word = intern(match[1].lower())
        words[word] = words.get(word, ()) + match.span(1)
    return _Text(text, words)


class _Known(NamedTuple):
    """Words that were met, and what those of them are to a question that are something to it."""

    met: set[str]
    meant: dict[str, int]


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
        # Few words are something to a question: sets find those of a text without a look at each.
        self._known = _Known(set(), {})

    def marked(self, text: str) -> tuple[Piece, ...]:
        """Return a text in pieces: the words asked for, what they are also called, and all between."""
        read = _text(text)
        return tuple(_pieces(read.text, self._asked_for(read), 0, len(read.text)))

    def excerpt(self, text: str, *, longest: int = 160) -> tuple[Piece, ...]:
        """Return the part of a text round the first word asked for, in pieces, cut at spaces; nothing without one."""
        read = _text(text, in_one_line=True)
        spans = self._asked_for(read)
        if not spans:
            return ()
        text, (begins, ends) = read.text, spans[0]
        start = 0 if ends <= longest else text.rfind(" ", 0, max(0, begins - longest // 3)) + 1
        is_rest = len(text) - start <= longest
        end = len(text) if is_rest else max(text.rfind(" ", start, start + longest), ends)
        pieces = _pieces(text, [span for span in spans if span[1] <= end], start, end)
        before, after = ([Piece("… ")] if start else []), ([Piece(" …")] if end < len(text) else [])
        return (*before, *pieces, *after)

    def _asked_for(self, read: _Text) -> list[tuple[int, int]]:
        """Return where the words of a text stand in which a reader sees what was asked for, in order."""
        if len(self._known.met) >= MOST_WORDS_KNOWN:
            self._known = _Known(set(), {})
        known = self._known
        for word in read.words.keys() - known.met:
            what = self._meaning(word)
            if what:
                known.meant[word] = what
            # Last, since other threads take for said what is met.
            known.met.add(word)
        spans: set[tuple[int, int]] = set()
        for word in read.words.keys() & known.meant.keys():
            places, what = read.words[word], known.meant[word]
            if what & _ASKED:
                spans.update(zip(places[::2], places[1::2], strict=True))
            if what & _BEGINS:
                for start in places[::2]:
                    spans |= self._called(read.text, start)
        return sorted(spans)

    def _meaning(self, written: str) -> int:
        """Return what a word is to the question."""
        word = _read(written)
        is_asked = (
            word.folded in self._quoted
            or bool(self._begun and word.folded.startswith(self._begun))
            or not self._stems.isdisjoint(word.stems)
        )
        return (_ASKED if is_asked else 0) | (_BEGINS if word.bare in self._said else 0)

    def _called(self, text: str, at: int) -> set[tuple[int, int]]:
        """Return where the words of a synonym stand that begins here; those that say nothing are left out."""
        following = [(fold(match[1]), match.span(1)) for match in islice(matches(text, at), LONGEST_GROUP)]
        plain = tuple(bare(word) for word, _ in following)
        return {
            span
            for said in self._said[plain[0]]
            if plain[: len(said)] == said
            for word, span in following[: len(said)]
            if not any(is_stop_word(word, language) for language in LANGUAGES)
        }


def _pieces(text: str, spans: Iterable[tuple[int, int]], start: int, end: int) -> Iterator[Piece]:
    """Yield a part of a text in pieces: what `spans` of it mark, and all between."""
    for begins, ends in spans:
        if begins > start:
            yield Piece(text[start:begins])
        yield Piece(text[begins:ends], is_marked=True)
        start = ends
    if start < end:
        yield Piece(text[start:end])
