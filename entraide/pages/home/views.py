"""The home page: what is needed now, true numbers, how it works. Anonymous, kept by shared caches."""

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
    soonest = volunteering.open_missions(
        wanted=volunteering.MissionFilter(), order=volunteering.Order.SOONEST, after="", now=now
    )
    context = {
        "numbers": volunteering.home_numbers(now=now),
        "cards": volunteering.cards(soonest.rows[:SHOWN], language=get_language() or "fr", now=now),
        "kinds": volunteering.KINDS.items(),
    }
    return render(request, "pages/home.html", context)


@require_safe
def language(request: HttpRequest) -> HttpResponse:
    """Lead to the home page in the language that the browser asks for."""
    response = HttpResponse(status=302, headers={"Location": f"/{get_language_from_request(request)}/"})
    return no_store(response)
