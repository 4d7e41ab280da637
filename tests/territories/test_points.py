"""How the maker gives communes their points, on small made-up maps."""

from dataclasses import replace

from entraide.territories.rules import Point, PointQuality, haversine_km
from ops.build.territories.points import Located, locate
from ops.build.territories.sources import Commune, Place

# One group of three villages around 48 N 7 E; a degree of latitude is 111 km.
ALTDORF = Commune("67001", "Altdorf", "67", "44", 900, ("67120",), epci="group")
BIENHEIM = Commune("67002", "Bienheim", "67", "44", 800, ("67120",), epci="group")
CRONHEIM = Commune("67003", "Cronheim", "67", "44", 700, ("67190",), epci="group")
GROUP = (ALTDORF, BIENHEIM, CRONHEIM)


def place(number: int, name: str, point: Point, *, population: int = 900, also: tuple[str, ...] = ()) -> Place:
    return Place(number, name, also, "44", population, point)


def located(*communes: Commune, places: list[Place], known: dict[str, Located] | None = None) -> dict[str, Located]:
    return locate(communes={each.code: each for each in communes}, places=places, known=known or {})


AT_ALTDORF = place(1, "Altdorf", (48.0, 7.0))
AT_BIENHEIM = place(2, "Bienheim", (48.1, 7.0))
AT_CRONHEIM = place(3, "Cronheim", (48.0, 7.1))


def test_each_commune_takes_the_place_of_its_name() -> None:
    found = located(*GROUP, places=[AT_ALTDORF, AT_BIENHEIM, AT_CRONHEIM])
    assert found["67001"] == Located((48.0, 7.0), PointQuality.EXACT)
    assert {each.quality for each in found.values()} == {PointQuality.EXACT}


def test_of_two_places_of_one_name_the_one_among_the_group_is_taken() -> None:
    far = place(4, "Cronheim", (49.9, 4.5))
    found = located(*GROUP, places=[AT_ALTDORF, AT_BIENHEIM, far, AT_CRONHEIM])
    assert found["67003"].point == (48.0, 7.1)


def test_a_homonym_far_from_the_group_is_refused_and_the_middle_of_the_group_stands_in() -> None:
    far = place(4, "Cronheim", (49.9, 4.5))
    found = located(*GROUP, places=[AT_ALTDORF, AT_BIENHEIM, far])
    assert found["67003"] == Located((48.05, 7.0), PointQuality.EPCI)


def test_a_far_place_with_the_very_size_of_a_town_is_that_town() -> None:
    town = replace(CRONHEIM, population=21_000)
    found = located(
        ALTDORF, BIENHEIM, town, places=[AT_ALTDORF, AT_BIENHEIM, place(4, "Cronheim", (48.6, 7.0), population=20_000)]
    )
    assert found["67003"] == Located((48.6, 7.0), PointQuality.EXACT)


def test_neighbours_on_the_same_postal_round_say_more_than_the_whole_group() -> None:
    lost = replace(CRONHEIM, code="67004", name="Dingsheim", postcodes=("67190",))
    found = located(*GROUP, lost, places=[AT_ALTDORF, AT_BIENHEIM, AT_CRONHEIM])
    assert found["67004"] == Located((48.0, 7.1), PointQuality.EPCI)


def test_a_merged_commune_is_found_under_the_name_of_its_seat() -> None:
    merged = replace(CRONHEIM, name="Val-de-Cron", seat_name="Cronheim")
    found = located(ALTDORF, BIENHEIM, merged, places=[AT_ALTDORF, AT_BIENHEIM, AT_CRONHEIM])
    assert found["67003"].point == (48.0, 7.1)


def test_another_name_counts_only_between_like_populations() -> None:
    same = place(4, "Kronheim", (48.0, 7.1), population=720, also=("Cronheim",))
    other = replace(same, population=9_000)
    assert located(*GROUP, places=[AT_ALTDORF, AT_BIENHEIM, same])["67003"].quality is PointQuality.EXACT
    assert located(*GROUP, places=[AT_ALTDORF, AT_BIENHEIM, other])["67003"].quality is PointQuality.EPCI


def test_a_place_that_two_communes_claim_goes_to_the_nearer_group() -> None:
    names = ("Eich", "Altdorf", "Fels", "Gand")
    others = [
        Commune(f"5700{number}", name, "57", "44", 900, ("57100",), epci="other") for number, name in enumerate(names)
    ]
    around = [place(5, "Eich", (48.3, 7.0)), place(6, "Fels", (48.3, 7.1)), place(7, "Gand", (48.3, 7.2))]
    found = located(*GROUP, *others, places=[AT_ALTDORF, AT_BIENHEIM, AT_CRONHEIM, *around])
    assert found["67001"].point == (48.0, 7.0)
    assert found["57001"] == Located((48.3, 7.1), PointQuality.EPCI)


def test_a_point_known_beforehand_wins_and_helps_its_neighbours() -> None:
    by_hand = Located((48.0, 7.0), PointQuality.APPROXIMATE)
    found = located(ALTDORF, BIENHEIM, places=[], known={"67001": by_hand})
    assert found["67001"] == by_hand
    assert found["67002"] == Located((48.0, 7.0), PointQuality.EPCI)


def test_a_commune_of_which_nothing_is_known_has_no_point() -> None:
    alone = replace(ALTDORF, epci="")
    assert located(alone, places=[]) == {"67001": Located(None, PointQuality.NONE)}


def test_the_order_of_the_sources_does_not_matter() -> None:
    places = [AT_ALTDORF, AT_BIENHEIM, AT_CRONHEIM, place(4, "Cronheim", (48.0, 6.9))]
    there = located(*GROUP, places=places)
    back = located(*reversed(GROUP), places=list(reversed(places)))
    assert there == back
    assert haversine_km(there["67003"].point or (0, 0), (48.0, 7.0)) < 10
