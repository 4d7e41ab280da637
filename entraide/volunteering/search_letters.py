"""Tells people what is new in the searches that they saved: one mail a search, bounded by its cadence."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation

from entraide.foundation.mail import Urgency, queue_mail
from entraide.volunteering.actions.saved_searches import due_searches
from entraide.volunteering.cards import cards
from entraide.volunteering.models import SavedSearch
from entraide.volunteering.queries.saved_searches import new_in
from entraide.volunteering.queries.search import MissionRow
from entraide.volunteering.rules.saved_searches import MOST_TOLD, SETTLED_AFTER, Cadence

# So many are looked at in a run; those that were not wait for the next, the longest waiting first.
MOST_LOOKED_AT = 2_000


def tell_of_new_missions(*, cadence: Cadence, now: datetime) -> int:
    """Look at every search of a cadence whose person may be told, and return how many mails were queued."""
    due = due_searches(cadence=cadence, now=now, most=MOST_LOOKED_AT)
    return sum(_tell(search_id, cadence, now) for search_id in due)


@transaction.atomic
def _tell(search_id: UUID, cadence: Cadence, now: datetime) -> bool:
    """Queue the mail of what is new in a search and write down that it was looked at, both or neither."""
    rows = SavedSearch.objects.select_for_update(of=("self",), skip_locked=True).select_related("person")
    search = rows.filter(pk=search_id, cadence=cadence.value).first()
    if search is None:
        return False
    language = search.person.locale
    found = new_in(search=search, language=language, now=now) if search.person.is_active else []
    search.looked_at = now - SETTLED_AFTER
    if found:
        search.told_at = now
        queue_mail(
            template="volunteering/mail/saved_search",
            to=search.person.email,
            language=language,
            context=_context(search, found, language, now),
            urgency=Urgency.REMINDER,
        )
    search.save(update_fields=["looked_at", "told_at"])
    return bool(found)


def _context(search: SavedSearch, found: list[MissionRow], language: str, now: datetime) -> dict[str, Any]:
    base = f"{settings.PUBLIC_URL}/{language}"
    with translation.override(language):
        lines = [
            {
                "title": card.title,
                "about": f"{card.organisation} · {card.when} · {card.where}",
                "address": f"{settings.PUBLIC_URL}{card.path}",
            }
            for card in cards(found[:MOST_TOLD], language=language, now=now)
        ]
    return {
        "name": search.name,
        "lines": lines,
        "has_more": len(found) > MOST_TOLD,
        "address": f"{base}/missions/{search.query}",
        "stop_address": f"{base}/searches/{search.stop_token}/stop/",
    }
