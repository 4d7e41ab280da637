"""The table of saved searches: what somebody looks for, and how they are told of something new."""

from uuid import uuid4

from django.db import models

from entraide.foundation.records import Record
from entraide.volunteering.models.columns import one_of
from entraide.volunteering.rules.saved_searches import LONGEST_NAME, LONGEST_QUERY, Cadence


class SavedSearch(Record):
    """A search of missions that its person keeps. `query` is the address of the list, as it is written shortest.

    Missions published up to `looked_at` have been told of, or were there before. Whoever holds `feed_token` reads the
    search's feed; whoever holds `stop_token` ends its mails.
    """

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY)
    cadence = models.CharField(max_length=8)
    looked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    feed_token = models.UUIDField(default=uuid4, unique=True, editable=False)
    stop_token = models.UUIDField(default=uuid4, unique=True, editable=False)

    class Meta:
        constraints = [one_of("cadence", Cadence, name="saved_search_cadence_is_known")]
        indexes = [
            models.Index(fields=["person", "created_at"], name="saved_search_of_person"),
            models.Index(fields=["cadence", "looked_at"], name="saved_search_to_look_at"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
