"""The table of the inbox, which the platform made."""

from django.db import models


class SignUpRow(models.Model):
    """A row of the inbox."""

    id = models.BigAutoField(primary_key=True)
    receipt = models.UUIDField()
    received_at = models.DateTimeField()
    payload = models.JSONField()

    class Meta:
        managed = False
        db_table = "volunteering_signup"

    def __str__(self) -> str:
        return str(self.receipt)
