"""Where a volunteer stands in the reserve, by what they told."""

from itertools import product

import pytest

from entraide.volunteering.rules.reserve import (
    FOLLOWS_PROFILE,
    Step,
    Told,
    may_pause,
    state_after_pause,
    state_for,
    steps_to_take,
)
from entraide.volunteering.rules.words import ReserveState

EVERYTHING = Told(arrived=True, has_birth_date=True, has_postcode=True, has_availability=True)
WHO_AND_WHERE = Told(arrived=True, has_birth_date=True, has_postcode=True, has_availability=False)
SIGNED_UP = Told(arrived=False, has_birth_date=True, has_postcode=True, has_availability=True)
ALL_TELLINGS = [Told(*each) for each in product((True, False), repeat=4)]


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (EVERYTHING, ReserveState.AVAILABLE),
        (WHO_AND_WHERE, ReserveState.REGISTERED),
        (SIGNED_UP, ReserveState.PREREGISTERED),
    ],
)
def test_what_is_told_decides_where_a_newcomer_stands(told: Told, state: ReserveState) -> None:
    assert state_for(ReserveState.PREREGISTERED, told) is state
    assert state_after_pause(told) is state


@pytest.mark.parametrize("told", ALL_TELLINGS)
def test_telling_never_moves_anybody_back(told: Told) -> None:
    order = (ReserveState.PREREGISTERED, ReserveState.REGISTERED, ReserveState.AVAILABLE)
    for state in order:
        assert order.index(state_for(state, told)) >= order.index(state)


@pytest.mark.parametrize("state", [state for state in ReserveState if state not in FOLLOWS_PROFILE[:3]])
def test_a_pause_and_what_time_decided_stay(state: ReserveState) -> None:
    assert state_for(state, EVERYTHING) is state


def test_only_who_could_be_called_pauses() -> None:
    assert [state for state in ReserveState if may_pause(state)] == [ReserveState.REGISTERED, ReserveState.AVAILABLE]


def test_who_somebody_is_is_asked_only_when_it_is_not_known() -> None:
    assert steps_to_take(knows_identity=False) == tuple(Step)
    assert steps_to_take(knows_identity=True) == tuple(Step)[1:]
