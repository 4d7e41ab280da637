"""The sign-up inbox: what the intake acknowledged and the worker turns into people."""

from django.db import models
from django.db.models.functions import Now

from entraide.volunteering.rules.words import SignUpState


class SignUp(models.Model):
    """One acknowledged sign-up. The intake process writes it without Django, so every default is the database's.

    `payload` is the checked sign-up (`rules.signup.CheckedSignUp` as JSON); it is emptied when the person exists, so
    that personal data lives in one place. `key` makes a retry harmless; `digest` tells whether the content is the same.
    """

    id = models.BigAutoField(primary_key=True)
    receipt = models.UUIDField(unique=True)
    received_at = models.DateTimeField(db_default=Now())
    key = models.BinaryField(unique=True)
    digest = models.BinaryField()
    payload = models.JSONField(db_default={})
    state = models.CharField(
        max_length=8, choices=[(state, state) for state in SignUpState], db_default=SignUpState.RECEIVED
    )
    person = models.ForeignKey("accounts.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(db_default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "volunteering_signup"
        indexes = [
            # The worker asks for what waits, oldest first; what is settled is never read in this order.
            models.Index(fields=["id"], condition=models.Q(state="received"), name="signup_waiting"),
            models.Index(fields=["settled_at"], name="signup_settled"),
        ]

    def __str__(self) -> str:
        return str(self.receipt)
