"""What the index holds of a document. A change here asks for a new EDITION: indexes of another one are built anew."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial

import msgspec
import tantivy

from entraide.search.documents import FACETS, Document
from entraide.search.rules.cells import names_of
from entraide.search.rules.stems import LANGUAGES, is_stop_word, stems
from entraide.search.rules.text import pieces, tokens

EDITION = 2
# The texts by what they weigh; each holds stems.
STEMMED = ("title", "label", "name", "body")
# Every word as it is written, for unfinished words, for typos and for what stands in quotes.
WRITTEN = "words"
# Stands between two texts, so that no phrase reaches from one into the next.
_BETWEEN = "|"
# The cell of what has no point, since it is done from home.
ANYWHERE = "anywhere"


def build() -> tantivy.Schema:
    """Return the schema. Texts are cut into words by us; the engine only splits at spaces."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    for name in STEMMED:
        schema.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    schema.add_text_field(WRITTEN, tokenizer_name="whitespace", index_option="position")
    for name in FACETS:
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    schema.add_text_field("cell", tokenizer_name="whitespace", index_option="basic")
    schema.add_float_field("latitude", fast=True)
    schema.add_float_field("longitude", fast=True)
    schema.add_integer_field("start", indexed=True, fast=True)
    schema.add_integer_field("next_start", fast=True)
    schema.add_integer_field("published", fast=True)
    schema.add_integer_field("places", indexed=True, fast=True)
    schema.add_float_field("responsiveness", fast=True)
    schema.add_bytes_field("shown", stored=True)
    return schema.build()


def entry(document: Document) -> tantivy.Document:
    """Return a document as the index takes it."""
    found = tantivy.Document()
    found.add_text("key", document.key)
    said = {
        "title": [_read(text.text, text.language) for text in document.titles],
        "label": [_filed(text.text, text.language) for text in document.labels],
        "name": [_filed(name, "fr") for name in document.names],
        "body": [_read(text.text, text.language) for text in document.bodies],
    }
    for name, texts in said.items():
        found.add_text(name, " ".join(stemmed for _, stemmed in texts))
    found.add_text(WRITTEN, f" {_BETWEEN} ".join(written for texts in said.values() for written, _ in texts))
    for name in FACETS:
        for value in document.facets.get(name, ()):
            found.add_text(name, value)
    if document.point:
        latitude, longitude = document.point
        found.add_float("latitude", latitude)
        found.add_float("longitude", longitude)
        found.add_text("cell", " ".join(names_of(latitude, longitude)))
    else:
        found.add_text("cell", ANYWHERE)
    for at in document.starts:
        found.add_integer("start", seconds(at))
    found.add_integer("next_start", seconds(min(document.starts)) if document.starts else LATEST)
    found.add_integer("published", seconds(document.published_at))
    found.add_integer("places", document.places_left)
    found.add_float("responsiveness", document.responsiveness)
    found.add_bytes("shown", msgspec.json.encode(document.shown))
    return found


LATEST = 2**53
# Of how many pieces of texts what they hold is remembered, and of how long ones: nearly all of a text.
MOST_KEPT, LONGEST_KEPT = 200_000, 60


def seconds(at: datetime) -> int:
    """Return an instant as the index holds it: whole seconds since 1970."""
    return int(at.timestamp())


def _read(text: str, language: str) -> tuple[str, str]:
    """Return the words of a text as they are compared, and the stems of those that say something."""
    found = pieces(text)
    return " ".join(map(_FOLDED.__getitem__, found)), " ".join(map(_STEMMED[language].__getitem__, found))


# What documents are filed under and called by comes again and again.
_filed = lru_cache(maxsize=50_000)(_read)


class _Told(dict[str, str]):
    """What is known of each piece of a text, as it is asked for: a text is read many times faster than by calls."""

    def __init__(self, tell: Callable[[str], str]) -> None:
        self._tell = tell

    def __missing__(self, piece: str) -> str:
        told = self._tell(piece)
        if len(piece) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[piece] = told
        return told


def _folded(piece: str) -> str:
    return " ".join(token.word for token in tokens(piece))


def _stems(piece: str, language: str) -> str:
    return " ".join(
        stem
        for token in tokens(piece)
        if not is_stop_word(token.word, language)
        for stem in stems(token.written, language)
    )


_FOLDED = _Told(_folded)
_STEMMED = defaultdict(lambda: _FOLDED, {language: _Told(partial(_stems, language=language)) for language in LANGUAGES})
