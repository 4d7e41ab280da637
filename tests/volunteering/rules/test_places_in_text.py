"""Which words may name a place, and how sure that is."""

import pytest

from entraide.volunteering.rules.places_in_text import TOWN, VILLAGE, runs, without_near_me


def found(text: str) -> dict[str, tuple[str, int]]:
    return {run.name: (run.rest, run.least_population) for run in runs(text)}


def test_a_postcode_is_the_surest() -> None:
    first = next(runs("masques 67000 lens"))
    assert (first.name, first.rest, first.is_postcode) == ("67000", "masques lens", True)


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("aide à Lens", "Lens", "aide"),
        ("aide près de Lens urgent", "Lens", "aide urgent"),
        ("tri dans le Nord", "Nord", "tri"),
        ("help in Lille", "Lille", "help"),
    ],
)
def test_what_follows_a_word_of_place_may_be_a_village(text: str, name: str, rest: str) -> None:
    assert found(text)[name] == (rest, VILLAGE)


def test_a_name_alone_is_a_town_and_the_longest_is_looked_for_first() -> None:
    names = [run.name for run in runs("masques saint étienne")]
    assert names.index("saint étienne") < names.index("étienne")
    assert found("masques strasbourg")["strasbourg"] == ("masques", TOWN)


@pytest.mark.parametrize("text", ["port", "tri 15 ans", '"saint denis"', "« Lens »", "", "  ", "?!"])
def test_what_says_something_else_first_is_no_place(text: str) -> None:
    assert not [name for name in found(text) if name.lower() in ("port", "15", "saint denis", "lens")]


def test_a_number_alone_may_be_a_departement() -> None:
    assert found("67") == {"67": ("", 0)}


def test_long_texts_are_bounded() -> None:
    assert len(found("mot " * 5_000)) < 200


@pytest.mark.parametrize(
    ("text", "rest"),
    [("masques près de moi", "masques"), ("tri autour de chez moi", "tri"), ("near me", ""), ("masques", None)],
)
def test_near_me_is_no_word(text: str, rest: str | None) -> None:
    assert without_near_me(text) == rest
