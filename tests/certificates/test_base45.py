"""Base45: RFC 9285's examples, everything there and back, and nothing that stands for more than its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.certificates import base45
from entraide.certificates.errors import Malformed


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_the_examples_of_the_rfc(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@given(st.binary(max_size=400))
def test_bytes_come_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(alphabet=base45.ALPHABET, max_size=40))
def test_a_text_has_one_meaning_or_none(text: str) -> None:
    try:
        data = base45.decode(text)
    except Malformed:
        return
    assert base45.encode(data) == text


@pytest.mark.parametrize("text", ["GGW", ":::", "::", "A", "AAAA", "bb8", "é00", "AB\n", "AB8\0"])
def test_what_stands_for_no_bytes_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        base45.decode(text)
