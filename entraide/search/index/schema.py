"""What the index holds of a document. A change here asks for a new EDITION: indexes of another one are built anew."""

import json
from datetime import UTC, datetime

import tantivy

from entraide.search.documents import FACETS, Document, Text
from entraide.search.rules.cells import names_of
from entraide.search.rules.stems import is_stop_word, stems
from entraide.search.rules.text import tokens

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
    schema.add_text_field("cell", tokenizer_name="raw", index_option="basic")
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
    found.add_text("title", stemmed(document.titles))
    found.add_text("label", stemmed(document.labels))
    found.add_text("name", stemmed([Text(name) for name in document.names]))
    found.add_text("body", stemmed(document.bodies))
    written = [*(text.text for text in document.titles + document.labels + document.bodies), *document.names]
    found.add_text(WRITTEN, f" {_BETWEEN} ".join(" ".join(token.word for token in tokens(text)) for text in written))
    for name in FACETS:
        for value in document.facets.get(name, ()):
            found.add_text(name, value)
    if document.point:
        latitude, longitude = document.point
        found.add_float("latitude", latitude)
        found.add_float("longitude", longitude)
        for cell in names_of(latitude, longitude):
            found.add_text("cell", cell)
    else:
        found.add_text("cell", ANYWHERE)
    for at in document.starts:
        found.add_integer("start", seconds(at))
    found.add_integer("next_start", seconds(min(document.starts)) if document.starts else LATEST)
    found.add_integer("published", seconds(document.published_at))
    found.add_integer("places", document.places_left)
    found.add_float("responsiveness", document.responsiveness)
    found.add_bytes("shown", json.dumps(document.shown, ensure_ascii=False, separators=(",", ":")).encode())
    return found


LATEST = 2**53


def seconds(at: datetime) -> int:
    """Return an instant as the index holds it: whole seconds since 1970."""
    return int(at.timestamp())


def instant(value: int) -> datetime:
    """Return the instant of some seconds."""
    return datetime.fromtimestamp(value, UTC)


def stemmed(texts: "list[Text] | tuple[Text, ...]") -> str:
    """Return every stem of some texts, without the words that say nothing."""
    return " ".join(
        stem
        for text in texts
        for token in tokens(text.text)
        if not is_stop_word(token.word, text.language)
        for stem in stems(token.written, text.language)
    )
