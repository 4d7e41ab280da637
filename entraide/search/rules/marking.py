"""Which words of a text were looked for, so that a line of results may mark them, and where best to cut it."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from entraide.search.rules.question import LANGUAGES, Question
from entraide.search.rules.stems import bare, is_stop_word, stems
from entraide.search.rules.text import Token, tokens


class Piece(NamedTuple):
    """A part of a text, and whether it was looked for."""

    text: str
    is_marked: bool = False


def marked(text: str, question: Question) -> tuple[Piece, ...]:
    """Return a text in pieces: the words that a question asks for, what they are also called, and all between."""
    # Words are found in the text as it is written in one way; letters and marks apart would shift what is marked.
    text = unicodedata.normalize("NFC", text)
    pieces: list[Piece] = []
    at = 0
    for token in _asked_for(text, question):
        if token.start > at:
            pieces.append(Piece(text[at : token.start]))
        pieces.append(Piece(text[token.start : token.end], is_marked=True))
        at = token.end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return tuple(pieces)


def excerpt(text: str, question: Question, *, longest: int = 160) -> str:
    """Return the part of a text that holds the first word asked for, cut at spaces; nothing when it holds none."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    first = next(_asked_for(text, question), None)
    if first is None:
        return ""
    start = 0 if first.end <= longest else text.rfind(" ", 0, max(0, first.start - longest // 3)) + 1
    is_rest = len(text) - start <= longest
    end = len(text) if is_rest else max(text.rfind(" ", start, start + longest), first.end)
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"


def _asked_for(text: str, question: Question) -> Iterator[Token]:
    """Yield the words of a text in which a reader sees what was asked for.

    Those are the words typed, in whatever form of one language, and synonyms that stand there word for word: a stem of
    "equipment" is one of "équipes" too, which says nothing to whoever asked for masks.
    """
    found = list(tokens(text))
    called = _synonyms_in(found, question)
    wanted = [(language, _stems_of(question, language)) for language in LANGUAGES] if question.words else []
    begun = tuple(asked.word for asked in question.words if asked.is_open and len(asked.word) > 1)
    quoted = {word for phrase in question.phrases for word in phrase}
    for at, token in enumerate(found):
        if (
            at in called
            or token.word in quoted
            or (begun and token.word.startswith(begun))
            or any(not known.isdisjoint(stems(token.written, language)) for language, known in wanted)
        ):
            yield token


def _stems_of(question: Question, language: str) -> set[str]:
    return {stem for asked in question.words for stem in stems(asked.word, language)}


def _synonyms_in(found: Sequence[Token], question: Question) -> set[int]:
    """Return where synonyms stand in a text, by the numbers of their words; those that say nothing are left out."""
    by_first: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for unit in question.synonyms:
        for group in unit.groups:
            by_first[group.said[0]].add(group.said)
    if not by_first:
        return set()
    plain = [bare(token.word) for token in found]
    return {
        at + number
        for at, word in enumerate(plain)
        for said in by_first.get(word, ())
        if tuple(plain[at : at + len(said)]) == said
        for number in range(len(said))
        if not any(is_stop_word(found[at + number].word, language) for language in LANGUAGES)
    }
