"""The table of volunteers: what a person tells the reserve about themselves."""

from django.db import models
from django.db.models import Q

from entraide.foundation.ids import new_secret
from entraide.foundation.records import Record
from entraide.volunteering.models.columns import one_of, words
from entraide.volunteering.rules.words import ReserveState


class Volunteer(Record):
    """A person's profile in the reserve. `declared` are the requirement codes that the person said to fulfil.

    Whoever holds `calendar_token` reads the person's calendar: it is changed on demand.
    """

    person = models.OneToOneField("accounts.Person", on_delete=models.PROTECT, related_name="+")
    birth_date = models.DateField(null=True)
    postcode = models.CharField(max_length=5, blank=True)
    commune = models.ForeignKey("territories.Commune", on_delete=models.SET_NULL, related_name="+", null=True)
    domains = words()
    activities = words()
    languages = words()
    availability = words()
    declared = words(size=60)
    radius_km = models.PositiveSmallIntegerField(default=20)
    reserve_state = models.CharField(max_length=16, default=ReserveState.REGISTERED.value)
    calendar_token = models.UUIDField(default=new_secret, unique=True, editable=False)

    class Meta:
        constraints = [
            one_of("reserve_state", ReserveState, name="volunteer_reserve_state_is_known"),
            models.CheckConstraint(condition=Q(radius_km__range=(1, 1000)), name="volunteer_radius_in_range"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
