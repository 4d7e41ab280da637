"""The journal's one table. A trigger refuses every change to what is written."""

from django.db import models


class Entry(models.Model):
    """Who did what to what, in which role, by which request. Names stay out: only ids that mean nothing elsewhere."""

    at = models.DateTimeField(db_index=True)
    actor = models.UUIDField(null=True)
    role = models.TextField(blank=True)
    verb = models.TextField()
    thing_kind = models.TextField()
    thing_id = models.TextField()
    detail = models.JSONField(default=dict)
    request_id = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["thing_kind", "thing_id", "at"], name="entry_of_thing"),
            models.Index(fields=["actor", "at"], name="entry_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.verb} {self.thing_kind} {self.thing_id}"
