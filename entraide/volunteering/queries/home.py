"""The numbers of the home page: counted, never estimated."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Sum

from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.models import Mission, Participation
from entraide.volunteering.rules.states import TAKES

RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class HomeNumbers:
    """What is needed now, and what was given lately. `places_given` counts confirmed places of the last 30 days."""

    missions: int
    places_left: int
    organisations: int
    departements: int
    places_given: int


def home_numbers(*, now: datetime) -> HomeNumbers:
    """Count the open missions, their places, and the places confirmed in the last 30 days. Two queries."""
    rows = Mission.objects.with_places().ahead(now).exclude(organisation__state__in=BARRED_ORGANISATIONS)
    found = rows.aggregate(
        missions=Count("pk"),
        places=Sum("places_left", default=0),
        organisations=Count("organisation", distinct=True),
        departements=Count("departement_code", distinct=True),
    )
    given = Participation.objects.filter(
        state__in=[state.value for state in TAKES], confirmed_at__gt=now - RECENT, confirmed_at__lte=now
    )
    return HomeNumbers(
        missions=found["missions"],
        places_left=found["places"],
        organisations=found["organisations"],
        departements=found["departements"],
        places_given=given.count(),
    )
