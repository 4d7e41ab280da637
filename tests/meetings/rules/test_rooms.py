"""Promotion, the line, the ladder, what ends by itself, who comes in, and what a node calls a room."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.meetings.rules import lifetime, queue
from entraide.meetings.rules.admission import Arrival, Door, Refused, decide
from entraide.meetings.rules.fencing import NodeRoom, read_node_room
from entraide.meetings.rules.overload import Rung, limits_of, next_rung
from entraide.meetings.rules.promotion import Presence, Step, next_step
from entraide.meetings.rules.roles import Capability, Role, Verb, capabilities_of, may, may_act_on
from entraide.meetings.rules.words import ParticipantState, RoomMode

P2P, SFU, NONE = RoomMode.P2P, RoomMode.SFU, RoomMode.NONE
SOON, LATE = timedelta(seconds=29), timedelta(seconds=30)


@pytest.mark.parametrize(
    ("presence", "step"),
    [
        (Presence(P2P, 2), Step.STAY),
        (Presence(P2P, 3), Step.PROMOTE),
        (Presence(SFU, 3, few_for=LATE), Step.STAY),
        (Presence(SFU, 2, few_for=SOON), Step.STAY),
        (Presence(SFU, 2, few_for=LATE), Step.DEMOTE),
        (Presence(NONE, 2, few_for=LATE), Step.DEMOTE),
        (Presence(NONE, 3, few_for=LATE), Step.PROMOTE),
        (Presence(P2P, 0, hint=28), Step.PROMOTE),
        (Presence(SFU, 2, hint=28, few_for=LATE), Step.STAY),
        (Presence(SFU, 2, hint=28, few_for=LATE, was_full=True), Step.DEMOTE),
        (Presence(P2P, 0, hint=2), Step.STAY),
        (Presence(SFU, 1, few_for=LATE, can_p2p=False), Step.STAY),
    ],
)
def test_two_need_no_server_a_third_promotes_and_half_a_minute_demotes(presence: Presence, step: Step) -> None:
    assert next_step(presence) == step


NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)


def waiting(room: str, seconds: int, *, was_placed: bool = False) -> queue.Waiting:
    return queue.Waiting(room, NOON + timedelta(seconds=seconds), was_placed)


def test_rooms_that_lost_their_node_are_served_first_then_by_when_they_came() -> None:
    line = [waiting("late", 9), waiting("lost", 30, was_placed=True), waiting("early", 1)]
    assert [each.room for each in queue.in_order(line)] == ["lost", "early", "late"]
    assert [queue.position(line, room) for room in ("lost", "early", "late", "none")] == [1, 2, 3, None]


def test_a_room_that_fits_nowhere_is_overtaken_for_a_minute_only() -> None:
    unplaced = [waiting("large", 0)]
    assert queue.may_overtake(unplaced, now=NOON + timedelta(seconds=59))
    assert not queue.may_overtake(unplaced, now=NOON + timedelta(seconds=60))


@pytest.mark.parametrize(
    ("load", "before", "after"),
    [
        (59, Rung.GROUND, Rung.GROUND),
        (60, Rung.GROUND, Rung.FEWER_VIDEOS),
        (76, Rung.GROUND, Rung.SMALL_VIDEOS),
        (90, Rung.GROUND, Rung.SPEAKERS_ONLY),
        (57, Rung.FEWER_VIDEOS, Rung.FEWER_VIDEOS),
        (54, Rung.FEWER_VIDEOS, Rung.GROUND),
        (81, Rung.SPEAKERS_ONLY, Rung.SPEAKERS_ONLY),
        (10, Rung.SPEAKERS_ONLY, Rung.GROUND),
    ],
)
def test_the_ladder_is_climbed_at_once_and_left_with_some_slack(load: float, before: Rung, after: Rung) -> None:
    assert next_rung(load_percent=load, now_on=before) == after


def test_each_rung_gives_up_more_and_only_the_last_refuses() -> None:
    limits = [limits_of(rung) for rung in Rung]
    assert [each.last_n for each in limits] == sorted((each.last_n for each in limits), reverse=True)
    assert [each.substream for each in limits] == sorted((each.substream for each in limits), reverse=True)
    assert [each.accepts for each in limits] == [True, True, True, False]


@pytest.mark.parametrize(
    ("heads", "few", "age", "over"),
    [(0, 6, 6, True), (1, 6, 6, True), (1, 4, 400, False), (2, 60, 60, False), (30, 0, 481, True)],
)
def test_a_room_ends_when_one_is_alone_or_after_eight_hours(heads: int, few: int, age: int, over: bool) -> None:
    minutes = timedelta(minutes=1)
    assert lifetime.has_outlived(heads=heads, few_for=few * minutes, age=age * minutes) is over


LOBBY = Door(has_lobby=True, needs_login=False, is_locked=False, most_heads=10, heads=0)
OPEN = Door(has_lobby=False, needs_login=False, is_locked=False, most_heads=10, heads=3)
LOCKED = Door(has_lobby=False, needs_login=False, is_locked=True, most_heads=10, heads=3)
FULL = Door(has_lobby=False, needs_login=False, is_locked=False, most_heads=3, heads=3)
GUEST = Arrival(Role.SPEAKER, is_signed_in=False)
State = ParticipantState


@pytest.mark.parametrize(
    ("arrival", "door", "decided"),
    [
        (GUEST, OPEN, State.ADMITTED),
        (GUEST, LOBBY, State.WAITING),
        (Arrival(Role.OWNER, True), LOBBY, State.ADMITTED),
        (Arrival(Role.SPEAKER, False, before=State.ADMITTED), LOBBY, State.ADMITTED),
        (Arrival(Role.SPEAKER, False, before=State.WAITING), LOBBY, State.WAITING),
        (Arrival(Role.SPEAKER, False, before=State.DENIED), LOBBY, Refused.DENIED),
        (Arrival(Role.MODERATOR, True, before=State.KICKED), OPEN, Refused.BANNED),
        (Arrival(Role.OWNER, True, is_banned=True), OPEN, Refused.BANNED),
        (GUEST, LOCKED, Refused.LOCKED),
        (Arrival(Role.MODERATOR, True), LOCKED, State.ADMITTED),
        (Arrival(Role.SPEAKER, False, before=State.LEFT), LOCKED, State.ADMITTED),
        (GUEST, FULL, Refused.FULL),
        (Arrival(Role.SPEAKER, False, before=State.PRESENT), FULL, State.ADMITTED),
        (GUEST, Door(False, True, False, 10, 0), Refused.NEEDS_LOGIN),
        (GUEST, Door(False, False, False, 10, 0, has_ended=True), Refused.ENDED),
    ],
)
def test_who_comes_in(arrival: Arrival, door: Door, decided: ParticipantState | Refused) -> None:
    assert decide(arrival, door=door) == decided


@given(st.sampled_from(Role), st.booleans(), st.booleans(), st.sampled_from([None, *State]), st.integers(0, 12))
def test_nobody_kicked_denied_or_banned_ever_gets_in(
    role: Role, signed_in: bool, banned: bool, before: ParticipantState | None, heads: int
) -> None:
    arrival = Arrival(role, signed_in, is_banned=banned, before=before)
    for lobby, login, locked in product((True, False), repeat=3):
        decided = decide(arrival, door=Door(lobby, login, locked, 10, heads))
        if banned or before in (State.KICKED, State.DENIED):
            assert isinstance(decided, Refused)


def test_only_hosts_do_things_to_others_and_never_to_their_equals() -> None:
    for role, target in product((Role.SPEAKER, Role.LISTENER, Role.WAITING), Role):
        assert not any(may_act_on(role, target, verb) for verb in Verb)
    assert may_act_on(Role.OWNER, Role.MODERATOR, Verb.KICK)
    assert not may_act_on(Role.MODERATOR, Role.OWNER, Verb.KICK)
    assert not may_act_on(Role.MODERATOR, Role.MODERATOR, Verb.BAN)
    assert may_act_on(Role.MODERATOR, Role.OWNER, Verb.MUTE)
    assert may(Role.MODERATOR, Verb.LOCK)


def test_whoever_waits_sends_nothing_and_a_listener_only_text() -> None:
    assert capabilities_of(Role.WAITING) == frozenset()
    assert capabilities_of(Role.LISTENER) == {Capability.DATA}


@pytest.mark.parametrize(
    "text", ["", ".", "demo", "1234", f"{uuid4()}", f"{uuid4()}.", f"{uuid4()}.x", f"{uuid4()}.1.2"]
)
def test_rooms_of_others_on_a_node_are_not_taken_for_ours(text: str) -> None:
    assert read_node_room(text) is None


def test_what_a_node_calls_a_room_is_read_back_in_one_form_only() -> None:
    room = NodeRoom(uuid4(), 7)
    assert read_node_room(str(room)) == room
    others: list[Any] = [str(room).upper(), f"{room.room}.07", f"{{{room.room}}}.7", f"{room.room}.٧"]
    assert [read_node_room(other) for other in others if other != str(room)] == [None] * len(others)
