"""The table of how often people with a role are told of what waits for them, and when they were told last."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from entraide.accounts.rules import Cadence, WorkMail
from entraide.foundation.records import Record


class WorkMailWish(Record):
    """One person's wish for one kind of mail. Without a row the usual cadence holds and nothing was sent yet."""

    CADENCES = {
        Cadence.EACH.value: _("As it comes, at most once an hour, and each morning while something waits"),
        Cadence.DAILY.value: _("Each morning while something waits"),
        Cadence.NEVER.value: _("Never"),
    }

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)
    cadence = models.CharField(max_length=6, choices=CADENCES)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="work_mail_once_per_kind"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in WorkMail]), name="work_mail_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(cadence__in=[cadence.value for cadence in Cadence]),
                name="work_mail_cadence_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cadence}"
