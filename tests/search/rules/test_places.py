"""Which place a typed text names, and what is left of the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.search.rules.gazetteer import Gazetteer, Place, PlaceKind, build
from entraide.search.rules.places import Where, read_place


def commune(code: str, name: str, departement: str, population: int) -> Place:
    return Place(PlaceKind.COMMUNE, code, name, (departement,), 45.0, 3.0, population)


def departement(code: str, name: str) -> Place:
    return Place(PlaceKind.DEPARTEMENT, code, name, (code,))


FRANCE = build(
    communes=[
        (commune("67482", "Strasbourg", "67", 291_000), ["67000", "67100"]),
        (commune("93066", "Saint-Denis", "93", 149_000), ["93200"]),
        (commune("97411", "Saint-Denis", "974", 155_000), ["97400"]),
        (commune("11339", "Saint-Denis", "11", 520), ["11310"]),
        (commune("76351", "Le Havre", "76", 166_000), ["76600"]),
        (commune("68028", "Bergheim", "68", 2_000), ["68750"]),
        (commune("37261", "Tours", "37", 138_000), ["37000"]),
        (commune("69066", "Cours", "69", 4_500), ["69470"]),
        (commune("59163", "Croix", "59", 21_000), ["59170"]),
        (commune("94038", "L'Haÿ-les-Roses", "94", 31_000), ["94240"]),
        (commune("63113", "Clermont-Ferrand", "63", 147_000), ["63000"]),
        (commune("60157", "Clermont", "60", 10_600), ["60600"]),
        (commune("44109", "Nantes", "44", 325_000), ["44000"]),
    ],
    departements=[
        departement("67", "Bas-Rhin"),
        departement("59", "Nord"),
        departement("30", "Gard"),
        departement("93", "Seine-Saint-Denis"),
        departement("974", "La Réunion"),
    ],
    regions=[Place(PlaceKind.REGION, "53", "Bretagne", ("22", "29", "35", "56"))],
)


def read(text: str, *known: str) -> Where:
    return read_place(text, FRANCE, is_known=(lambda word: word in known) if known else lambda _: True)


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("masques strasbourg", "67482", "masques"),
        ("Strasbourg masques", "67482", "masques"),
        ("67000", "67482", ""),
        ("aide 67100", "67482", "aide"),
        ("67", "67", ""),
        ("bénévolat 67", "67", "bénévolat"),
        ("bénévolat bas-rhin", "67", "bénévolat"),
        ("inondation gard", "30", "inondation"),
        ("planter en Bretagne", "53", "planter"),
        ("vélo au Havre", "76351", "vélo"),
        ("l'haÿ les roses vélo", "94038", "vélo"),
        ("ehpad à bergheim", "68028", "ehpad"),
        ("ehpad Bergheim", "68028", "ehpad"),
        ("cours près de Nantes", "44109", "cours"),
        ("volunteering in Nantes", "44109", "volunteering"),
        ("st denis (93)", "93066", "( )"),
        ("saint-denis 974", "97411", ""),
        ("repas à Tours", "37261", "repas"),
        ("tours", "37261", ""),
        ("visite clermont ferrand", "63113", "visite"),
    ],
)
def test_a_place_is_found_and_taken_out_of_the_text(text: str, code: str, rest: str) -> None:
    where = read(text)
    assert where.place is not None
    assert where.place.code == code
    assert " ".join(where.rest.split()) == rest


@pytest.mark.parametrize(
    "text",
    [
        "cours de français",
        "tours de garde",
        "Croix-Rouge",
        "covid-67",
        "mon fils de 67",
        '"Strasbourg"',
        "«masques Strasbourg»",
        "ehpad bergheim",
        "perdre le nord",
        "99999",
        "",
    ],
)
def test_what_names_no_place_stays_as_it_is(text: str) -> None:
    assert read(text) == Where(rest=text)


def test_the_largest_of_one_name_is_meant_and_the_other_large_ones_are_told() -> None:
    where = read("saint denis")
    assert where.place is not None
    assert where.place.code == "97411"
    assert [place.code for place in where.homonyms] == ["93066"]


@pytest.mark.parametrize(
    "text", ["masques strasborg", "masques starsbourg", "masques strasbourgg", "masques strasbourk"]
)
def test_a_word_that_nobody_wrote_may_be_a_large_place_misspelt(text: str) -> None:
    where = read(text, "masques")
    assert where.place is not None
    assert where.place.code == "67482"
    assert read(text, *text.split()).place is None


def test_a_misspelt_name_of_two_words_is_not_taken_for_its_first() -> None:
    where = read("clermont ferand", "clermont")
    assert where.place is not None
    assert where.place.code == "63113"


@pytest.mark.parametrize(
    "text", ["masques près de moi", "autour de chez moi masques", "masques near me", "masques près d'ici"]
)
def test_near_me_names_no_place_and_is_told(text: str) -> None:
    where = read(text)
    assert (where.place, where.near_me, where.rest.strip()) == (None, True, "masques")


def test_what_is_elided_before_a_place_goes_with_it() -> None:
    assert read("près d'Strasbourg masques").rest.split() == ["masques"]


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert read_place(text, FRANCE, is_known=lambda word: len(word) < 3).rest is not None


def test_without_a_table_no_place_is_found() -> None:
    assert read_place("masques à Strasbourg", Gazetteer()).place is None
