"""How texts become words and stems."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from entraide.search.rules.stems import stems
from entraide.search.rules.text import LONGEST_WORD, pieces, tokens

ENDINGS = ("ations", "ateurs", "atrices", "ement", "er", "ions", "eront", "issaient", "eurs", "ées")


def test_many_threads_find_the_stems_that_one_finds() -> None:
    written = [f"{start}{end}" for start in ("organis", "distribu", "accompagn", "prépar") for end in ENDINGS]
    alone = [stems.__wrapped__(word, language) for word in written for language in ("fr", "en")]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            found = pool.map(
                lambda _: [stems.__wrapped__(word, language) for word in written for language in ("fr", "en")],
                range(64),
            )
            assert all(each == alone for each in found)
    finally:
        sys.setswitchinterval(interval)


def words(text: str) -> list[str]:
    return [token.word for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L'Œuvre d’Anne-Lise, à Nîmes", ["oeuvre", "anne", "lise", "a", "nimes"]),
        ("aujourd'hui jusqu'à qu'ils", ["aujourdhui", "a", "ils"]),
        ("rock'n'roll", ["rock", "roll"]),
        ("67000 COVID-19", ["67000", "covid", "19"]),
        ("Łódź straße Ærø", ["lodz", "strasse", "aero"]),
        ("c\N{COMBINING CEDILLA}a va", ["ca", "va"]),
        ("", []),
        ("\x00 _ ' \" * ?", []),
    ],
)
def test_words_are_compared_without_case_accents_ligatures_and_elisions(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=200))
def test_any_text_becomes_words_that_stand_where_they_were_written(text: str) -> None:
    for token in tokens(text):
        assert len(token.word) <= LONGEST_WORD
        assert token.end > token.start


@given(st.text(alphabet=st.sampled_from("aeéœlLdqu'’ -_0.Jjorsi\N{COMBINING CEDILLA}c"), max_size=80))
@example("d'j'x d'j' rock'n'roll aujourd'hui l’œuvre qu'ils n'aujourd'hui")
def test_an_index_reads_the_same_words_as_a_question(text: str) -> None:
    read = [token.word for piece in pieces(text) for token in tokens(piece)]
    assert read == [token.word for token in tokens(text)]


@pytest.mark.parametrize(
    "alike",
    [
        ("réfugiées", "réfugié", "refugies", "refugiee"),
        ("bénévole", "benevoles", "Bénévoles".lower()),
        ("infirmière", "infirmiers", "infirmieres"),
        ("cheval", "chevaux"),
        ("masque", "masques"),
        ("isolées", "isole", "isolés"),
        ("coudre", "coudre"),
    ],
)
def test_plural_feminine_and_missing_accents_share_a_stem_with_the_first(alike: tuple[str, ...]) -> None:
    first = set(stems(alike[0], "fr"))
    for other in alike[1:]:
        assert first & set(stems(other, "fr")), other


def test_short_words_and_numbers_are_not_stemmed() -> None:
    assert stems("les", "fr") == ("les",)
    assert stems("67000s", "fr") == ("67000s",)


def test_english_words_are_stemmed_as_english() -> None:
    assert set(stems("visits", "en")) & set(stems("visiting", "en"))
