"""What is heard of a node: its agent's reports, complaints of participants, probes; and what is believed then."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from entraide.meetings.actions.telling import wake_watch
from entraide.meetings.models import Node, NodeEvent, Participant, Placement
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules import health
from entraide.meetings.rules.fencing import read_node_room
from entraide.meetings.rules.load import charged_pps
from entraide.meetings.rules.overload import Rung, next_rung
from entraide.meetings.rules.reports import Report, RoomLoad
from entraide.meetings.rules.words import EventKind, Health, Standing

# Complaints count for so long.
COMPLAINED_WITHIN = timedelta(seconds=10)
_SILENT = RoomLoad(heads=0, publishers=0, pps=0)
_SETTLE = """
WITH settled AS (
    SELECT * FROM json_to_recordset(%(rows)s::json) AS t(id bigint, live bigint, charged bigint, heads bigint)
)
UPDATE meetings_placement SET live_pps = settled.live, charged_pps = settled.charged, heads = settled.heads
FROM settled WHERE meetings_placement.id = settled.id
"""


class NotThere(Exception):
    """Whoever complains is in no room of that node."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a report is answered: rooms to destroy since they live elsewhere or no more, and how the node stands."""

    destroy: tuple[str, ...]
    standing: Standing
    health: Health
    rung: Rung


@transaction.atomic
def take_report(*, node_id: UUID, report: Report) -> Orders:
    """Take what an agent reports into the ledger and answer with orders. Raises Node.DoesNotExist.

    A room of ours that the report leaves out is not forgotten: it goes on being expected there until its reservation
    has run out, and belongs to the node until it is ended.
    """
    node = Node.objects.select_for_update(no_key=True).get(pk=node_id)
    now = database_now()
    placements = list(Placement.objects.charged().filter(node_id=node_id))
    load = _settle_placements(placements, report, now)
    destroy = _strangers(report, placements)
    node.load_pps, node.seen_at = load, now
    node.good_reports, node.failed_probes = node.good_reports + 1, 0
    node.reported_rooms = sum(read_node_room(name) is not None for name in report.rooms)
    node.rung = next_rung(load_percent=100 * _measured(report) / node.capacity_pps, now_on=Rung(node.rung)).value
    node.save(update_fields=["load_pps", "seen_at", "good_reports", "failed_probes", "reported_rooms", "rung"])
    if destroy:
        NodeEvent.objects.create(node=node, kind=EventKind.STALE_ROOM.value, detail={"rooms": len(destroy)})
    believed = believe(node, now=now)
    return Orders(destroy, Standing(node.standing), believed, Rung(node.rung))


@transaction.atomic
def take_down(*, node_id: UUID) -> Health:
    """Take an agent's word that the server beside it does not answer; return what is believed of the node then."""
    node = Node.objects.select_for_update(no_key=True).get(pk=node_id)
    node.good_reports = 0
    node.save(update_fields=["good_reports"])
    return believe(node, now=database_now(), says_down=True)


@transaction.atomic
def take_probe(*, node_id: UUID, succeeded: bool) -> Health:
    """Take the outcome of a probe from outside the node, and return what is believed of it then."""
    node = Node.objects.select_for_update(no_key=True).get(pk=node_id)
    now = database_now()
    if succeeded:
        node.probed_well_at, node.failed_probes = now, 0
    else:
        node.failed_probes, node.good_reports = node.failed_probes + 1, 0
        NodeEvent.objects.create(node=node, kind=EventKind.PROBE_FAILED.value)
    node.save(update_fields=["probed_well_at", "failed_probes", "good_reports"])
    return believe(node, now=now)


@transaction.atomic
def take_complaint(*, node_id: UUID, participant_id: UUID) -> int:
    """Note that a participant has lost a node; return how many complain now. Raises NotThere.

    Only who is in a room of that node may complain, and each counts once: nobody talks a node down from outside.
    """
    there = Participant.objects.present().filter(
        pk=participant_id, room__placements__in=Placement.objects.charged().filter(node_id=node_id)
    )
    if not there.exists():
        raise NotThere
    NodeEvent.objects.create(node_id=node_id, kind=EventKind.COMPLAINT.value, participant=participant_id)
    return complaints_about(node_id, now=database_now())


def complaints_about(node_id: UUID, *, now: datetime) -> int:
    """Return how many participants have lately complained about a node."""
    lately = NodeEvent.objects.filter(
        node_id=node_id, kind=EventKind.COMPLAINT.value, at__gt=now - COMPLAINED_WITHIN, participant__isnull=False
    )
    return lately.values("participant").distinct().count()


def believe(node: Node, *, now: datetime, says_down: bool = False) -> Health:
    """Judge a node whose row is locked, and keep what is believed."""
    before = Health(node.health)
    after = health.settle(replace(_seen(node, now), says_down=says_down))
    if after != before:
        node.health, node.health_at = after.value, now
        # Who was doubted has to show again, from here on, that it is well.
        node.good_reports = node.good_reports if after == Health.RETURNING else 0
        node.save(update_fields=["health", "health_at", "good_reports"])
        NodeEvent.objects.create(
            node=node, kind=EventKind.HEALTH.value, detail={"from": before.value, "to": after.value}
        )
        if after == Health.DEAD:
            wake_watch()
    return after


def _seen(node: Node, now: datetime) -> health.Seen:
    return health.Seen(
        health=Health(node.health),
        silent_for=now - node.seen_at,
        failed_probes=node.failed_probes,
        good_reports=node.good_reports,
        complaints=complaints_about(node.pk, now=now),
        rooms=node.reported_rooms,
        probed_well_since_silent=node.probed_well_at is not None and node.probed_well_at > node.seen_at,
    )


def _settle_placements(placements: list[Placement], report: Report, now: datetime) -> int:
    """Write what each placement charges now; return the sum, which is the node's load."""
    rows = []
    for placement in placements:
        load = report.rooms.get(str(placement), _SILENT)
        charged = charged_pps(expected=placement.expected_pps, live=load.pps, age=now - placement.placed_at)
        rows.append({"id": placement.pk, "live": load.pps, "charged": charged, "heads": load.heads})
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, {"rows": json.dumps(rows)})
    return sum(row["charged"] for row in rows)


def _strangers(report: Report, placements: list[Placement]) -> tuple[str, ...]:
    """Return the rooms of ours that a node has and should not have: of an earlier epoch, or ended."""
    ours = {str(placement) for placement in placements}
    return tuple(name for name in report.rooms if name not in ours and read_node_room(name) is not None)


def _measured(report: Report) -> int:
    return sum(load.pps for load in report.rooms.values())
