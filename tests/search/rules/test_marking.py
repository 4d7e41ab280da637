"""Marking what was looked for."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.search.rules.marking import Marker
from entraide.search.rules.question import read_question


def words_marked(text: str, typed: str) -> list[str]:
    return [piece.text for piece in Marker(read_question(typed, language="fr")).marked(text) if piece.is_marked]


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("Coudre des masques", "masque ", ["masques"]),
        ("Aider des Réfugiés", "refugie ", ["Réfugiés"]),
        ("Livraison de courses", "livrai", ["Livraison"]),
        ("Aide en EHPAD", "maison de retraite ", ["EHPAD"]),
        ("L'équipe de tri", "de la", []),
        ("Ceux qui vivent à la rue", "sans-abri ", ["rue"]),
        ("Jardiner avec un jardinier", "jardinage ", ["Jardiner", "jardinier"]),
        ("Trier", "", []),
    ],
)
def test_words_are_marked_as_they_are_found(text: str, typed: str, found: list[str]) -> None:
    assert words_marked(text, typed) == found


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        # "Equipment" is a synonym, and shares its stem.
        ("Renforcer les équipes de soin", "masques "),
        # Both words of a synonym, and not the synonym.
        ("Une maison pour ceux qui prennent leur retraite", "ehpad "),
        ("La rue de la Paix", "sans-abri "),
    ],
)
def test_nothing_is_marked_that_says_nothing_to_whoever_asked(text: str, typed: str) -> None:
    assert words_marked(text, typed) == []


@given(st.text(max_size=300), st.text(max_size=40))
def test_the_pieces_are_the_text(text: str, typed: str) -> None:
    pieces = Marker(read_question(typed, language="fr")).marked(text)
    assert "".join(piece.text for piece in pieces) == unicodedata.normalize("NFC", text)


def test_letters_and_marks_apart_are_marked_where_they_are() -> None:
    apart = unicodedata.normalize("NFD", "Été : réfugiés, ménage")
    assert words_marked(apart, "ménage ") == ["ménage"]


@given(st.text(max_size=600), st.text(max_size=40))
def test_an_excerpt_is_short_and_holds_what_was_found(text: str, typed: str) -> None:
    marker = Marker(read_question(typed, language="fr"))
    cut = marker.excerpt(text)
    assert len("".join(piece.text for piece in cut)) <= 160 + 44
    assert not cut or any(piece.is_marked for piece in cut)
    # What is marked in the whole text is marked in a part of it.
    whole = [piece.text for piece in marker.marked(" ".join(text.split())) if piece.is_marked]
    part = [piece.text for piece in cut if piece.is_marked]
    assert part == whole[: len(part)]


def test_an_excerpt_begins_near_what_was_found() -> None:
    text = "Un mot. " * 60 + "Des masques à coudre. " + "Encore un mot. " * 60
    pieces = Marker(read_question("masques ", language="fr")).excerpt(text)
    assert [piece.text for piece in pieces if piece.is_marked] == ["masques"]
    cut = "".join(piece.text for piece in pieces)
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert "masques" in cut
