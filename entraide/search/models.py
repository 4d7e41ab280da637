"""The feed of changes that every node's indexer follows."""

import uuid

from django.db import models
from django.db.models import BigIntegerField, Func, TextField
from django.db.models.functions import Cast, Now


def _this_transaction() -> Cast:
    """Return the number of the transaction that writes, whose own type becomes a number by way of a text only."""
    return Cast(Cast(Func(function="pg_current_xact_id"), TextField()), BigIntegerField())


class Change(models.Model):
    """Something that can be found has changed, come or gone, in a transaction.

    Transactions end in another order than they begin in, so the feed is followed by their numbers, never by `id`: only
    what lies before the oldest transaction that still runs is known to be all there.
    """

    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=64)
    transaction = models.BigIntegerField(db_default=_this_transaction())
    noted_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["transaction"], name="change_by_transaction")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Feed(models.Model):
    """The one row that tells this feed from another database's, and before which transaction it holds nothing more."""

    ONLY = 1

    database = models.UUIDField(default=uuid.uuid4)
    pruned_before = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="feed_is_one")]

    def __str__(self) -> str:
        return str(self.database)
