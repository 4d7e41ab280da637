"""Missions as Atom, as a table and as calendars; and the page that tells of every feed."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entraide.exchange.formats import agenda, atom, table, volunteeringdata
from entraide.exchange.formats.addresses import legible, url
from entraide.exchange.reading import NotAsked, in_order, missions, read_choice
from entraide.exchange.views.answering import answer, not_asked
from entraide.foundation import clock
from entraide.foundation.http_cache import public_page
from entraide.territories import api as territories
from entraide.volunteering import api as volunteering

ATOM_ENTRIES = 100
TABLE_ROWS = 10_000
CALENDAR_MISSIONS = 500
View = Callable[[HttpRequest], HttpResponse]


def _refusing(view: View) -> View:
    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except NotAsked as problem:
            return not_asked(problem)

    return asked


@public_page(s_maxage=300)
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Tell of every feed: what it holds, for whom, and its address."""
    return render(request, "exchange/about.html")


@public_page(s_maxage=60)
@require_safe
@_refusing
def atom_feed(request: HttpRequest) -> HttpResponse:
    """Answer with the last missions published."""
    language, wanted = _language(), read_choice(request.GET.dict()).filter()
    found = missions(wanted=wanted, most=ATOM_ENTRIES, now=clock.now())
    address = url("exchange:atom", language=language)
    return answer(request, atom.write(found, language=language, address=address), media_type=atom.MEDIA_TYPE)


@public_page(s_maxage=60)
@require_safe
def search_feed(request: HttpRequest, token: UUID) -> HttpResponse:
    """Answer with what a saved search finds, the last published first; its address is its owner's secret."""
    language, now = _language(), clock.now()
    found = volunteering.feed_of(token=token, language=language, now=now)
    if found is None:
        raise Http404
    name, ids = found
    content = atom.write(
        in_order(ids, now=now), language=language, address=url("exchange:search-feed", token, language=language),
        title=_("Missions – %(where)s") % {"where": legible(name)},
    )  # fmt: skip
    return answer(request, content, media_type=atom.MEDIA_TYPE)


@public_page(s_maxage=60)
@require_safe
@_refusing
def table_feed(request: HttpRequest) -> HttpResponse:
    """Answer with every mission online as a table."""
    wanted = read_choice(request.GET.dict()).filter()
    found = missions(wanted=wanted, most=TABLE_ROWS, now=clock.now())
    content = table.write(found, language=_language())
    return answer(request, content, media_type=table.MEDIA_TYPE, name="missions.csv")


@public_page(s_maxage=60)
@require_safe
@_refusing
def volunteering_data(request: HttpRequest) -> HttpResponse:
    """Answer with every mission online after the model of volunteeringdata.io."""
    now, wanted = clock.now(), read_choice(request.GET.dict()).filter()
    found = missions(wanted=wanted, most=TABLE_ROWS, now=now)
    content = volunteeringdata.write(found, language=_language(), publisher=settings.PUBLIC_URL, now=now)
    return answer(request, content, media_type=volunteeringdata.MEDIA_TYPE)


@public_page(s_maxage=60)
@require_safe
def organisation_calendar(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Answer with the slots ahead of one organisation; nothing to tell is no calendar."""
    found = missions(
        wanted=volunteering.PublishedFilter(organisation=organisation_id), most=CALENDAR_MISSIONS, now=clock.now()
    )
    if not found:
        raise Http404
    return _calendar(request, found, found[0].organisation.name)


@public_page(s_maxage=60)
@require_safe
def departement_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with the slots ahead of a département."""
    names = {row.code: str(row) for row in territories.departements()}
    if code not in names:
        raise Http404
    wanted = volunteering.PublishedFilter(departements=(code,))
    return _calendar(request, missions(wanted=wanted, most=CALENDAR_MISSIONS, now=clock.now()), names[code])


@public_page(s_maxage=60)
@require_safe
def commune_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with the slots ahead in a commune, by its INSEE code."""
    commune = territories.commune(code)
    if commune is None:
        raise Http404
    wanted = volunteering.PublishedFilter(communes=(commune.code,))
    return _calendar(request, missions(wanted=wanted, most=CALENDAR_MISSIONS, now=clock.now()), commune.name)


def _calendar(request: HttpRequest, found: list[volunteering.Published], where: str) -> HttpResponse:
    name = _("Missions – %(where)s") % {"where": where}
    return answer(request, agenda.write(found, name=name, language=_language()), media_type=agenda.MEDIA_TYPE)


def _language() -> str:
    return get_language() or "fr"
