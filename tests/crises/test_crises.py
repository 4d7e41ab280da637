"""Levels follow one another as the rules say, each change is journaled, and of two operators one is told."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.crises import api as crises
from entraide.crises.models import Crisis
from entraide.crises.rules import NORMAL, Level, next_levels, severity
from entraide.journal import api as journal


def flood(now: datetime, *, slug: str = "flood", level: Level = Level.ALERT) -> Crisis:
    opening = crises.Opening(
        slug=slug,
        name={"fr": "Crue", "en": "Flood"},
        kind=crises.Kind.MET,
        level=level,
        zones=["67"],
        banner={"fr": "Restez chez vous.", "en": "Stay at home."},
    )
    return crises.open_crisis(opening=opening, actor=None, role="operator", now=now)


@given(st.sampled_from(list(Level)))
def test_every_open_level_leads_to_closing(level: Level) -> None:
    seen, frontier = set[Level](), {level}
    while frontier:
        seen |= frontier
        frontier = {after for reached in frontier for after in next_levels(reached)} - seen
    assert Level.CLOSED in seen


def test_mobilisation_is_the_gravest_level() -> None:
    assert max(Level, key=severity) == Level.MOBILISATION


def test_no_crisis_means_the_switches_of_normal_times() -> None:
    assert crises.switches(None) == NORMAL


@pytest.mark.django_db
def test_the_gravest_open_crisis_sets_the_switches(now: datetime) -> None:
    flood(now, slug="watch", level=Level.WATCH)
    flood(now, slug="grave", level=Level.MOBILISATION)
    assert crises.switches_in_force(now) == crises.switches(Level.MOBILISATION)
    current = crises.current_crisis(now)
    assert current is not None
    assert current.slug == "grave"


@pytest.mark.django_db
def test_a_change_of_level_is_journaled(now: datetime) -> None:
    crisis = flood(now)
    crises.change_level(
        crisis_id=crisis.pk, seen=Level.ALERT, wanted=Level.MOBILISATION, actor=None, role="operator", now=now
    )
    entry = journal.of_thing(thing_kind="crisis", thing_id=str(crisis.pk))[0]
    assert (entry.verb, entry.detail) == ("crisis.level_changed", {"from": "alert", "to": "mobilisation"})


@pytest.mark.django_db
def test_of_two_operators_the_second_is_told(now: datetime) -> None:
    crisis = flood(now)
    change = {"crisis_id": crisis.pk, "seen": Level.ALERT, "actor": None, "role": "operator", "now": now}
    crises.change_level(wanted=Level.MOBILISATION, **change)  # type: ignore[arg-type]
    with pytest.raises(crises.LevelNotNext, match="meanwhile"):
        crises.change_level(wanted=Level.WATCH, **change)  # type: ignore[arg-type]
    crisis.refresh_from_db()
    assert crisis.level == Level.MOBILISATION


@pytest.mark.django_db
def test_a_closed_crisis_no_longer_counts(now: datetime) -> None:
    crisis = flood(now, level=Level.WATCH)
    crises.change_level(
        crisis_id=crisis.pk,
        seen=Level.WATCH,
        wanted=Level.CLOSED,
        actor=None,
        role="operator",
        now=now + timedelta(days=1),
    )
    assert crises.current_crisis(now + timedelta(days=2)) is None
    assert crises.switches_in_force(now + timedelta(days=2)) == NORMAL


@pytest.mark.django_db
def test_a_row_counts_its_versions(now: datetime) -> None:
    crisis = flood(now)
    before = crisis.updated_at
    crises.set_banner(crisis_id=crisis.pk, seen_version=1, banner={"fr": "Fini."}, actor=None, role="operator", now=now)
    crisis.refresh_from_db()
    assert crisis.version == 2
    assert crisis.updated_at >= before


@pytest.mark.django_db
def test_a_crisis_moves_only_what_it_reaches(now: datetime) -> None:
    flood(now, slug="grave", level=Level.MOBILISATION)
    assert crises.switches_in_force(now, departement="67") == crises.switches(Level.MOBILISATION)
    assert crises.switches_in_force(now, departement="29") == NORMAL
    found = crises.crisis_of("67", now)
    assert found is not None and found.slug == "grave"
    assert crises.crisis_of("29", now) is None


@pytest.mark.django_db
def test_a_crisis_without_zones_reaches_everywhere(now: datetime) -> None:
    Crisis.objects.filter(pk=flood(now).pk).update(zones=[])
    found = crises.crisis_of("974", now)
    assert found is not None and found.slug == "flood"


@pytest.mark.django_db
def test_limits_hold_until_the_crisis_is_closed(now: datetime) -> None:
    crisis, limits = flood(now, level=Level.WATCH), crises.Limits(frozenset({"health"}), 18, 69)
    told = {"crisis_id": crisis.pk, "limits": limits, "actor": None, "role": "operator", "now": now}
    crises.set_limits(seen_version=1, **told)  # type: ignore[arg-type]
    crisis.refresh_from_db()
    assert crisis.limits == limits
    with pytest.raises(crises.ChangedMeanwhile):
        crises.set_limits(seen_version=1, **told)  # type: ignore[arg-type]
    later = now + timedelta(days=1)
    crises.change_level(
        crisis_id=crisis.pk, seen=Level.WATCH, wanted=Level.CLOSED, actor=None, role="operator", now=later
    )
    crisis.refresh_from_db()
    assert crisis.limits == crises.NO_LIMITS


@given(
    st.integers(0, 120),
    st.none() | st.integers(0, 120),
    st.none() | st.integers(0, 120),
    st.none() | st.integers(0, 120),
)
def test_the_stricter_of_two_ages_holds(own_min: int, own_max: int | None, low: int | None, high: int | None) -> None:
    least, most = crises.Limits(age_min=low, age_max=high).ages(age_min=own_min, age_max=own_max)
    assert least == max(own_min, low or 0)
    for each in (own_max, high):
        assert each is None or (most is not None and most <= each)
    assert most is None or most in (own_max, high)


@pytest.mark.django_db
def test_what_a_level_would_move_is_told_for_where_it_reaches(now: datetime) -> None:
    far = flood(now, slug="far", level=Level.MOBILISATION)
    Crisis.objects.filter(pk=far.pk).update(zones=["29"])
    here, calm = ["67", "68"], crises.switches(Level.WATCH)
    before = crises.switches_where(zones=here, now=now)
    after = crises.switches_if(crisis_id=None, zones=here, level=Level.ALERT, now=now)
    assert (before.review_hold, after.review_hold) == (calm.review_hold, crises.switches(Level.ALERT).review_hold)
    assert before.proof_of_work and after.proof_of_work
    assert crises.switches_where(zones=[], now=now) == crises.switches(Level.MOBILISATION)
    closed = crises.switches_if(crisis_id=far.pk, zones=["29"], level=Level.CLOSED, now=now)
    assert closed == calm
