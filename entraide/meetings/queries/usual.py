"""How large a tenant's rooms usually get."""

from statistics import median_low
from uuid import UUID

from entraide.meetings.models import Room
from entraide.meetings.rules.load import PEERS

LATEST = 50


def usual_heads(tenant_id: UUID | None) -> int | None:
    """Return the median of the most people that were in a tenant's latest rooms, pairs aside; None when unknown."""
    if tenant_id is None:
        return None
    ended = Room.objects.filter(tenant_id=tenant_id, ended_at__isnull=False, peak_heads__gt=PEERS)
    peaks = list(ended.order_by("-ended_at").values_list("peak_heads", flat=True)[:LATEST])
    return median_low(peaks) if peaks else None
