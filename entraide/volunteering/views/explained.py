"""How the search is used, for those who moderate: why lines come in their order, and what people look for."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from entraide.accounts import api as accounts
from entraide.foundation import clock
from entraide.volunteering.queries.asked_searches import DAYS, common_searches, empty_searches
from entraide.volunteering.rules.asked_searches import FEWEST
from entraide.volunteering.rules.mission_search import read_search
from entraide.volunteering.views.listing import listing

PARTS: Mapping[str, object] = {
    "text": _("the words"),
    "distance": _("the distance"),
    "urgency": _("slots soon, with places"),
    "freshness": _("put online lately"),
    "responsiveness": _("the organisation answers"),
}


@accounts.moderator_page
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Show what people look for, and what they do not find."""
    today = clock.now().date()
    context = {
        "common": common_searches(today=today),
        "empty": empty_searches(today=today),
        "days": DAYS,
        "fewest": FEWEST,
    }
    return render(request, "volunteering/moderation/asked.html", context)


@accounts.moderator_page
@require_safe
def explained(request: HttpRequest) -> HttpResponse:
    """Show a search as the public sees it, each line with the parts of its rank, which add up."""
    search = read_search(request.GET)
    found = listing(search=search, language=get_language() or "fr", now=clock.now(), explained=True)
    lines = [
        (
            card,
            [(str(PARTS.get(part.name, part.name)), part.value, part.weight, part.points) for part in card.why],
            sum(part.points for part in card.why),
        )
        for card in found.cards
    ]
    context = {
        "listing": found,
        "search": search,
        "lines": lines,
        "is_ranked": any(card.why for card in found.cards),
        "public_path": f"{reverse('volunteering:missions')}{search.query(after=search.after)}",
    }
    return render(request, "volunteering/moderation/explained.html", context)
