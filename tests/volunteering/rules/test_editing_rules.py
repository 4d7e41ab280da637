"""What may change about a mission that was posted, who is told, and what goes back to a referent."""

from itertools import chain, combinations

import pytest

from entraide.volunteering.rules.editing import Term, may_change_terms, state_after_change, tells
from entraide.volunteering.rules.states import MISSION_MOVES, Actor, MissionState

ONLINE, FULL, PAUSED, SUBMITTED = (
    MissionState.ONLINE,
    MissionState.FULL,
    MissionState.PAUSED,
    MissionState.SUBMITTED,
)
EVERY_CHANGE = [frozenset(each) for each in chain.from_iterable(combinations(Term, size) for size in range(1, 4))]


def test_a_mission_is_changed_before_or_after_a_referent_reads_it_not_while() -> None:
    assert [state for state in MissionState if may_change_terms(state)] == [
        MissionState.DRAFT,
        MissionState.MORE_INFO,
        ONLINE,
        PAUSED,
        FULL,
    ]


def test_only_how_people_get_in_changes_without_telling_them() -> None:
    of_those_who_come = frozenset({Term.ADMISSION, Term.GROUPS})
    assert [change for change in EVERY_CHANGE if not tells(change)] == [
        change for change in EVERY_CHANGE if change <= of_those_who_come
    ]


@pytest.mark.parametrize("state", [ONLINE, FULL, PAUSED])
@pytest.mark.parametrize("change", [Term.TITLE, Term.DESCRIPTION])
def test_new_words_go_back_to_a_referent_unless_they_are_trusted(state: MissionState, change: Term) -> None:
    changed = frozenset({change})
    assert state_after_change(state, changed, another_territory=False, would_be=SUBMITTED) is SUBMITTED
    assert state_after_change(state, changed, another_territory=False, would_be=None) is SUBMITTED
    assert state_after_change(state, changed, another_territory=False, would_be=ONLINE) is state


def test_another_territory_has_another_referent() -> None:
    moved = frozenset({Term.PLACE})
    assert state_after_change(ONLINE, moved, another_territory=False, would_be=SUBMITTED) is ONLINE
    assert state_after_change(ONLINE, moved, another_territory=True, would_be=SUBMITTED) is SUBMITTED


@pytest.mark.parametrize("state", [MissionState.DRAFT, MissionState.MORE_INFO])
def test_what_nobody_has_read_yet_stays_with_its_organisation(state: MissionState) -> None:
    every = frozenset(Term)
    assert state_after_change(state, every, another_territory=True, would_be=SUBMITTED) is state


@pytest.mark.parametrize("state", [ONLINE, FULL, PAUSED])
def test_the_way_back_is_a_move_of_the_table_that_no_organisation_makes_by_hand(state: MissionState) -> None:
    assert MISSION_MOVES.may(source=state, target=SUBMITTED, actor=Actor.SYSTEM)
    assert not MISSION_MOVES.may(source=state, target=SUBMITTED, actor=Actor.ORGANISATION)
