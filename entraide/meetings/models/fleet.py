"""The tables of the fleet: pools, what they lend one another, and the nodes with their ledger of load."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from entraide.foundation.records import Record
from entraide.meetings.models.columns import one_of
from entraide.meetings.rules.overload import Rung
from entraide.meetings.rules.words import DriverKind, Health, Standing


class Pool(Record):
    """Nodes kept for some tenants. In its busy hours, local time, it lends nothing to who may borrow outside them."""

    key = models.SlugField(max_length=40, unique=True)
    busy_from = models.TimeField(null=True, blank=True)
    busy_until = models.TimeField(null=True, blank=True)
    # Days on which the hours hold, Monday being 0.
    busy_weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(busy_from=None, busy_until=None) | Q(busy_until__gt=F("busy_from")),
                name="pool_busy_hours_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Loan(models.Model):
    """That rooms of one pool may go to nodes of another, and within which bounds. Lenders are tried by `rank`."""

    borrower = models.ForeignKey("meetings.Pool", on_delete=models.CASCADE, related_name="loans")
    lender = models.ForeignKey("meetings.Pool", on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveSmallIntegerField(default=0)
    above_free_percent = models.PositiveSmallIntegerField(default=30)
    most_heads = models.PositiveIntegerField(null=True, blank=True)
    outside_busy_hours = models.BooleanField(default=False)

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["borrower", "lender"], name="loan_once"),
            models.CheckConstraint(condition=~Q(borrower=F("lender")), name="loan_from_another"),
            models.CheckConstraint(condition=Q(above_free_percent__lte=100), name="loan_percent_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.borrower_id} {self.lender_id}"


class NodeQuerySet(models.QuerySet["Node"]):
    """Named filters."""

    def watched(self) -> Self:
        """Keep those whose health matters."""
        return self.exclude(standing=Standing.RETIRED.value)


class Node(Record):
    """A media server.

    `load_pps` is the sum of what its placements charge, changed in their transactions, so that a burst of rooms is
    counted as it comes. `seen_at` and everything that ages is by the clock of the database.
    """

    pool = models.ForeignKey("meetings.Pool", on_delete=models.PROTECT, related_name="nodes")
    name = models.SlugField(max_length=60, unique=True)
    driver = models.CharField(max_length=12)
    url = models.CharField(max_length=300)
    capacity_pps = models.PositiveIntegerField()
    load_pps = models.BigIntegerField(default=0)
    is_guaranteed = models.BooleanField(default=False)
    standing = models.CharField(max_length=12, default=Standing.IN_SERVICE.value)
    drain_deadline = models.DateTimeField(null=True)
    health = models.CharField(max_length=12, default=Health.RETURNING.value)
    health_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    probed_well_at = models.DateTimeField(null=True)
    good_reports = models.PositiveIntegerField(default=0)
    failed_probes = models.PositiveIntegerField(default=0)
    reported_rooms = models.PositiveIntegerField(default=0)
    rung = models.PositiveSmallIntegerField(default=Rung.GROUND.value)

    objects = NodeQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("driver", DriverKind, name="node_driver_is_known"),
            one_of("standing", Standing, name="node_standing_is_known"),
            one_of("health", Health, name="node_health_is_known"),
            models.CheckConstraint(condition=Q(load_pps__gte=0), name="node_load_not_negative"),
            models.CheckConstraint(condition=Q(capacity_pps__range=(1, 100_000_000)), name="node_capacity_in_bounds"),
            models.CheckConstraint(
                condition=Q(standing=Standing.DRAINING.value) | Q(drain_deadline=None), name="node_deadline_of_drain"
            ),
        ]
        indexes = [models.Index(fields=["pool"], name="node_of_pool")]

    def __str__(self) -> str:
        return self.name
