"""The feed of changes (RPDE) at `/feeds/changes`: public, kept by caches."""

import re
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from entraide.exchange.formats import changes
from entraide.exchange.formats.changes import Noted, Place
from entraide.exchange.models import Change
from entraide.exchange.queries.origins import origins_of
from entraide.exchange.views.answering import answer
from entraide.foundation import clock
from entraide.foundation.http_cache import public_page
from entraide.volunteering import api as volunteering

PAGE_ITEMS = 500
_STAMP = re.compile(r"[0-9]{1,18}", re.ASCII)


@public_page(s_maxage=10)
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Answer with the changes after a place, in their order; from the beginning without one."""
    try:
        after = _place(request.GET.get("afterTimestamp", ""), request.GET.get("afterId", ""))
    except ValueError:
        return JsonResponse(
            {"error": "afterTimestamp must be a whole number, and afterId a UUID beside it"}, status=400
        )
    rows = Change.objects.order_by("modified", "mission")
    if after:
        beyond = Q(modified__gt=after.modified) | Q(modified=after.modified, mission__gt=after.mission)
        rows = rows.filter(beyond, modified__gte=after.modified)
    noted = [Noted(row.mission, row.modified, row.is_deleted) for row in rows[:PAGE_ITEMS]]
    ids = [each.mission for each in noted if not each.is_deleted]
    content = changes.write(
        noted,
        missions=volunteering.published(ids=ids, now=clock.now()),
        origins=origins_of(mission_ids=ids),
        after=after,
    )
    return answer(request, content, media_type=changes.MEDIA_TYPE)


def _place(stamp: str, mission: str) -> Place | None:
    """Return the place that an address names. Raises ValueError for half a place."""
    if not stamp and not mission:
        return None
    if not _STAMP.fullmatch(stamp):
        raise ValueError("not a place")
    # Without an id, the feed is read on from the first item of a moment.
    return Place(int(stamp), UUID(mission)) if mission else Place(int(stamp), UUID(int=0))
