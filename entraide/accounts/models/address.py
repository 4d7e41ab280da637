"""The table of changes of a mail address: asked for, confirmed by a code, undone by a link."""

from datetime import datetime
from typing import Self

from django.db import models

from entraide.foundation.records import Record


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    """Named filters of changes of an address."""

    def waiting(self, now: datetime) -> Self:
        """Return those whose code still counts."""
        return self.filter(done_at=None, code_ends_at__gt=now)

    def undoable(self, now: datetime) -> Self:
        """Return those that were confirmed and can still be undone."""
        return self.filter(done_at__isnull=False, undone_at=None, undo_ends_at__gt=now)

    def past(self, now: datetime) -> Self:
        """Return those that no code and no link brings back: nothing is gained by keeping their addresses."""
        return self.filter(models.Q(done_at=None, code_ends_at__lte=now) | models.Q(undo_ends_at__lte=now))


class AddressChange(Record):
    """A person's wish to be reached elsewhere. It counts once a code sent to the new address was typed.

    Of the code and of the secret of the undo link only digests are kept.
    """

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    from_address = models.EmailField()
    to_address = models.EmailField()
    code_digest = models.CharField(max_length=64)
    code_ends_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    undo_digest = models.CharField(max_length=64, blank=True)
    undo_ends_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(done_at=None), name="address_change_once_while_waiting"
            ),
            models.UniqueConstraint(
                fields=["undo_digest"], condition=~models.Q(undo_digest=""), name="address_change_by_its_link"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
