"""What comes first, and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from entraide.search.rules.ranking import Signals, ours, parts, rank

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
KNOWN = Signals(
    text=0.8,
    km=4.0,
    starts_at=NOW + timedelta(days=1),
    places_left=3,
    published_at=NOW - timedelta(days=2),
    responsiveness=0.5,
)


def rank_of(**changes: object) -> float:
    return rank(parts(replace(KNOWN, **changes), weights=ours(), now=NOW))  # type: ignore[arg-type]


def test_better_words_nearer_sooner_and_fresher_come_first() -> None:
    usual = rank_of()
    assert rank_of(text=0.9) > usual
    assert rank_of(km=1.0) > usual
    assert rank_of(starts_at=NOW + timedelta(hours=3)) > usual
    assert rank_of(published_at=NOW) > usual


def test_what_has_no_place_left_or_has_begun_is_not_urgent() -> None:
    for known in (
        replace(KNOWN, places_left=0),
        replace(KNOWN, starts_at=None),
        replace(KNOWN, starts_at=NOW - timedelta(hours=1)),
    ):
        found = {part.name: part.value for part in parts(known, weights=ours(), now=NOW)}
        assert found["urgency"] == 0


def test_responsiveness_weighs_nothing_until_organisations_are_scored() -> None:
    assert rank_of(responsiveness=1.0) == rank_of(responsiveness=0.0)


def test_every_part_is_between_0_and_1() -> None:
    wild = replace(KNOWN, text=1e9, km=0.0, published_at=NOW + timedelta(days=400), responsiveness=7.0)
    assert all(0 <= part.value <= 1 for part in parts(wild, weights=ours(), now=NOW))
