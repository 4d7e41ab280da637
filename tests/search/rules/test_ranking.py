"""What comes first, and why."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from entraide.search.rules.ranking import Signals, parts, ranks, values

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


def seconds(**ahead: float) -> float:
    return (NOW + timedelta(**ahead)).timestamp()


KNOWN = Signals(
    text=0.8, km=4.0, starts_at=seconds(days=1), places_left=3, published_at=seconds(days=-2), responsiveness=0.5
)


def rank_of(**changes: Any) -> float:
    return ranks(values([KNOWN._replace(**changes)], now=NOW))[0]


def parts_of(**changes: Any) -> dict[str, float]:
    (found,) = values([KNOWN._replace(**changes)], now=NOW)
    return {part.name: part.value for part in parts(found)}


def test_the_points_of_the_parts_are_the_rank() -> None:
    (found,) = values([KNOWN], now=NOW)
    assert math.isclose(sum(part.points for part in parts(found)), rank_of())
    assert parts(()) == ()


def test_better_words_nearer_sooner_and_fresher_come_first() -> None:
    usual = rank_of()
    assert rank_of(text=0.9) > usual
    assert rank_of(km=1.0) > usual
    assert rank_of(starts_at=seconds(hours=3)) > usual
    assert rank_of(published_at=seconds()) > usual


def test_what_has_no_place_left_or_has_begun_is_not_urgent() -> None:
    for changes in ({"places_left": 0}, {"starts_at": math.inf}, {"starts_at": seconds(hours=-1)}):
        assert parts_of(**changes)["urgency"] == 0


def test_responsiveness_weighs_nothing_until_organisations_are_scored() -> None:
    assert rank_of(responsiveness=1.0) == rank_of(responsiveness=0.0)


def test_every_part_is_between_0_and_1() -> None:
    wild = parts_of(text=1e9, km=0.0, published_at=seconds(days=400), responsiveness=7.0)
    assert all(0 <= value <= 1 for value in wild.values())
