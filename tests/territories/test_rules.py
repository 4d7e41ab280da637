"""Names, typed texts and distances, without a database."""

import math
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.territories import rules
from entraide.territories.rules import Start, Wish

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
points = st.tuples(latitudes, longitudes)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("L'Haÿ-les-Roses", "lhaylesroses"),
        ("L’Haÿ les Roses", "lhaylesroses"),
        ("Œuilly", "oeuilly"),
        ("OEUILLY", "oeuilly"),
        ("St-Denis", "saintdenis"),
        ("ste. foy", "saintefoy"),
        ("CHALON S/ SAONE", "chalonsursaone"),
        ("Chalon s/Saône", "chalonsursaone"),
        ("Sainte-Geneviève-des-Bois", "saintegenevievedesbois"),
        ("Estagel", "estagel"),
        ("🙂 \0 !?", ""),
    ],
)
def test_a_name_has_one_key_however_it_is_typed(text: str, key: str) -> None:
    assert rules.search_key(text) == key


@given(st.text())
def test_a_key_holds_small_letters_and_figures_only(text: str) -> None:
    assert set(rules.search_key(text)) <= set(string.ascii_lowercase + string.digits)


@given(st.text(alphabet="abcéèœ' -’."))
def test_case_does_not_matter(text: str) -> None:
    assert rules.search_key(text.upper()) == rules.search_key(text)


def test_a_name_is_found_by_itself_without_its_article_and_by_each_word_inside() -> None:
    assert list(rules.name_starts("Le Mans")) == [("lemans", Start.NAME), ("mans", Start.NAME)]
    assert list(rules.name_starts("Saint-Denis")) == [("saintdenis", Start.NAME), ("denis", Start.WORD)]
    assert list(rules.name_starts("L'Île-Saint-Denis"))[1:] == [
        ("ilesaintdenis", Start.NAME),
        ("saintdenis", Start.WORD),
        ("denis", Start.WORD),
    ]


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("saint-den", Wish(keys=("saintden",), area="", whole="saintden")),
        ("67000", Wish(keys=(), area="67000", whole="")),
        ("67 000", Wish(keys=(), area="67000", whole="")),
        ("67000 Strasbourg", Wish(keys=("strasbourg",), area="67000", whole="67000strasbourg")),
        ("Saint-Denis (93)", Wish(keys=("saintdenis",), area="93", whole="saintdenis93")),
        ("ajaccio 2a", Wish(keys=("ajaccio",), area="2a", whole="ajaccio2a")),
        ("Lyon 3e", Wish(keys=("lyon3e",), area="", whole="lyon3e")),
        ("st", Wish(keys=("saint", "st"), area="", whole="saint")),
        ("st ", Wish(keys=("saint",), area="", whole="saint")),
        ("mont st", Wish(keys=("montsaint", "montst"), area="", whole="montsaint")),
    ],
)
def test_a_typed_text_is_read_as_a_name_an_area_or_both(text: str, wish: Wish) -> None:
    assert rules.read_wish(text) == wish


@pytest.mark.parametrize("text", ["", "   ", "🙂", "\0", "'-", "67000 67", "a" * 101, "٣٤٥"])
def test_a_text_that_asks_for_nothing_is_no_wish(text: str) -> None:
    assert rules.read_wish(text) is None


@given(st.text(max_size=150))
def test_any_text_at_all_can_be_read(text: str) -> None:
    wish = rules.read_wish(text)
    if wish is not None:
        assert wish.area or all(wish.keys)
        assert set("".join((*wish.keys, wish.area, wish.whole))) <= set(string.ascii_lowercase + string.digits)


def test_control_characters_are_told_from_what_is_pasted() -> None:
    assert rules.has_control_characters("67\x00000")
    assert not rules.has_control_characters("67000\tStrasbourg\n🙂")


def test_the_distance_from_strasbourg_to_paris_is_the_one_on_the_map() -> None:
    assert rules.haversine_km((48.5839, 7.7455), (48.8534, 2.3488)) == pytest.approx(397, abs=2)


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_the_globe(
    start: rules.Point, end: rules.Point
) -> None:
    there, back = rules.haversine_km(start, end), rules.haversine_km(end, start)
    assert there == pytest.approx(back, abs=1e-3)
    assert 0 <= there <= math.pi * rules.EARTH_RADIUS_KM + 1e-6


@given(points, points, points)
def test_a_detour_is_never_shorter(start: rules.Point, way: rules.Point, end: rules.Point) -> None:
    direct = rules.haversine_km(start, end)
    # Opposite ends of the globe lose some metres to rounding.
    assert direct <= rules.haversine_km(start, way) + rules.haversine_km(way, end) + 1e-2


@given(centre=points, km=st.floats(0, 2000), bearing=st.floats(0, 2 * math.pi), share=st.floats(0, 1))
def test_a_box_holds_every_point_of_its_circle(centre: rules.Point, km: float, bearing: float, share: float) -> None:
    latitude, longitude = _destination(centre, km * share, bearing)
    box = rules.bounding_box(latitude=centre[0], longitude=centre[1], km=km)
    assert box.holds(latitude=latitude, longitude=longitude)


@given(centre=st.tuples(st.floats(-60, 60), longitudes), km=st.floats(1, 500))
def test_a_box_is_not_wider_than_it_must_be(centre: rules.Point, km: float) -> None:
    box = rules.bounding_box(latitude=centre[0], longitude=centre[1], km=km)
    narrowest = rules.KM_PER_DEGREE * math.cos(math.radians(abs(centre[0]) + 5))
    assert rules.haversine_km(centre, (box.north, centre[1])) <= km * 1.001
    assert (box.east - box.west) % 360 <= 2.01 * km / narrowest


def test_a_box_across_the_date_line_holds_both_sides() -> None:
    box = rules.bounding_box(latitude=-13.3, longitude=-179.5, km=200)
    assert box.west > box.east
    assert box.holds(latitude=-13.3, longitude=179.5)
    assert box.holds(latitude=-13.3, longitude=-178.5)
    assert not box.holds(latitude=-13.3, longitude=-170)


@given(st.lists(points, min_size=1))
def test_a_median_point_lies_among_its_points(given_points: list[rules.Point]) -> None:
    middle = rules.median_point(given_points)
    assert middle is not None
    for axis in (0, 1):
        values = [point[axis] for point in given_points]
        assert min(values) <= middle[axis] <= max(values)


def test_one_homonym_far_away_does_not_drag_the_median() -> None:
    assert rules.median_point([(48.5, 7.7), (48.6, 7.8), (43.3, 5.4)]) == (48.5, 7.7)
    assert rules.median_point([]) is None


@given(st.dictionaries(st.integers(), points), points, st.floats(0, 500))
def test_the_nearest_candidate_within_reach_is_picked(
    candidates: dict[int, rules.Point], centre: rules.Point, km: float
) -> None:
    picked = rules.nearest_within(candidates, centre=centre, km=km)
    distances = {key: rules.haversine_km(point, centre) for key, point in candidates.items()}
    if picked is None:
        assert all(distance > km for distance in distances.values())
    else:
        assert distances[picked] == min(distances.values()) <= km


def _destination(start: rules.Point, km: float, bearing: float) -> rules.Point:
    """Return the point at a distance in a direction."""
    latitude, longitude, angle = math.radians(start[0]), math.radians(start[1]), km / rules.EARTH_RADIUS_KM
    sine = math.sin(latitude) * math.cos(angle) + math.cos(latitude) * math.sin(angle) * math.cos(bearing)
    east = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(latitude), math.cos(angle) - math.sin(latitude) * sine
    )
    turned = (math.degrees(longitude + east) + 180) % 360 - 180
    return math.degrees(math.asin(max(-1.0, min(1.0, sine)))), turned
