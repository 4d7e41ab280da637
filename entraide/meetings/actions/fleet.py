"""What an operator does with pools and nodes: add, drain, put back into service, retire."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts.api import Deed
from entraide.journal.api import record
from entraide.meetings.models import Node, NodeEvent, Placement, Pool
from entraide.meetings.rules.words import DriverKind, EventKind, Standing


class NotEmpty(Exception):
    """The node still has rooms."""


@dataclass(frozen=True, slots=True)
class NodeDetails:
    """What a node is: its name, what runs on it, where gateways reach it, what it was measured to forward."""

    name: str
    driver: DriverKind
    url: str
    capacity_pps: int
    is_guaranteed: bool = False


@transaction.atomic
def add_node(*, pool: Pool, details: NodeDetails) -> Node:
    """Add a node. It gets rooms once its agent has reported three times that it is well and empty."""
    node = Node.objects.create(
        pool=pool,
        name=details.name,
        driver=details.driver.value,
        url=details.url,
        capacity_pps=details.capacity_pps,
        is_guaranteed=details.is_guaranteed,
    )
    NodeEvent.objects.create(node=node, kind=EventKind.ADDED.value)
    return node


@transaction.atomic
def drain_node(*, node_id: UUID, deadline: datetime | None, deed: Deed | None = None) -> None:
    """Give a node no more rooms; those that it has end by themselves, or move when the deadline has come.

    Draining it again sets another deadline. Raises Node.DoesNotExist.
    """
    _stand(node_id, Standing.DRAINING, deadline, deed)


@transaction.atomic
def put_in_service(*, node_id: UUID, deed: Deed | None = None) -> None:
    """Let a node get rooms again. Raises Node.DoesNotExist."""
    _stand(node_id, Standing.IN_SERVICE, None, deed)


@transaction.atomic
def retire_node(*, node_id: UUID) -> None:
    """Take a node out for good. Raises NotEmpty, Node.DoesNotExist."""
    node = Node.objects.select_for_update(no_key=True).get(pk=node_id)
    if Placement.objects.charged().filter(node=node).exists():
        raise NotEmpty
    _stand(node_id, Standing.RETIRED, None, None)


def _stand(node_id: UUID, standing: Standing, deadline: datetime | None, deed: Deed | None) -> None:
    node = Node.objects.select_for_update(no_key=True).get(pk=node_id)
    before = node.standing
    node.standing, node.drain_deadline = standing.value, deadline
    node.save(update_fields=["standing", "drain_deadline"])
    NodeEvent.objects.create(node=node, kind=EventKind.STANDING.value, detail={"from": before, "to": standing.value})
    # Whoever does it by a command has the host's own log.
    if deed:
        record(
            actor=deed.actor, role=deed.role, verb=f"media_node.{standing.value}", thing_kind="media_node",
            thing_id=node.pk, detail={"node": node.name}, now=deed.now,
        )  # fmt: skip
