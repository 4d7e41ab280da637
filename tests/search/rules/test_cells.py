"""The squares that stand for what is near."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.search.rules.cells import cover, names_of
from entraide.territories.rules import haversine_km

LATITUDES = st.floats(min_value=-85, max_value=85)
LONGITUDES = st.floats(min_value=-180, max_value=180)


@pytest.mark.parametrize(
    ("centre", "km"),
    [((48.57, 7.75), 5), ((48.85, 2.35), 25), ((48.85, 2.35), 200), ((-21.1, 55.5), 50), ((-17.5, 179.99), 50)],
)
def test_a_circle_is_covered_by_few_cells(centre: tuple[float, float], km: float) -> None:
    assert 0 < len(cover(latitude=centre[0], longitude=centre[1], km=km)) < 400


@given(
    LATITUDES, LONGITUDES, st.sampled_from([1, 5, 25, 100, 200]),
    st.floats(min_value=-2, max_value=2), st.floats(min_value=-3, max_value=3),
)  # fmt: skip
def test_a_cover_holds_the_circle_and_little_more(
    latitude: float, longitude: float, km: int, down: float, across: float
) -> None:
    other = (max(-89.9, min(89.9, latitude + down)), (longitude + across + 180) % 360 - 180)
    covered = bool(set(cover(latitude=latitude, longitude=longitude, km=km)) & set(names_of(*other)))
    distance = haversine_km((latitude, longitude), other)
    if distance <= km:
        assert covered
    elif distance > km * 1.25:
        assert not covered


def test_the_ends_of_the_map_have_cells() -> None:
    assert names_of(90, 180)
    assert names_of(-90, -180)
