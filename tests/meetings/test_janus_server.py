"""A Janus of ours: it starts with what it needs and nothing else, keeps its secrets, and never stays behind."""

import json
import socket
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from entraide.meetings.drivers import janus_server
from entraide.meetings.drivers.base import NodeRefused, RoomSettings
from entraide.meetings.drivers.janus import JanusDriver
from entraide.meetings.drivers.janus_admin import JanusAdmin
from entraide.meetings.drivers.janus_passes import PLUGIN
from entraide.meetings.drivers.janus_server import JanusDied, JanusPlace
from entraide.meetings.rules.fencing import NodeRoom
from tests.meetings.media_servers import free_ports

pytestmark = pytest.mark.skipif(
    not janus_server.installed(),
    reason="Janus is not on this machine: apt-get install janus, which bin/test does as root",
)
ROOM = NodeRoom(uuid4(), 1)


@pytest.fixture
def place(tmp_path: Path) -> JanusPlace:
    http_port, ws_port, admin_port = free_ports(3)
    return JanusPlace(tmp_path / "janus", http_port=http_port, ws_port=ws_port, admin_port=admin_port)


@pytest.fixture
def driver(place: JanusPlace) -> Iterator[JanusDriver]:
    with janus_server.running(place):
        driver = place.driver()
        driver.create(room=ROOM, settings=RoomSettings(most_heads=40))
        yield driver


def admin_of(place: JanusPlace, secret: str | None = None) -> JanusAdmin:
    return JanusAdmin(host=janus_server.HOST, port=place.admin_port, secret=secret or place.keys.admin_secret)


def test_only_the_modules_that_are_used_are_loaded(driver: JanusDriver, place: JanusPlace) -> None:
    info = admin_of(place).ask("info")
    assert set(info["plugins"]) == {PLUGIN}
    assert set(info["transports"]) == {"janus.transport.http", "janus.transport.websockets"}


def test_a_room_is_closed_to_outsiders_and_a_kick_ends_what_is_received(driver: JanusDriver, place: JanusPlace) -> None:
    (listed,) = admin_of(place).ask_plugin(PLUGIN, request="list", admin_key=place.keys.admin_key)["list"]
    assert listed["room"] == str(ROOM)
    assert listed["require_pvtid"] is True
    assert listed["max_publishers"] == 40
    assert listed["is_private"] is True
    assert listed["record"] is False
    assert admin_of(place).ask_plugin(PLUGIN, request="list")["list"] == []


@pytest.mark.parametrize(
    "request_of_an_outsider",
    [
        {"request": "create", "room": "mine"},
        {"request": "create", "room": "mine", "admin_key": "guessed"},
        {"request": "destroy", "room": str(ROOM)},
        {"request": "destroy", "room": str(ROOM), "secret": "guessed"},
        {"request": "kick", "room": str(ROOM), "secret": "guessed", "id": "a"},
        {"request": "edit", "room": str(ROOM), "new_is_private": False},
    ],
)
def test_without_the_keys_nothing_is_done_to_rooms(
    driver: JanusDriver, place: JanusPlace, request_of_an_outsider: dict[str, object]
) -> None:
    answer = admin_of(place).ask_plugin(PLUGIN, **request_of_an_outsider)
    assert answer["error_code"] in (429, 433), json.dumps(answer)
    assert set(driver.stats().rooms) == {ROOM}


def test_the_room_of_another_deployment_cannot_be_ended(driver: JanusDriver, place: JanusPlace) -> None:
    other = replace(place, keys=replace(place.keys, room_key="another deployment's")).driver()
    with pytest.raises(NodeRefused):
        other.end(room=ROOM)
    assert set(driver.stats().rooms) == {ROOM}


def test_a_wrong_admin_secret_is_refused(driver: JanusDriver, place: JanusPlace) -> None:
    with pytest.raises(NodeRefused):
        admin_of(place, "guessed").ask("list_sessions")


def test_it_listens_on_this_machine_alone(driver: JanusDriver, place: JanusPlace) -> None:
    listening = {
        int(fields[1].split(":")[1], 16): fields[1].split(":")[0]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if (fields := line.split())[3] == "0A"
    }
    for port in (place.http_port, place.ws_port, place.admin_port):
        assert listening[port] == "0100007F"


def test_its_files_are_its_owners(place: JanusPlace) -> None:
    janus_server.write_configuration(place)
    for file in place.folder.glob("*.jcfg"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700


def test_one_that_does_not_come_up_is_told_with_its_last_words_and_not_left_behind(
    place: JanusPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(janus_server, "READY_WITHIN_SECONDS", 3.0)
    with socket.create_server(("127.0.0.1", place.admin_port)) as squatter, pytest.raises(JanusDied):
        squatter.settimeout(0)
        janus_server.start(place)
    running = [
        process.parent.name
        for process in Path("/proc").glob("[0-9]*/cmdline")
        if str(place.folder).encode() in _command_of(process)
    ]
    assert running == []


def _command_of(process: Path) -> bytes:
    try:
        return process.read_bytes()
    except OSError:
        return b""
