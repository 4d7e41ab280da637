"""The sign-up inbox: the log of what the intake acknowledged, and what became of each receipt."""

from django.db import models
from django.db.models.functions import Now

from entraide.volunteering.rules.words import SettledState

REJECTED = models.Q(state=SettledState.REJECTED.value)


class SignUp(models.Model):
    """One acknowledged sign-up that waits. The intake appends without Django; the drain deletes what it has settled.

    It has no index beyond its key, which grows at one end: appending costs the same however many wait. The same receipt
    may come twice, when a caller tries again; the drain keeps the first. `payload` is the checked sign-up
    (`rules.signup.CheckedSignUp` as JSON).
    """

    id = models.BigAutoField(primary_key=True)
    receipt = models.UUIDField()
    received_at = models.DateTimeField(db_default=Now())
    payload = models.JSONField()

    class Meta:
        db_table = "volunteering_signup"

    def __str__(self) -> str:
        return str(self.receipt)


class Settlement(models.Model):
    """What became of a receipt: a person, or a rejection with its reason. Its key is what makes each settled once.

    Personal data lives with the person alone: `payload` is kept of the rejected only.
    """

    receipt = models.UUIDField(primary_key=True)
    state = models.CharField(max_length=8, choices=[(state, state) for state in SettledState])
    person = models.ForeignKey("accounts.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(db_default="")
    payload = models.JSONField(db_default={})
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "volunteering_settlement"
        # The worker counts the rejected after each batch; among a country's settled they would take long to find.
        indexes = [models.Index("reason", name="settlement_rejected", condition=REJECTED)]

    def __str__(self) -> str:
        return f"{self.receipt} {self.state}"
