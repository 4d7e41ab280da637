"""People at the door, in the room, and put out of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from entraide.accounts.models import Person
from entraide.foundation.secrets import digest_of
from entraide.journal import api as journal
from entraide.meetings.actions import moderating
from entraide.meetings.actions.being_there import note_seen
from entraide.meetings.actions.entering import (
    Entry,
    Joined,
    NotAdmitted,
    TicketUsed,
    come_to_door,
    join_room,
    leave_room,
)
from entraide.meetings.actions.forgetting import forget_ended
from entraide.meetings.actions.moderating import NotAllowed
from entraide.meetings.actions.opening import Opener, RoomWish, end_room, open_room
from entraide.meetings.models import Invitation, Participant, Pool, Room, RoomChange
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules import tokens
from entraide.meetings.rules.admission import Refused
from entraide.meetings.rules.names import shown
from entraide.meetings.rules.roles import Role
from entraide.meetings.rules.visitors import Visitor
from tests.meetings.situations import KEY, comes_in, host_of, opened, time_passes

pytestmark = pytest.mark.django_db


@pytest.fixture
def lobby(pool: Pool) -> Room:
    return opened(pool, has_lobby=True).room


def at_door(room: Room, who: str, *, invitation: str = "", **fields: Any) -> Entry:
    return come_to_door(name=room.name, visitor=Visitor(key=who, **fields), key=KEY, invitation=invitation)


def host_in(lobby: Room) -> Joined:
    """Return the owner, who is in the room."""
    person = Person.objects.create(email="host@example.org")
    Room.objects.filter(pk=lobby.pk).update(owner=person)
    return join_room(token=at_door(lobby, "host", person_id=person.pk).token, keys=(KEY,))


def refusal_at(room: Room, who: str, **fields: Any) -> Refused | None:
    with pytest.raises(NotAdmitted) as refused:
        at_door(room, who, **fields)
    return refused.value.reason


def test_a_gateway_is_told_why_somebody_is_not_in_their_room_any_more(pool: Pool) -> None:
    room = opened(pool).room
    host, kicked, left, there = host_of(room), *(comes_in(room, who) for who in ("kicked", "left", "there"))
    everybody = [each.participant.pk for each in (host, kicked, left, there)]
    moderating.kick(by_id=host.participant.pk, target_id=kicked.participant.pk)
    leave_room(participant_id=left.participant.pk)
    assert note_seen(participant_ids=everybody) == {kicked.participant.pk: "kicked", left.participant.pk: "gone"}
    end_room(room_id=room.pk)
    assert note_seen(participant_ids=[host.participant.pk, kicked.participant.pk]) == {
        host.participant.pk: "ended", kicked.participant.pk: "kicked",
    }  # fmt: skip


def test_an_open_room_lets_in_who_knows_its_name(pool: Pool) -> None:
    room = opened(pool).room
    entry = come_to_door(name=shown(room.name).upper(), visitor=Visitor(key="a", display="Zoé"), key=KEY)
    joined = join_room(token=entry.token, keys=(KEY,))
    room.refresh_from_db()
    assert (room.heads, joined.participant.display, joined.epoch) == (1, "Zoé", 0)
    assert joined.participant.session_digest == digest_of(joined.session)


@pytest.mark.parametrize("name", ["", "no-such-room", "abcd-efgh-ijkl-mnop", "a\x00b", "x" * 10_000, "../admin"])
def test_rooms_that_are_not_there_and_names_that_are_none_are_answered_alike(pool: Pool, name: str) -> None:
    with pytest.raises(NotAdmitted) as refused:
        come_to_door(name=name, visitor=Visitor(key="a"), key=KEY)
    assert refused.value.reason is None


def test_a_room_that_ended_is_not_there(pool: Pool) -> None:
    room = opened(pool).room
    token = at_door(room, "a").token
    end_room(room_id=room.pk)
    assert refusal_at(room, "b") is None
    with pytest.raises(TicketUsed):
        join_room(token=token, keys=(KEY,))


def test_a_token_is_used_once_and_a_newer_one_voids_it(pool: Pool) -> None:
    room = opened(pool).room
    first = at_door(room, "a").token
    second = at_door(room, "a").token
    with pytest.raises(TicketUsed):
        join_room(token=first, keys=(KEY,))
    join_room(token=second, keys=(KEY,))
    with pytest.raises(TicketUsed):
        join_room(token=second, keys=(KEY,))
    room.refresh_from_db()
    assert room.heads == 1


def test_coming_back_in_another_tab_ends_the_first_session_and_counts_once(pool: Pool) -> None:
    room = opened(pool).room
    first, second = comes_in(room, "a"), comes_in(room, "a")
    assert first.participant.pk == second.participant.pk
    assert not Participant.objects.filter(session_digest=digest_of(first.session)).exists()
    room.refresh_from_db()
    assert room.heads == 1


def test_a_token_that_says_another_role_than_was_given_opens_nothing(pool: Pool) -> None:
    room = opened(pool).room
    participant = at_door(room, "a").participant
    grant = tokens.JoinGrant(participant.ticket, room.pk, 0, participant.pk, Role.OWNER, frozenset())  # type: ignore[arg-type]
    with pytest.raises(TicketUsed):
        join_room(token=tokens.write(grant, key=KEY, now=database_now()), keys=(KEY,))


@pytest.mark.parametrize("changed", [{"room": uuid4()}, {"participant": uuid4()}, {"jti": uuid4()}, {"epoch": 7}])
def test_a_token_of_another_room_person_number_or_future_opens_nothing(pool: Pool, changed: dict[str, Any]) -> None:
    room = opened(pool).room
    participant = at_door(room, "a").participant
    said: dict[str, Any] = {"jti": participant.ticket, "room": room.pk, "epoch": 0, "participant": participant.pk}
    grant = tokens.JoinGrant(**{**said, **changed}, role=Role.SPEAKER, capabilities=frozenset())
    with pytest.raises(TicketUsed):
        join_room(token=tokens.write(grant, key=KEY, now=database_now()), keys=(KEY,))
    room.refresh_from_db()
    assert room.heads == 0


def test_a_room_that_filled_up_since_the_door_says_so(pool: Pool) -> None:
    room = opened(pool, most_heads=1).room
    early, late = at_door(room, "a").token, at_door(room, "b").token
    join_room(token=early, keys=(KEY,))
    with pytest.raises(NotAdmitted) as refused:
        join_room(token=late, keys=(KEY,))
    assert refused.value.reason == Refused.FULL
    assert refusal_at(room, "c") == Refused.FULL


def test_whoever_comes_early_waits_and_the_host_admits_nobody_by_coming(lobby: Room) -> None:
    early = at_door(lobby, "early")
    assert (early.participant.state, early.token) == ("waiting", "")
    host = host_in(lobby)
    assert at_door(lobby, "early").token == ""
    assert moderating.admit(by_id=host.participant.pk, target_id=early.participant.pk)
    assert not moderating.admit(by_id=host.participant.pk, target_id=early.participant.pk)
    assert at_door(lobby, "early").token


def test_all_who_wait_are_admitted_at_once(lobby: Room) -> None:
    for who in "abc":
        at_door(lobby, who)
    host = host_in(lobby)
    assert moderating.admit_all(by_id=host.participant.pk) == 3
    assert all(at_door(lobby, who).token for who in "abc")
    assert RoomChange.objects.filter(kind="admitted").count() == 3


def test_a_denial_sticks(lobby: Room) -> None:
    target = at_door(lobby, "a").participant
    host = host_in(lobby)
    assert moderating.deny(by_id=host.participant.pk, target_id=target.pk)
    assert refusal_at(lobby, "a") == Refused.DENIED


def test_a_kick_puts_out_voids_the_session_and_lasts(pool: Pool) -> None:
    room = opened(pool).room
    host, guest = host_of(room), comes_in(room, "guest")
    again = at_door(room, "guest").token
    assert moderating.kick(by_id=host.participant.pk, target_id=guest.participant.pk)
    assert not moderating.kick(by_id=host.participant.pk, target_id=guest.participant.pk)
    with pytest.raises(TicketUsed):
        join_room(token=again, keys=(KEY,))
    assert refusal_at(room, "guest") == Refused.BANNED
    room.refresh_from_db()
    assert room.heads == 1
    guest.participant.refresh_from_db()
    assert guest.participant.session_digest == ""
    assert not leave_room(participant_id=guest.participant.pk)
    assert [(change.kind, change.participant) for change in RoomChange.objects.all()] == [
        ("kicked", guest.participant.pk)
    ]
    entries = journal.of_thing(thing_kind="meeting", thing_id=str(guest.participant.pk))
    assert [entry.verb for entry in entries] == ["meeting.kick"]


def test_a_ban_holds_another_browser_of_the_same_network_too(pool: Pool) -> None:
    room = opened(pool).room
    host = host_of(room)
    guest = join_room(token=at_door(room, "guest", network="192.0.2.7").token, keys=(KEY,))
    assert moderating.ban(by_id=host.participant.pk, target_id=guest.participant.pk, network="192.0.2.7")
    assert refusal_at(room, "other", network="192.0.2.7") == Refused.BANNED
    assert at_door(room, "third", network="192.0.2.8").token
    assert at_door(opened(pool).room, "other", network="192.0.2.7").token


def test_nobody_without_the_right_does_anything(pool: Pool) -> None:
    room, elsewhere = opened(pool).room, opened(pool).room
    host, guest, stranger = host_of(room), comes_in(room, "guest"), host_of(elsewhere, "stranger")
    for by in (guest, stranger):
        for act in (moderating.kick, moderating.ban):
            with pytest.raises(NotAllowed):
                act(by_id=by.participant.pk, target_id=host.participant.pk)
    for act_alone in (moderating.admit_all, moderating.end_for_all):
        with pytest.raises(NotAllowed):
            act_alone(by_id=guest.participant.pk)
    with pytest.raises(NotAllowed):
        moderating.set_locked(by_id=uuid4(), locked=True)
    leave_room(participant_id=host.participant.pk)
    with pytest.raises(NotAllowed):
        moderating.kick(by_id=host.participant.pk, target_id=guest.participant.pk)
    assert Participant.objects.present().count() == 2


def test_a_locked_room_lets_back_in_who_was_there(pool: Pool) -> None:
    room = opened(pool).room
    host, guest = host_of(room), comes_in(room, "guest")
    moderating.set_locked(by_id=host.participant.pk, locked=True)
    moderating.set_locked(by_id=host.participant.pk, locked=True)
    assert refusal_at(room, "late") == Refused.LOCKED
    leave_room(participant_id=guest.participant.pk)
    assert at_door(room, "guest").token
    assert RoomChange.objects.filter(kind="locked").count() == 1


def test_ending_for_all_empties_the_room(pool: Pool) -> None:
    room = opened(pool).room
    host = host_of(room)
    comes_in(room, "guest")
    assert moderating.end_for_all(by_id=host.participant.pk)
    room.refresh_from_db()
    assert (room.heads, room.ended_at is not None) == (0, True)
    assert not Participant.objects.present().exists()


def test_an_invitation_gives_its_role_so_often_until_its_time(pool: Pool) -> None:
    room = opened(pool).room
    Invitation.objects.create(room=room, digest=digest_of("for one"), role="moderator", uses_left=1)
    Invitation.objects.create(room=room, digest=digest_of("over"), role="moderator", ends_at=database_now())
    roles = [
        at_door(room, who, invitation=invitation).participant.role
        for who, invitation in [("a", "for one"), ("a", "for one"), ("b", "for one"), ("c", "over"), ("d", "invented")]
    ]
    assert roles == ["moderator", "moderator", "speaker", "speaker", "speaker"]
    elsewhere = opened(pool).room
    Invitation.objects.update(uses_left=5, ends_at=None)
    assert at_door(elsewhere, "a", invitation="for one").participant.role == "speaker"


def test_an_invitation_that_gives_less_takes_nothing_away(pool: Pool) -> None:
    room = opened(pool).room
    Invitation.objects.create(room=room, digest=digest_of("host"), role="moderator")
    Invitation.objects.create(room=room, digest=digest_of("listen"), role="listener")
    assert at_door(room, "a", invitation="listen").participant.role == "listener"
    assert at_door(room, "a", invitation="host").participant.role == "moderator"
    assert at_door(room, "a", invitation="listen").participant.role == "moderator"


def test_a_name_on_show_is_one_line_that_prints(pool: Pool) -> None:
    entry = at_door(opened(pool).room, "a", display="  Zo\u202eé\n\x00<b>   Müller  " + "x" * 200)
    assert entry.participant.display.startswith("Zo é <b> Müller xxx")
    assert len(entry.participant.display) == 60


def test_the_next_day_nothing_says_who_was_there(pool: Pool) -> None:
    room = opened(pool).room
    host = host_of(room)
    guest = comes_in(room, "guest")
    moderating.ban(by_id=host.participant.pk, target_id=guest.participant.pk)
    open_room(opener=Opener(pool), wish=RoomWish())
    end_room(room_id=room.pk)
    forget_ended()
    assert Participant.objects.filter(room=room).count() == 2
    Room.objects.filter(pk=room.pk).update(ended_at=database_now() - timedelta(hours=25))
    forget_ended()
    assert not Participant.objects.filter(room=room).exists()
    assert Room.objects.count() == 2
    Room.objects.filter(pk=room.pk).update(ended_at=database_now() - timedelta(days=31))
    time_passes(timedelta(days=31))
    forget_ended()
    assert not Room.objects.filter(pk=room.pk).exists()
    assert Room.objects.count() == 1
