"""Who may say at a door that they came, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from entraide.volunteering.rules.check_in import DoorFacts, NotHere, why_not_here
from entraide.volunteering.rules.states import PARTICIPATION_MOVES, Actor, ParticipationState, SlotState

STARTS = datetime(2026, 4, 16, 9, 0, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=2)
OPEN = DoorFacts(SlotState.UNDER_WAY, STARTS, ENDS)
CONFIRMED = ParticipationState.CONFIRMED


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (STARTS - timedelta(minutes=60, seconds=1), NotHere.TOO_EARLY),
        (STARTS - timedelta(minutes=60), None),
        (STARTS, None),
        (ENDS - timedelta(seconds=1), None),
        (ENDS, NotHere.OVER),
        (ENDS + timedelta(days=30), NotHere.OVER),
    ],
)
@pytest.mark.parametrize("state", [CONFIRMED, ParticipationState.TO_RECONFIRM])
def test_the_door_is_open_from_an_hour_before_the_start_to_the_end(
    state: ParticipationState, now: datetime, why: NotHere | None
) -> None:
    assert why_not_here(door=OPEN, state=state, now=now) is why


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (None, NotHere.NO_PLACE),
        (ParticipationState.REFUSED, NotHere.NO_PLACE),
        (ParticipationState.RELEASED, NotHere.NO_PLACE),
        (ParticipationState.HELD, NotHere.NOT_ANSWERED),
        (ParticipationState.ABSENT, NotHere.SAID_ABSENT),
        (ParticipationState.EXCUSED, NotHere.SAID_ABSENT),
        (ParticipationState.PRESENT, None),
        (ParticipationState.DONE, None),
        (ParticipationState.ATTESTED, None),
    ],
)
def test_it_takes_a_confirmed_place_and_once_is_enough(state: ParticipationState | None, why: NotHere | None) -> None:
    assert why_not_here(door=OPEN, state=state, now=STARTS) is why


@pytest.mark.parametrize("state", [None, *ParticipationState])
def test_nobody_checks_in_to_a_cancelled_slot(state: ParticipationState | None) -> None:
    door = DoorFacts(SlotState.CANCELLED, STARTS, ENDS)
    assert why_not_here(door=door, state=state, now=STARTS) is NotHere.CANCELLED


@pytest.mark.parametrize("state", ParticipationState)
def test_whoever_checks_in_moves_as_the_table_lets_a_volunteer(state: ParticipationState) -> None:
    may = PARTICIPATION_MOVES.may(source=state, target=ParticipationState.PRESENT, actor=Actor.VOLUNTEER)
    came = state in (ParticipationState.PRESENT, ParticipationState.DONE, ParticipationState.ATTESTED)
    assert (why_not_here(door=OPEN, state=state, now=STARTS) is None) == (may or came)
