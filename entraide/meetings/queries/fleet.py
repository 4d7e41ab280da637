"""What the rules need to know of pools and nodes when a room is placed."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from entraide.meetings import models
from entraide.meetings.queries.moment import database_now
from entraide.meetings.rules.load import usable_pps
from entraide.meetings.rules.placement import NodeFacts
from entraide.meetings.rules.pools import BusyHours, Fleet, Loan
from entraide.meetings.rules.words import Health, Standing

# Plain SQL: this is read for every room that is placed, and building a hundred rows of the model took longer.
_NODES = """
SELECT id, pool_id, load_pps, capacity_pps, clock_timestamp() - seen_at, standing, health, is_guaranteed
FROM meetings_node WHERE pool_id = ANY(%s) AND standing = 'in_service' AND health = 'fresh'
"""


def nodes_of(pools: Sequence[UUID]) -> list[NodeFacts]:
    """Return the nodes of these pools that are in service and fresh."""
    with connection.cursor() as cursor:
        cursor.execute(_NODES, [list(pools)])
        return [
            NodeFacts(
                key=key,
                pool=pool,
                load_pps=load,
                usable_pps=usable_pps(capacity),
                silent_for=silent_for,
                standing=Standing(standing),
                health=Health(health),
                is_guaranteed=is_guaranteed,
            )
            for key, pool, load, capacity, silent_for, standing, health, is_guaranteed in cursor.fetchall()
        ]


def own_fleet(pool_id: UUID) -> Fleet:
    """Return a pool's own nodes alone, which nearly every room finds its place among."""
    return Fleet(nodes=nodes_of([pool_id]))


def lent_fleet(pool_id: UUID) -> Fleet:
    """Return a pool's own nodes and those of all who lend to it."""
    loans = list(models.Loan.objects.filter(borrower_id=pool_id).select_related("lender").order_by("rank", "pk"))
    local = timezone.localtime(database_now())
    busy: frozenset[Hashable] = frozenset(loan.lender_id for loan in loans if _is_busy(loan.lender, local))
    return Fleet(
        nodes=nodes_of([pool_id, *(loan.lender_id for loan in loans)]),
        loans=[
            Loan(
                lender=loan.lender_id,
                above_free_percent=loan.above_free_percent,
                most_heads=loan.most_heads,
                outside_busy_hours=loan.outside_busy_hours,
            )
            for loan in loans
        ],
        busy=busy,
    )


def _is_busy(pool: models.Pool, local: datetime) -> bool:
    if pool.busy_from is None or pool.busy_until is None:
        return False
    return BusyHours(pool.busy_from, pool.busy_until, frozenset(pool.busy_weekdays)).holds(local)
