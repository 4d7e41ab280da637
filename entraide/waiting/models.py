"""Tables of the waiting line. The intake process writes all of them without Django."""

from django.db import models
from django.db.models.functions import Now


class LineRow(models.Model):
    """The line, one row. `state` is `rules.line.Line` as JSON; the counters are what processes saw since it was moved.

    `is_paused`, `most_per_second` and `asks_proof` are what people or the crisis ask for; the line follows. The worker
    says in `lag_seconds` how long the oldest sign-up has waited for it.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    state = models.JSONField(null=True)
    moved_at = models.DateTimeField(db_default=Now())
    is_paused = models.BooleanField(db_default=False)
    most_per_second = models.FloatField(null=True)
    asks_proof = models.BooleanField(db_default=False)
    kept = models.BigIntegerField(db_default=0)
    refused = models.BigIntegerField(db_default=0)
    came = models.BigIntegerField(db_default=0)
    fill = models.FloatField(db_default=0)
    lag_seconds = models.FloatField(db_default=0)

    class Meta:
        db_table = "waiting_line"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="waiting_line_is_one")]

    def __str__(self) -> str:
        return "the line"


class TicketSecond(models.Model):
    """How many tickets were issued within one second since 1970."""

    second = models.BigIntegerField(primary_key=True)
    tickets = models.IntegerField()

    class Meta:
        db_table = "waiting_second"

    def __str__(self) -> str:
        return f"{self.second}: {self.tickets}"


class ToTell(models.Model):
    """Somebody who asked to be told when signing up is possible at once. Deleted when the mail is queued."""

    email = models.TextField(unique=True)
    locale = models.CharField(max_length=5)
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "waiting_to_tell"

    def __str__(self) -> str:
        return str(self.pk)
