"""With how many people one comes, and with how many fewer after all."""

import pytest

from entraide.volunteering.rules.seats import may_come_with_fewer, most_to_ask_for


@pytest.mark.parametrize(("left", "most"), [(0, 0), (1, 1), (19, 19), (20, 20), (500, 20)])
def test_a_group_is_as_large_as_the_places_left_and_never_above_twenty(left: int, most: int) -> None:
    assert most_to_ask_for(places_left=left) == most


@pytest.mark.parametrize(("wanted", "may"), [(-1, False), (0, False), (1, True), (3, True), (4, True), (5, False)])
def test_a_group_of_four_becomes_smaller_and_never_larger_nor_nobody(wanted: int, may: bool) -> None:
    assert may_come_with_fewer(seats=4, wanted=wanted) is may
