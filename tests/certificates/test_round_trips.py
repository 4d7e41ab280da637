"""Whatever a form may declare comes back letter for letter, through seal, text and table."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from entraide.certificates import container, declaration, seals
from entraide.certificates.container import Certificate
from entraide.certificates.declaration import Declaration
from entraide.certificates.errors import Malformed
from entraide.certificates.text import visible
from tests.certificates import vector

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40).map(
    lambda text: unicodedata.normalize("NFC", text).lstrip("\ufeff")
)
TIMES = st.integers(0, 2**32 - 1)
PEOPLE = st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple)
OWN = TEXTS | TIMES | st.lists(TEXTS, max_size=4).map(tuple) | PEOPLE
DECLARATIONS = st.builds(
    lambda salt, form, shared, leaving, reasons, own: Declaration(
        salt=salt, form=form, values={**shared, 9: leaving, 10: reasons, **own}
    ),
    salt=st.binary(min_size=16, max_size=16),
    form=TEXTS.filter(bool),
    shared=st.dictionaries(st.integers(2, 8), TEXTS, max_size=4),
    leaving=TIMES,
    reasons=st.lists(TEXTS, max_size=3).map(tuple),
    own=st.dictionaries(st.integers(12, 23), OWN, max_size=2),
).filter(lambda declared: sum(len(str(value).encode()) for value in declared.values.values()) < 600)


@settings(max_examples=300)
@given(DECLARATIONS, st.integers(2**16 + 60, 2**32 - 1))
def test_a_certificate_comes_back_as_it_was_made(declared: Declaration, at: int) -> None:
    data = declaration.encode(declared)
    commitment = declaration.commitment(data)
    seal = seals.seal(commitment=commitment, signer=vector.KEY, at=at)
    for certificate in (Certificate(data), Certificate(data, seal)):
        try:
            text = container.to_text(certificate)
        except Malformed:
            assert len(data) > 900
            continue
        found = container.from_text(text)
        assert found == certificate
        assert declaration.decode(found.declaration) == declared
    assert seals.read_attached(seal.attached(commitment)) == (seal, commitment)
    assert seal.verifies(key=vector.KEY.public, commitment=commitment)
    assert 0 <= at - seal.sealed_at < 60


@given(st.text(max_size=60))
def test_nothing_that_hides_is_left_in_a_shown_text(text: str) -> None:
    shown = visible(text)
    assert all(unicodedata.category(letter) not in ("Cc", "Zl", "Zp", "Co", "Cn") for letter in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff")
