"""Tables of the guard: keys of writes already done, counters of windows of time, the alarm, and what lets one sign-up
through.

The sign-up process writes the last three without Django. Counts and the alarm are of the last minutes only and are not
logged: a crash of the database empties them, and writing them costs no wait for the disk. What was used up is written
in the transaction of the sign-up that used it, and survives like it.
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
    """How many sign-ups came within one minute from one place, all processes together, and how many are free there.
    Nobody can tell the place from its key."""

    key = models.BinaryField(primary_key=True)
    count = models.IntegerField()
    ends_at = models.DateTimeField()
    # A process of before this column tells none: its counts are heard by those that tell the same place.
    free = models.IntegerField(db_default=2**31 - 1)

    class Meta:
        db_table = "guard_tally"

    def __str__(self) -> str:
        return f"{self.ends_at:%Y-%m-%d %H:%M} {self.count}"


class AlarmRow(models.Model):
    """The alarm of all processes, one row: `rules.proofs.Alarm`, and what they saw since it was moved."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    moved_at = models.DateTimeField(db_default=Now())
    step = models.SmallIntegerField(db_default=0)
    pressed_seconds = models.FloatField(db_default=0)
    calm_seconds = models.FloatField(db_default=0)
    came = models.BigIntegerField(db_default=0)
    abusive = models.BigIntegerField(db_default=0)
    fill = models.FloatField(db_default=0)

    class Meta:
        db_table = "guard_alarm"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="guard_alarm_is_one")]

    def __str__(self) -> str:
        return f"step {self.step}"


class Spent(models.Model):
    """A ticket of the line, a proof of work, or what stood for one, and the receipt of the one sign-up that it let
    through."""

    mark = models.BinaryField(primary_key=True)
    receipt = models.UUIDField()
    spent_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "guard_spent"

    def __str__(self) -> str:
        return str(self.receipt)
