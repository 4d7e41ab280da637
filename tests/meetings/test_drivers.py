"""What every driver does, against each server: the simulated one, and Debian's Janus where it is installed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from entraide.meetings.drivers import janus_server
from entraide.meetings.drivers.base import Media, NodeUnreachable, NoSuchRoom, RoomSettings, RoomStats
from entraide.meetings.rules.fencing import NodeRoom
from tests.journeys.node import wait_for
from tests.meetings.media_servers import FakeServer, JanusServer, LetInRefused, Server

SETTINGS = RoomSettings(most_heads=6)


@pytest.fixture(params=["fake", "janus"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A media server of its own for each test."""
    if request.param == "fake":
        yield FakeServer()
        return
    if not janus_server.installed():
        pytest.skip("Janus is not on this machine: apt-get install janus, which bin/test does as root")
    started = JanusServer(tmp_path / "janus")
    yield started
    started.stop()


@pytest.fixture
def moment() -> datetime:
    """Now, by this machine's clock, which is the server's too."""
    return datetime.now(UTC)


def new_room(server: Server, epoch: int = 1) -> NodeRoom:
    """Return a room that the server has just made."""
    room = NodeRoom(uuid4(), epoch)
    assert server.driver.create(room=room, settings=SETTINGS)
    return room


def heads(server: Server, room: NodeRoom) -> int | None:
    """Return how many are in a room; None when it is not there."""
    found = server.driver.stats().rooms.get(room)
    return None if found is None else found.heads


def comes_in(server: Server, room: NodeRoom, who: str, moment: datetime) -> None:
    """Let somebody in with passes of their own."""
    server.enter(server.driver.join_info(room=room, participant=who, now=moment), now=moment)


def test_a_probe_tells_version_and_whether_people_may_come(server: Server) -> None:
    probe = server.driver.probe()
    assert probe.version
    assert probe.accepts


def test_a_room_is_made_once(server: Server) -> None:
    room = new_room(server)
    assert not server.driver.create(room=room, settings=SETTINGS)
    assert heads(server, room) == 0


def test_who_enters_is_counted_and_who_leaves_is_not(server: Server, moment: datetime) -> None:
    room, other = new_room(server), new_room(server)
    for who in ("a", "b"):
        comes_in(server, room, who, moment)
    assert (heads(server, room), heads(server, other)) == (2, 0)
    server.leave(room=room, participant="a")
    # A server may answer before it has let go of whoever leaves.
    wait_for("one to have left", lambda: heads(server, room) == 1)


def test_an_id_is_somebodys_alone(server: Server, moment: datetime) -> None:
    room = new_room(server)
    comes_in(server, room, "a", moment)
    with pytest.raises(LetInRefused):
        comes_in(server, room, "a", moment)
    assert heads(server, room) == 1


def test_the_pass_of_one_room_opens_no_other(server: Server, moment: datetime) -> None:
    mine, theirs = new_room(server), new_room(server)
    info = server.driver.join_info(room=mine, participant="a", now=moment)
    with pytest.raises(LetInRefused):
        server.enter(replace(info, room=theirs), now=moment)
    assert heads(server, theirs) == 0


def test_the_pass_of_an_earlier_epoch_opens_no_later_one(server: Server, moment: datetime) -> None:
    before = new_room(server)
    after = NodeRoom(before.room, 2)
    server.driver.create(room=after, settings=SETTINGS)
    info = server.driver.join_info(room=before, participant="a", now=moment)
    with pytest.raises(LetInRefused):
        server.enter(replace(info, room=after), now=moment)
    assert server.driver.end(room=before)
    assert heads(server, after) == 0


@pytest.mark.parametrize("broken", ["server_pass", "room_pass"])
def test_a_pass_that_was_changed_or_is_missing_opens_nothing(server: Server, moment: datetime, broken: str) -> None:
    room = new_room(server)
    info = server.driver.join_info(room=room, participant="a", now=moment)
    passed = str(getattr(info, broken))
    for forged in (passed.replace(":", "x:", 1), passed[:-3], "", f"9{passed}"):
        changed: dict[str, Any] = {broken: forged}
        with pytest.raises(LetInRefused):
            server.enter(replace(info, **changed), now=moment)
    assert heads(server, room) == 0


def test_passes_last_a_quarter_of_an_hour(server: Server, moment: datetime) -> None:
    room = new_room(server)
    old = server.driver.join_info(room=room, participant="a", now=moment - timedelta(minutes=16))
    with pytest.raises(LetInRefused):
        server.enter(old, now=moment)


def test_whoever_is_kicked_is_out(server: Server, moment: datetime) -> None:
    room = new_room(server)
    for who in ("a", "b"):
        comes_in(server, room, who, moment)
    assert server.driver.kick(room=room, participant="a")
    assert heads(server, room) == 1
    assert not server.driver.kick(room=room, participant="a")


def test_what_nobody_sends_cannot_be_muted(server: Server, moment: datetime) -> None:
    room = new_room(server)
    comes_in(server, room, "a", moment)
    for who in ("a", "nobody"):
        assert not server.driver.mute(room=room, participant=who, media=Media.AUDIO, muted=True)


def test_ending_puts_everyone_out_and_may_be_repeated(server: Server, moment: datetime) -> None:
    room = new_room(server)
    comes_in(server, room, "a", moment)
    assert server.driver.end(room=room)
    assert not server.driver.end(room=room)
    assert heads(server, room) is None


def test_a_room_that_is_not_there_is_told_so(server: Server, moment: datetime) -> None:
    room = NodeRoom(uuid4(), 1)
    with pytest.raises(NoSuchRoom):
        server.driver.join_info(room=room, participant="a", now=moment)
    with pytest.raises(NoSuchRoom):
        server.driver.kick(room=room, participant="a")
    with pytest.raises(NoSuchRoom):
        server.driver.mute(room=room, participant="a", media=Media.VIDEO, muted=True)
    assert not server.driver.end(room=room)


def test_draining_keeps_who_is_in_and_lets_nobody_new_in(server: Server, moment: datetime) -> None:
    room = new_room(server)
    comes_in(server, room, "a", moment)
    server.driver.drain(on=True)
    assert not server.driver.probe().accepts
    with pytest.raises(LetInRefused):
        comes_in(server, room, "b", moment)
    assert heads(server, room) == 1
    server.driver.drain(on=False)
    comes_in(server, room, "b", moment)
    assert heads(server, room) == 2


def test_rooms_of_others_are_counted_apart(server: Server) -> None:
    room = new_room(server)
    server.add_foreign_room()
    stats = server.driver.stats()
    assert set(stats.rooms) == {room}
    assert stats.foreign_rooms == 1


def test_a_server_that_died_is_unreachable_and_comes_back_empty(server: Server, moment: datetime) -> None:
    room = new_room(server)
    server.crash()
    with pytest.raises(NodeUnreachable):
        server.driver.probe()
    with pytest.raises(NodeUnreachable):
        server.driver.create(room=room, settings=SETTINGS)
    with pytest.raises(NodeUnreachable):
        server.driver.stats()
    with pytest.raises(NodeUnreachable):
        server.driver.end(room=room)
    server.restart()
    assert server.driver.stats().rooms == {}
    assert server.driver.create(room=room, settings=SETTINGS)


def test_what_somebody_sends_is_muted_and_costs_nothing_then(moment: datetime) -> None:
    server = FakeServer()
    room = new_room(server)
    for who in ("a", "b", "c"):
        info = server.driver.join_info(room=room, participant=who, now=moment)
        server.node.enter(info, now=moment, sends=[Media.AUDIO])
    assert server.driver.stats().rooms[room] == RoomStats(3, 75 * 9)
    assert server.driver.mute(room=room, participant="a", media=Media.AUDIO, muted=True)
    # Two are received and forwarded: to one another, and both to the one who is muted.
    assert server.driver.stats().rooms[room] == RoomStats(3, 75 * (2 + 2 + 2))
    assert server.driver.mute(room=room, participant="a", media=Media.AUDIO, muted=False)
    assert server.driver.stats().rooms[room].pps == 75 * 9


def test_a_frozen_server_answers_nothing_and_loses_nothing(moment: datetime) -> None:
    server = FakeServer()
    room = new_room(server)
    comes_in(server, room, "a", moment)
    server.node.freeze()
    with pytest.raises(NodeUnreachable):
        server.driver.stats()
    server.node.thaw()
    assert heads(server, room) == 1
