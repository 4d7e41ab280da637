"""The table of official alerts, as they were received."""

from django.db import models

from entraide.exchange.rules.alerts import AlertOutcome
from entraide.foundation.records import Record


class Alert(Record):
    """A message of the Common Alerting Protocol 1.2. `document` is every byte of it, its signature with it.

    `is_signed` says that it carries a signature, which is kept and not verified here.
    """

    partner = models.ForeignKey("exchange.Partner", on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=200)
    sender = models.CharField(max_length=200)
    sent = models.DateTimeField()
    status = models.CharField(max_length=10)
    message_type = models.CharField(max_length=10)
    outcome = models.CharField(max_length=12)
    proposal_id = models.UUIDField(null=True)
    is_signed = models.BooleanField(default=False)
    document = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "identifier"], name="alert_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=[each.value for each in AlertOutcome]), name="alert_outcome_is_known"
            ),
        ]
        indexes = [models.Index(fields=["-created_at"], name="alert_latest")]

    def __str__(self) -> str:
        return f"{self.sender},{self.identifier}"
