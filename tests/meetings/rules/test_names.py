"""Names that nobody guesses, names that somebody chooses, and what can be no name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.meetings.rules.names import BadName, NameFault, chosen_name, drawn_name, read_name, shown

TEN = st.binary(min_size=10, max_size=10)


@given(TEN)
def test_a_drawn_name_is_read_however_it_was_copied(entropy: bytes) -> None:
    name = drawn_name(entropy)
    assert len(name) == 16
    assert {read_name(name), read_name(shown(name)), read_name(f" {shown(name).upper()}\n")} == {name}


def test_a_drawn_name_is_read_with_the_digits_that_it_cannot_have() -> None:
    assert read_name("o1o1-b8b8-l0l0-ab23") == "ololbbbblolo" + "ab23"


@given(TEN, TEN)
def test_different_draws_have_different_names(one: bytes, other: bytes) -> None:
    assert (drawn_name(one) == drawn_name(other)) is (one == other)


@pytest.mark.parametrize("size", [0, 9, 11])
def test_less_chance_than_80_bits_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        drawn_name(bytes(size))


@pytest.mark.parametrize("text", ["conseil-municipal", " Ecole-Jean-Moulin-CM2 ", "abc"])
def test_a_chosen_name_needs_a_lobby_or_a_login(text: str) -> None:
    for door in ({"has_lobby": True, "needs_login": False}, {"has_lobby": False, "needs_login": True}):
        name = chosen_name(text, **door)
        assert read_name(text) == name == text.strip().lower()
    with pytest.raises(BadName) as refused:
        chosen_name(text, has_lobby=False, needs_login=False)
    assert refused.value.fault == NameFault.OPEN_DOOR


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("ab", NameFault.LENGTH),
        ("a" * 65, NameFault.LENGTH),
        ("", NameFault.LENGTH),
        ("a room", NameFault.CHARACTERS),
        ("école", NameFault.CHARACTERS),
        ("room\x00name", NameFault.CHARACTERS),
        ("room\u202ename", NameFault.CHARACTERS),
        ("-room", NameFault.CHARACTERS),
        ("room--name", NameFault.CHARACTERS),
        ("../rooms", NameFault.CHARACTERS),
        ("rооm", NameFault.CHARACTERS),
        ("abcdefghijklmnop", NameFault.LOOKS_DRAWN),
        ("abcd-efgh-ijkl-mn10", NameFault.LOOKS_DRAWN),
    ],
)
def test_what_cannot_be_chosen(text: str, fault: NameFault) -> None:
    with pytest.raises(BadName) as refused:
        chosen_name(text, has_lobby=True, needs_login=True)
    assert refused.value.fault == fault


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_name_or_is_refused(text: str) -> None:
    try:
        name = read_name(text)
    except BadName:
        return
    assert name.isascii()
    assert read_name(name) == name
