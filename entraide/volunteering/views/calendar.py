"""A volunteer's slots for their own calendar: a feed behind a secret address, and one slot as a file."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import override
from django.views.decorators.http import require_safe

from entraide.foundation import clock
from entraide.foundation.http_cache import private_page
from entraide.volunteering import calendars
from entraide.volunteering.letters import place_text
from entraide.volunteering.models import Participation
from entraide.volunteering.queries import mine
from entraide.volunteering.rules.states import EXPECTED
from entraide.volunteering.rules.words import Precision

MEDIA_TYPE = "text/calendar; charset=utf-8"


@require_safe
def feed(request: HttpRequest, token: UUID) -> HttpResponse:
    """Answer a calendar program that knows the secret address, in the owner's language. No session, no cookie."""
    owned = mine.calendar_of(token=token, now=clock.now())
    if owned is None:
        raise Http404
    language = owned[0].volunteer.person.locale if owned else settings.LANGUAGE_CODE
    with override(language):
        content = _written(owned)
    etag = f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["ETag"], response["Cache-Control"] = etag, "private, max-age=300"
    found = get_conditional_response(request, etag=etag, response=response)
    return found if isinstance(found, HttpResponse) else response


@private_page
@require_safe
def event(request: HttpRequest, participation_id: UUID) -> HttpResponse:
    """Hand one slot as a file for a calendar."""
    row = mine.my_participation(person_id=UUID(str(request.user.pk)), participation_id=participation_id)
    if row is None:
        raise Http404
    response = HttpResponse(_written([row]), content_type=MEDIA_TYPE)
    response["Content-Disposition"] = 'attachment; filename="entraide.ics"'
    return response


def _written(rows: list[Participation]) -> str:
    return calendars.calendar([calendars.event(row, row.slot, where=_where(row), now=_changed_at(row)) for row in rows])


def _where(row: Participation) -> str:
    return place_text(row.slot, precision=Precision.EXACT if row.state in EXPECTED else None)


def _changed_at(row: Participation) -> datetime:
    """Return when this entry was last revised: what DTSTAMP says in a calendar without METHOD (RFC 5545, 3.8.7.2)."""
    return max(row.updated_at, row.slot.updated_at)
