"""The table behind the feed of changes: a row for each mission that was ever public."""

from django.db import models


class Change(models.Model):
    """That a mission became another for the public, or is gone.

    `modified` grows with each round of the only writer, whose rows appear together: nobody who reads on from a place
    in the order (modified, mission) ever misses one that appears before it.
    """

    mission = models.UUIDField(primary_key=True)
    modified = models.BigIntegerField()
    is_deleted = models.BooleanField(default=False)
    fingerprint = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [models.Index(fields=["modified", "mission"], name="change_in_order")]

    def __str__(self) -> str:
        return f"{self.mission} {self.modified}"
