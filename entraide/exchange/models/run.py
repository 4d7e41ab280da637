"""The tables of runs: what became of each feed that was fetched, line by line."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from entraide.exchange.rules.words import Outcome, RunState
from entraide.foundation.records import Record


class Run(Record):
    """One reading of a partner's feed. `reason` is a code of rules.reasons; counts are of missions."""

    STATES = {
        RunState.RUNNING.value: _("Under way"),
        RunState.DONE.value: _("Done"),
        RunState.HELD.value: _("Nothing withdrawn"),
        RunState.FAILED.value: _("Failed"),
    }

    partner = models.ForeignKey("exchange.Partner", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=STATES, default=RunState.RUNNING.value)
    reason = models.CharField(max_length=30, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    absent = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["partner", "-started_at"], name="run_of_partner")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[each.value for each in RunState]), name="run_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Line(models.Model):
    """What became of one mission in a run. Those that were as before have no line: they are counted."""

    OUTCOMES = {
        Outcome.CREATED.value: _("New"),
        Outcome.CHANGED.value: _("Changed"),
        Outcome.REFUSED.value: _("Refused"),
        Outcome.WITHDRAWN.value: _("Withdrawn"),
        Outcome.KEPT.value: _("Absent, kept online"),
    }

    run = models.ForeignKey("exchange.Run", on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    client_id = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    code = models.CharField(max_length=30, blank=True)
    field = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="line_of_run")]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"
