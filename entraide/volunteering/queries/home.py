"""The numbers of the home page: counted, never estimated."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum

from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.models import Mission, Participation, Slot
from entraide.volunteering.queries.kept import Kept
from entraide.volunteering.rules.states import TAKES, MissionState

RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class HomeNumbers:
    """What is needed now, and what was given lately.

    `slots` have a place and are ahead; `places_given` counts confirmed places of the last 30 days; `priorities` are the
    missions that referents named first.
    """

    missions: int
    slots: int
    places_left: int
    organisations: int
    departements: int
    places_given: int
    priorities: int


_kept: Kept[HomeNumbers] = Kept(seconds=30, most=1)


def home_numbers(*, now: datetime) -> HomeNumbers:
    """Count the open missions, their slots and places, and the places confirmed in the last 30 days.

    Three queries, kept for half a minute: everybody asks for the same numbers.
    """
    return _kept.get("", lambda: _count(now))


def _count(now: datetime) -> HomeNumbers:
    rows = Mission.objects.with_places().ahead(now).exclude(organisation__state__in=BARRED_ORGANISATIONS)
    found = rows.aggregate(
        missions=Count("pk"),
        places=Sum("places_left", default=0),
        organisations=Count("organisation", distinct=True),
        departements=Count("departement_code", distinct=True),
        priorities=Count("pk", filter=Q(is_priority=True)),
    )
    given = Participation.objects.filter(
        state__in=[state.value for state in TAKES], confirmed_at__gt=now - RECENT, confirmed_at__lte=now
    )
    slots = Slot.objects.live().ahead(now).with_places().filter(mission__state=MissionState.ONLINE.value)
    return HomeNumbers(
        missions=found["missions"],
        slots=slots.exclude(mission__organisation__state__in=BARRED_ORGANISATIONS).count(),
        places_left=found["places"],
        organisations=found["organisations"],
        departements=found["departements"],
        places_given=given.aggregate(seats=Sum("seats", default=0))["seats"],
        priorities=found["priorities"],
    )
