"""Which words of a text were looked for, so that a line of results may mark them, and where best to cut it."""

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from entraide.search.rules.question import LANGUAGES, Question
from entraide.search.rules.stems import stems
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
    wanted = {stem for asked in question.words for stem in asked.stems}
    wanted |= {stem for synonym in question.synonyms for group in synonym.groups for word in group for stem in word}
    begun = tuple(asked.word for asked in question.words if asked.is_open and len(asked.word) > 1)
    quoted = {word for phrase in question.phrases for word in phrase}
    for token in tokens(text):
        known = {stem for language in LANGUAGES for stem in stems(token.written, language)} if wanted else set()
        if token.word in quoted or (begun and token.word.startswith(begun)) or known & wanted:
            yield token
