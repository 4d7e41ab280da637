"""The ledger that makes each message go once."""

from django.db import models
from django.db.models import Q

from entraide.foundation.records import Record
from entraide.volunteering.models.columns import one_of
from entraide.volunteering.rules.words import NoticeKind


class Notice(Record):
    """One message to one person. It is written with the change it tells of; its key makes a second one impossible.

    `detail` holds what the rows will no longer say when the message is read, such as a slot's former time.
    """

    kind = models.CharField(max_length=20)
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    participation = models.ForeignKey(
        "volunteering.Participation", on_delete=models.CASCADE, related_name="+", null=True
    )
    slot = models.ForeignKey("volunteering.Slot", on_delete=models.CASCADE, related_name="+", null=True)
    dedupe_key = models.CharField(max_length=120, unique=True)
    detail = models.JSONField(default=dict, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [one_of("kind", NoticeKind, name="notice_kind_is_known")]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notice_of_person"),
            models.Index(fields=["created_at"], name="notice_to_send", condition=Q(sent_at=None)),
        ]

    def __str__(self) -> str:
        return str(self.pk)
