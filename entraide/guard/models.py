"""Tables of the guard: keys of writes already done, and counters of windows of time."""

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
