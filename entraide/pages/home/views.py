"""The home page: what is needed now, true numbers, how it works. Anonymous, kept by shared caches."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, get_language_from_request
from django.views.decorators.http import require_safe

from entraide.foundation import clock
from entraide.foundation.http_cache import no_store, public_page
from entraide.volunteering import api as volunteering

SHOWN = 6


@public_page(s_maxage=30)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is needed now, and lead to what is needed near."""
    now = clock.now()
    numbers, language = volunteering.home_numbers(now=now), get_language() or "fr"
    # What referents named first, then what begins soonest, each once.
    needed = [*(_open(now, priority=True) if numbers.priorities else ()), *_open(now, priority=False)]
    context = {
        "numbers": numbers,
        "cards": volunteering.cards(list(dict.fromkeys(needed))[:SHOWN], language=language, now=now),
        "kinds": volunteering.KINDS.items(),
    }
    return render(request, "pages/home.html", context)


def _open(now: datetime, *, priority: bool) -> Sequence[volunteering.MissionRow]:
    wanted = volunteering.MissionFilter(priority=priority)
    return volunteering.open_missions(wanted=wanted, order=volunteering.Order.SOONEST, after="", now=now).rows


@require_safe
def language(request: HttpRequest) -> HttpResponse:
    """Lead to the home page in the language that the browser asks for."""
    response = HttpResponse(status=302, headers={"Location": f"/{get_language_from_request(request)}/"})
    return no_store(response)
