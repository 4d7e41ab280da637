"""The transition tables: what the specification allows, and nothing that leads nowhere."""

from collections.abc import Iterable

import pytest

from entraide.volunteering.rules import states
from entraide.volunteering.rules.states import (
    MISSION_MOVES,
    PARTICIPATION_MOVES,
    SLOT_MOVES,
    Actor,
    MissionState,
    ParticipationState,
    SlotState,
)


def reached(moves: Iterable[states.Move[states.S]], first: Iterable[states.S]) -> set[states.S]:
    known = set(first)
    while new := {move.target for move in moves if move.source in known} - known:
        known |= new
    return known


def test_every_state_is_reached_from_the_first_ones() -> None:
    assert reached(MISSION_MOVES.moves, [MissionState.DRAFT]) == set(MissionState)
    assert reached(SLOT_MOVES.moves, [SlotState.OPEN]) == set(SlotState)
    assert reached(PARTICIPATION_MOVES.moves, [ParticipationState.HELD]) == set(ParticipationState)


@pytest.mark.parametrize("table", [MISSION_MOVES, SLOT_MOVES, PARTICIPATION_MOVES])
def test_a_move_is_given_once_and_changes_something(table: states.Table[states.S]) -> None:
    pairs = [(move.source, move.target) for move in table.moves]
    assert len(pairs) == len(set(pairs))
    assert all(source != target for source, target in pairs)


def test_what_gave_its_place_back_never_takes_it_again() -> None:
    freed = set(ParticipationState) - set(states.OCCUPIES)
    assert not [move for move in PARTICIPATION_MOVES.moves if move.source in freed]


def test_attendance_never_leaves_what_takes_a_place() -> None:
    after = {ParticipationState.PRESENT, ParticipationState.ABSENT, ParticipationState.EXCUSED, ParticipationState.DONE}
    assert {move.target for move in PARTICIPATION_MOVES.moves if move.source in after} <= set(states.TAKES)


@pytest.mark.parametrize(
    "source, target, actor, allowed",
    [
        ("submitted", "online", Actor.ORGANISATION, False),
        ("submitted", "online", Actor.REFERENT, True),
        ("submitted", "online", Actor.SYSTEM, True),
        ("draft", "online", Actor.OPERATOR, False),
        ("online", "cancelled", Actor.ORGANISATION, True),
        ("online", "cancelled", Actor.VOLUNTEER, False),
        ("online", "flagged", Actor.ORGANISATION, False),
        ("cancelled", "online", Actor.OPERATOR, False),
    ],
)
def test_who_may_move_a_mission(source: str, target: str, actor: Actor, allowed: bool) -> None:
    assert MISSION_MOVES.may(source=MissionState(source), target=MissionState(target), actor=actor) is allowed


def test_sources_are_what_a_conditional_update_accepts() -> None:
    sources = PARTICIPATION_MOVES.sources(target=ParticipationState.CANCELLED_BY_VOLUNTEER, actor=Actor.VOLUNTEER)
    assert set(sources) == {"held", "confirmed", "to_reconfirm"}
