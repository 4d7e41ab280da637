"""What platforms are told: webhooks, signed and tried again; calls at the end; and nothing into our own network."""

import hashlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from entraide.foundation.outward import NotSent
from entraide.meetings import tasks
from entraide.meetings.actions.entering import come_to_door, join_room, leave_room
from entraide.meetings.actions.tenant_meetings import end_due
from entraide.meetings.actions.tenant_passes import give_pass, use_pass
from entraide.meetings.hook_letters import NotTaken, call_back
from entraide.meetings.models import Participant, Room, TenantHook
from entraide.meetings.rules.bbb_words import JoinWish
from entraide.meetings.rules.roles import Role
from entraide.meetings.rules.visitors import Visitor
from tests.journeys.node import wait_for
from tests.meetings.platforms import Platform, key_of
from tests.meetings.situations import KEY
from tests.server import ROOT

OURS = (ip_network("127.0.0.0/8"),)
JOBS: dict[str, Callable[..., None]] = {
    "meetings.tell_hook": tasks.tell_hook_of,
    "meetings.call_back": tasks.call_back_at_end,
    "meetings.end_due": tasks.end_due,
}


@dataclass
class Receiver:
    """A platform's own server: what came, and with which statuses it answers, the last of them for good."""

    port: int = 0
    statuses: list[int] = field(default_factory=lambda: [200])
    came: list[tuple[str, str, bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run the server."""
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status = state.statuses.pop(0) if len(state.statuses) > 1 else state.statuses[0]
            state.came.append((self.command, self.path, body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A receiver in a network that may be called."""
    settings.CALLBACK_NETWORKS = OURS
    with receiving() as running:
        yield running


def do_jobs() -> None:
    """Do what the worker does, in the order in which it was asked for."""
    for each in ProcrastinateJob.objects.filter(task_name__in=JOBS).order_by("id"):
        if each.task_name != "meetings.end_due":
            JOBS[each.task_name](**each.args)


def sent_in(platform: Platform) -> Participant:
    """Send somebody into the meeting, who is in it then."""
    wish = JoinWish("course-1", "Ada", "u1", Role.SPEAKER, "", is_guest=False, created_ms=None, wants_redirect=True)
    given = give_pass(tenant=platform.tenant, wish=wish)
    visitor = Visitor(key="ada")
    room = use_pass(secret=given.secret, visitor=visitor)
    entry = come_to_door(name=room.name, visitor=visitor, key=KEY)
    return join_room(token=entry.token, keys=(KEY,)).participant


def told_events(receiver: Receiver) -> list[str]:
    """Return the names of the events that were told."""
    events = [
        json.loads(parse_qs(body.decode())["event"][0])[0] for method, _, body in receiver.came if method == "POST"
    ]
    return [event["data"]["id"] for event in events]


@pytest.mark.django_db
def test_a_hook_is_told_what_happens_signed_over_address_and_body(receiver: Receiver) -> None:
    platform = Platform("school")
    platform.ask("hooks/create", callbackURL=f"{receiver.url}/hook?n=1")
    platform.meeting()
    somebody = sent_in(platform)
    leave_room(participant_id=somebody.pk)
    platform.ask("end", meetingID="course-1")
    do_jobs()
    assert told_events(receiver) == ["meeting-created", "user-joined", "user-left", "meeting-ended"]
    _, path, body = receiver.came[0]
    parts = parse_qs(body.decode())
    assert list(parts) == ["domain", "event", "timestamp"]
    event = json.loads(parts["event"][0])[0]
    assert event["data"]["attributes"]["meeting"]["external-meeting-id"] == "course-1"
    assert str(event["data"]["event"]["ts"]) == parts["timestamp"][0]
    signed = f"{receiver.url}/hook?n=1".encode() + body + platform.secret.encode()
    assert path == f"/hook?n=1&checksum={hashlib.sha256(signed).hexdigest()}"


@pytest.mark.django_db
def test_hooks_hear_of_their_meeting_and_their_events_alone(receiver: Receiver) -> None:
    platform, other = Platform("school"), Platform("other")
    platform.ask("hooks/create", callbackURL=f"{receiver.url}/one", meetingID="course-2")
    platform.ask("hooks/create", callbackURL=f"{receiver.url}/two", eventID="meeting-ended,user-left")
    other.ask("hooks/create", callbackURL=f"{receiver.url}/other")
    for meeting in ("course-1", "course-2"):
        platform.meeting(meeting)
    platform.ask("end", meetingID="course-1")
    do_jobs()
    paths = [urlsplit(path).path for _, path, _ in receiver.came]
    told = set(zip(paths, told_events(receiver), strict=True))
    assert told == {("/one", "meeting-created"), ("/two", "meeting-ended")}


@pytest.mark.django_db
def test_hooks_are_made_once_listed_and_taken_away() -> None:
    platform = Platform("school")
    first = platform.ask("hooks/create", callbackURL="https://example.org/hook", meetingID="course-1")
    again = platform.ask("hooks/create", callbackURL="https://example.org/hook", meetingID="course-1")
    assert key_of(again) == ("SUCCESS", "duplicateWarning")
    assert first.findtext("hookID") == again.findtext("hookID")
    listed = platform.ask("hooks/list")
    assert listed.findtext("hooks/hook/callbackURL") == "https://example.org/hook"
    assert not list(platform.ask("hooks/list", meetingID="course-9").iter("hook"))
    assert platform.ask("hooks/destroy", hookID=first.findtext("hookID")).findtext("removed") == "true"
    assert not TenantHook.objects.exists()
    # A job that waits for one that was taken away tells nobody.
    tasks.tell_hook_of(hook_id=int(first.findtext("hookID") or 0), event={})


@pytest.mark.django_db
def test_the_end_of_a_meeting_is_told_to_the_addresses_that_wait_for_it(receiver: Receiver) -> None:
    platform = Platform("school")
    platform.meeting(
        "course 1", **{"meta_endCallbackUrl": f"{receiver.url}/end?a=1", "meetingEndedURL": f"{receiver.url}/ended"}
    )
    end_due(room_id=Room.objects.get().pk)
    do_jobs()
    said = "meetingID=course%201&recordingmarks=false"
    assert [(method, path) for method, path, _ in receiver.came] == [
        ("GET", f"/end?a=1&{said}"), ("GET", f"/ended?{said}"),
    ]  # fmt: skip


@pytest.mark.parametrize(("status", "again"), [(200, False), (302, False), (410, False), (500, True), (404, True)])
def test_what_is_not_taken_is_told_again(receiver: Receiver, status: int, again: bool) -> None:
    receiver.statuses = [status]
    if again:
        with pytest.raises(NotTaken):
            call_back(url=receiver.url)
    else:
        call_back(url=receiver.url)
    assert len(receiver.came) == 1


def test_an_address_where_nobody_answers_is_called_again(receiver: Receiver) -> None:
    with receiving() as gone:
        pass
    with pytest.raises(NotSent):
        call_back(url=gone.url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433"])
def test_nothing_of_ours_is_called(settings: Any, host: str) -> None:
    settings.CALLBACK_NETWORKS = ()
    with receiving() as inside:
        call_back(url=f"http://{host}:{inside.port}/")
        assert inside.came == []


@pytest.mark.django_db(transaction=True)
def test_the_worker_tells_until_it_is_taken_and_in_order(node: dict[str, str]) -> None:
    with receiving() as receiver:
        receiver.statuses = [503, 200]
        platform = Platform("school")
        platform.ask("hooks/create", callbackURL=f"{receiver.url}/hook")
        platform.meeting()
        platform.ask("end", meetingID="course-1")
        environment = {**node, "CALLBACK_NETWORKS": "127.0.0.0/8", "PYTHONPATH": str(ROOT)}
        worker = subprocess.Popen([sys.executable, "-m", "config.worker"], cwd=ROOT, env=environment)
        try:
            wait_for("everything to be told", lambda: len(receiver.came) >= 3)
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(timeout=30)
        assert told_events(receiver) == ["meeting-created", "meeting-created", "meeting-ended"]
