"""Other slots to propose to somebody who lost or did not get a place."""

from datetime import datetime, timedelta

from django.db.models import Case, IntegerField, Q, Value, When

from entraide.territories.api import within_km
from entraide.volunteering.facts import BARRED_ORGANISATIONS
from entraide.volunteering.models import Mission, Slot
from entraide.volunteering.rules.states import MissionState

RADIUS_KM = 30
SPAN = timedelta(days=14)


def slots_near(*, slot: Slot, now: datetime, limit: int = 3) -> list[Slot]:
    """Return open slots like this one, whose mission is loaded: the same mission's first, then near, then remote.

    Two queries at most.
    """
    mission = slot.mission
    free = (
        Slot.objects.live()
        .ahead(now)
        .with_places()
        .filter(starts_at__lte=max(slot.starts_at, now) + SPAN, mission__state=MissionState.ONLINE.value)
        .exclude(pk=slot.pk)
        .exclude(mission__organisation__state__in=BARRED_ORGANISATIONS)
    )
    same_kind = Q(mission__kind=mission.kind)
    near = Q(mission=mission.pk) | (same_kind & Q(mission__mode="remote"))
    if mission.latitude is not None and mission.longitude is not None:
        around = within_km(
            Mission.objects.with_places(), latitude=mission.latitude, longitude=mission.longitude, km=RADIUS_KM
        )
        near |= same_kind & Q(mission__in=around.values("pk"))
    rank = Case(
        When(mission=mission.pk, then=Value(0)),
        When(mission__mode="remote", then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return list(free.filter(near).annotate(rank=rank).select_related("mission").order_by("rank", "starts_at")[:limit])
