"""What the agents of nodes report over HTTP: each for its own node alone, and what is believed of it then."""

import json
import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse

from entraide.foundation import clock
from entraide.meetings.actions.watching import watch_once
from entraide.meetings.drivers import janus_server
from entraide.meetings.drivers.janus_server import JanusPlace
from entraide.meetings.models import Node, Pool
from entraide.meetings.rules import calls
from entraide.meetings.rules.node_secrets import node_root, node_secret
from tests.meetings.media_servers import free_ports
from tests.meetings.situations import live_placement, node_well, placed, time_passes
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db


def told(body: object, *, node: UUID, key: str = "", at: int = 0) -> HttpResponse:
    """Report as the agent of a node does; signed with another key, or at another time, where they are given."""
    path, sent = f"/v1/media-nodes/{node}/report", json.dumps(body).encode()
    secret = key or node_secret(node_root(settings.SECRET_KEY), node=node)
    signed = calls.signed(path=path, body=sent, key=secret.encode(), at=at or int(clock.now().timestamp()))
    return cast(
        HttpResponse,
        StrictClient().generic("POST", path, sent, content_type="application/json", headers={calls.HEADER: signed}),
    )


def test_a_node_comes_into_service_by_reports_and_is_told_what_it_should_not_have(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    room = placed(pool, heads=6)
    ours, strange = f"{room.pk}.{room.epoch}", f"{room.pk}.{room.epoch + 7}"
    answer = told({"rooms": {ours: [3, 3, 700], strange: [1, 1, 10], "not ours": [9, 9, 9]}}, node=node.pk)
    assert (answer.status_code, json.loads(answer.content)) == (200, {"destroy": [strange], "health": "fresh"})
    placement = live_placement(room)
    assert placement and (placement.heads, placement.live_pps) == (3, 700)


def test_a_node_whose_agent_says_that_its_server_is_down_has_lost_its_rooms_at_once(pool: Pool) -> None:
    node = node_well("n1", pool=pool)
    room = placed(pool, heads=6)
    other = node_well("n2", pool=pool)
    assert json.loads(told({"down": True}, node=node.pk).content) == {"destroy": [], "health": "dead"}
    watch_once()
    placement = live_placement(room)
    assert placement and placement.node_id == other.pk
    # It comes back when it has shown three times that it is well and empty.
    healths = [json.loads(told({"rooms": {}}, node=node.pk).content)["health"] for _ in range(4)]
    assert healths[0] == "returning" and healths[-1] == "fresh"


@pytest.mark.parametrize("trouble", ["another node's secret", "an hour old", "no such node", "unsigned"])
def test_nobody_reports_for_a_node_but_its_own_agent(pool: Pool, trouble: str) -> None:
    node, other = node_well("n1", pool=pool), node_well("n2", pool=pool)
    match trouble:
        case "another node's secret":
            answer = told({"down": True}, node=node.pk, key=node_secret(node_root(settings.SECRET_KEY), node=other.pk))
        case "an hour old":
            answer = told({"down": True}, node=node.pk, at=int(clock.now().timestamp()) - 3600)
        case "no such node":
            answer = told({"down": True}, node=uuid4())
        case _:
            posted = StrictClient().post(f"/v1/media-nodes/{node.pk}/report", {"down": True}, "application/json")
            answer = cast(HttpResponse, posted)
    assert answer.status_code == 404
    assert set(Node.objects.values_list("health", flat=True)) == {"fresh"}


@pytest.mark.parametrize("body", [[], {}, {"rooms": []}, {"rooms": {"x": 1}}, {"rooms": {"x": [1, 2, 3]}}, "x"])
def test_a_report_that_cannot_be_read_is_refused_and_changes_nothing(pool: Pool, body: object) -> None:
    node = node_well("n1", pool=pool)
    answer = told(body, node=node.pk)
    assert answer.status_code == 400
    assert Node.objects.get(pk=node.pk).health == "fresh"


def test_a_platform_that_heard_nothing_of_anybody_asks_the_nodes_before_it_takes_them_for_dead(
    pool: Pool, tmp_path: Path
) -> None:
    if not janus_server.installed():
        pytest.skip("Janus is not on this machine: apt-get install janus")
    http, ws, admin = free_ports(3)
    place = JanusPlace(tmp_path / "janus", http_port=http, ws_port=ws, admin_port=admin)
    node = node_well("n1", pool=pool)
    Node.objects.filter(pk=node.pk).update(driver="janus", url=f"ws://127.0.0.1:{ws}")
    room = placed(pool, heads=6)
    with janus_server.running(place) as process:
        time_passes(timedelta(seconds=12))
        watch_once()
        assert Node.objects.get(pk=node.pk).health == "suspect"
        assert live_placement(room)
        # One that has frozen takes connections, and says nothing.
        os.kill(process.pid, signal.SIGSTOP)
        try:
            watch_once()
            assert Node.objects.get(pk=node.pk).health == "suspect"
            time_passes(timedelta(seconds=20))
            watch_once()
        finally:
            os.kill(process.pid, signal.SIGCONT)
    assert Node.objects.get(pk=node.pk).health == "dead"
    assert live_placement(room) is None
