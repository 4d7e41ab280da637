"""What is shown in place of a meeting's door: that it has not begun, is over, was cancelled, or that a link ended."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from entraide.foundation.http_cache import no_store
from entraide.meetings import dates
from entraide.meetings.models import Meeting
from entraide.meetings.rules.schedule import Phase, door_opens_at

_STATUS = {Phase.EARLY: 200, Phase.OVER: 410, Phase.CANCELLED: 410}


def standing_page(request: HttpRequest, meeting: Meeting, stands: Phase) -> HttpResponse:
    """Say when a meeting begins, or plainly that it is over or was cancelled."""
    zone = ZoneInfo(meeting.zone)
    context = {
        "meeting": meeting,
        "stands": stands.value,
        "when": dates.span_text(meeting.starts_at, meeting.ends_at, zone=meeting.zone),
        "opens": dates.moment_text(door_opens_at(meeting.starts_at), zone=meeting.zone),
        "opens_at": door_opens_at(meeting.starts_at).isoformat(),
        "starts_at": meeting.starts_at.astimezone(zone).isoformat(),
        "is_host": request.user.is_authenticated and meeting.host_id == request.user.pk,
    }
    return no_store(render(request, "meetings/standing.html", context, status=_STATUS[stands]))


def link_page(request: HttpRequest, why: str) -> HttpResponse:
    """Say why the link of an invitation leads nowhere: it is unknown, was taken back, has ended, or is used up."""
    texts = {
        "unknown": _("The link is not whole, or the meeting was long ago. Open it again from the mail."),
        "revoked": _("Whoever invited you has taken the invitation back, or you were put out of the meeting."),
        "ended": _("Its time is over. Ask whoever gave it to you for another one."),
        "used": _("As many people as it was made for have come by it. Ask whoever gave it to you for another one."),
    }
    status = 404 if why == "unknown" else 410
    return no_store(render(request, "meetings/link_over.html", {"text": texts[why]}, status=status))
