"""Tables of the guard: keys of writes already done, counters of windows of time, and what lets a sign-up through once.

The sign-up process writes the last two without Django. They hold the last minutes only and are not logged, so that a
crash of the database empties them, and writing them costs no wait for the disk.
"""

from django.db import models
from django.db.models.functions import Now


class DoneOnce(models.Model):
    """A write that was done under an idempotency key, and the answer that it got."""

    scope = models.TextField()
    key = models.TextField()
    digest = models.BinaryField()
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="done_once_per_key")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class Bound(models.Model):
    """How often something happened within one window of time."""

    key = models.TextField()
    window_start = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window_start"], name="bound_once_per_window")]

    def __str__(self) -> str:
        return f"{self.key} {self.window_start:%Y-%m-%d %H:%M} {self.count}"


class Tally(models.Model):
    """How many sign-ups came within one minute from one place, all processes together. Nobody can tell the place from
    its key."""

    key = models.BinaryField(primary_key=True)
    count = models.IntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "guard_tally"

    def __str__(self) -> str:
        return f"{self.ends_at:%Y-%m-%d %H:%M} {self.count}"


class Spent(models.Model):
    """A proof of work, or what stood for one, and the receipt of the one sign-up that it let through."""

    mark = models.BinaryField(primary_key=True)
    receipt = models.UUIDField()
    spent_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "guard_spent"

    def __str__(self) -> str:
        return str(self.receipt)
