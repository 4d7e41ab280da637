"""Where whoever a tenant sent comes with their pass, and goes on to the door of their meeting."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET

from entraide.foundation import clock
from entraide.foundation.errors import too_many
from entraide.foundation.http_cache import no_store
from entraide.guard.api import TooMany
from entraide.meetings import bounds
from entraide.meetings.actions.entering import NotAdmitted
from entraide.meetings.actions.tenant_passes import use_pass
from entraide.meetings.rules.names import shown
from entraide.meetings.views.rooms import remembered, visitor_of


# A HEAD, as programs send that look at links ahead, must not use it up.
@require_GET
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """Use a pass, once, and go to the door of the meeting, in the language that the browser asks for."""
    with translation.override(translation.get_language_from_request(request)):
        try:
            bounds.count_pass(request, now=clock.now())
            visitor = visitor_of(request)
            room = use_pass(secret=secret, visitor=visitor)
        except TooMany as bound:
            return too_many(request, retry_after=bound.retry_after)
        except NotAdmitted:
            return no_store(render(request, "meetings/none.html", status=404))
        door = reverse("meetings:room", args=[shown(room.name)])
    return remembered(request, no_store(redirect(door)), visitor)
