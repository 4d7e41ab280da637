"""Whatever a declaration holds, Python and JavaScript find the same in it: the edges of every rule above all."""

import unicodedata
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from entraide.certificates.declaration import Declaration
from entraide.certificates.errors import Malformed
from entraide.certificates.forms import reading
from tests.certificates import situations, vector
from tests.certificates_site.judging import assert_same
from tests.certificates_site.peer import Peer

FORMS = reading.load_all()
# What languages take for blank, count or read as dates in ways of their own.
EDGES = (
    "", " ", "\t", "\x1c", "\x1f", "\x85", "\xa0", "\u180e", "\u200b", "\u2028", "\u3000", "\ufeff", "a" * 80, "a" * 81,
    "\U0001d49f" * 80, "\U0001d49f" * 81, "2015-1-1", "20150131", "2015-W05-6", "0000-01-01", "0001-01-01",
    "9999-12-31", "2100-02-29", "2024-02-29", "+002015-01-31", "2015-01-31 ", "2015-01-31T00",
    "\uff12\uff10\uff11\uff15-01-31",
)  # fmt: skip
TEXTS = st.sampled_from(EDGES) | st.text(st.characters(codec="utf-8"), max_size=12).map(
    lambda text: unicodedata.normalize("NFC", text)
)
TIMES = st.sampled_from([0, 2**32 - 1]) | st.integers(-5_000, 5_000).map(lambda apart: vector.SEALED_AT + apart)
PEOPLE = st.lists(st.tuples(TEXTS, TEXTS), max_size=9).map(tuple)
CODES = st.lists(st.sampled_from([reason.code for form in FORMS.values() for reason in form.reasons]), max_size=3)


@st.composite
def declared(draw: st.DrawFn) -> Declaration:
    """Return a declaration that follows a form for the most part."""
    form = draw(st.sampled_from(list(FORMS.values())))
    kinds = {"text": TEXTS, "date": TEXTS, "time": TIMES, "reasons": CODES.map(tuple), "people": PEOPLE}
    values: dict[int, Any] = {9: vector.SEALED_AT}
    for field in form.fields:
        if field.key != 9 and draw(st.integers(0, 5)):
            usual = situations.SOUND.get(field.kind)
            values[field.key] = draw(st.just(usual) if usual and draw(st.booleans()) else kinds[field.kind])
    if not draw(st.integers(0, 9)):
        values[draw(st.integers(2, 23))] = draw(TEXTS | TIMES | PEOPLE | CODES.map(tuple))
    return Declaration(salt=bytes(16), form=form.id, values=values)


@settings(max_examples=400)
@given(declared(), st.integers(-1_000, 90_000))
@example(Declaration(bytes(16), "fr.dep/1", {**vector.DECLARATION.values, 2: "\x1c"}), 60)
@example(Declaration(bytes(16), "fr.dep/1", {**vector.DECLARATION.values, 2: "\x85"}), 60)
@example(Declaration(bytes(16), "fr.dep/1", {**vector.DECLARATION.values, 2: "\ufeff"}), 60)
@example(Declaration(bytes(16), "fr.ecole/1", {9: vector.SEALED_AT, 15: 0}), -1)  # Ends before it begins.
def test_any_declaration_is_found_the_same(peer: Peer, made: Declaration, after: int) -> None:
    try:
        text = situations.text(made)
    except Malformed:  # Too much for a code, or of a type that its key does not take.
        return
    assert_same(peer, text, forms=FORMS, now=vector.SEALED_AT + after)
