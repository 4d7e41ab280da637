"""What else partners of API Engagement ask for: the organisations behind missions, and who publishes them.

What that API has and this one has not is answered in its words too, so that a program reads why.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from entraide.exchange.endpoints.answering import ApiError, answer, for_partners
from entraide.exchange.endpoints.asking import Reader
from entraide.exchange.formats.engagement import organisation, own_publisher
from entraide.exchange.models import Partner
from entraide.foundation import clock
from entraide.volunteering import api as volunteering

USUAL_LIMIT, MOST, FARTHEST_SKIP = 25, 100, 1_000_000


def _organisations(request: HttpRequest, partner: Partner) -> HttpResponse:
    """List the organisations that have missions here, by name."""
    reader = Reader(request.GET)
    wanted = volunteering.OrganisationFilter(
        words=reader.one("q"), rna=reader.one("rna").upper(), siret=reader.one("siret")
    )
    limit = reader.number("limit", usual=USUAL_LIMIT, most=MOST)
    skip = reader.number("skip", usual=0, most=FARTHEST_SKIP)
    found, total = volunteering.published_organisations(wanted=wanted, limit=limit, skip=skip, now=clock.now())
    return answer(
        {"ok": True, "data": [organisation(each) for each in found], "total": total, "limit": limit, "skip": skip}
    )


def _publishers(request: HttpRequest, partner: Partner) -> HttpResponse:
    """List whose missions are read here, by the ids that the parameter `publisher` of lists takes."""
    found = [_own(), *map(_publisher, Partner.objects.publishing())]
    return answer({"ok": True, "data": found, "total": len(found)})


def _one_publisher(request: HttpRequest, partner: Partner, publisher_id: UUID) -> HttpResponse:
    if str(publisher_id) == own_publisher():
        return answer({"ok": True, "data": _own()})
    found = Partner.objects.publishing().filter(pk=publisher_id).first()
    if found is None:
        raise ApiError(404, "NOT_FOUND", "Publisher not found")
    return answer({"ok": True, "data": _publisher(found)})


def _own() -> dict[str, Any]:
    return _document(own_publisher(), "Entraide", settings.PUBLIC_URL)


def _publisher(partner: Partner) -> dict[str, Any]:
    return _document(str(partner.pk), partner.name, partner.website)


def _document(key: str, name: str, url: str) -> dict[str, Any]:
    return {
        "_id": key,
        "id": key,
        "name": name,
        "category": None,
        "url": url or None,
        "logo": None,
        "description": None,
        "widget": False,
        "api": True,
        "campaign": False,
        "annonceur": True,
        "excludedOrganizations": [],
    }


def _nothing_here(request: HttpRequest, partner: Partner, rest: str) -> HttpResponse:
    message = f"Not offered here; {settings.PUBLIC_URL}/fr/feeds/ tells what is"
    raise ApiError(404, "NOT_FOUND", message)


organisations = for_partners(get=_organisations)
publishers = for_partners(get=_publishers)
publisher = for_partners(get=_one_publisher)
nothing_here = for_partners(
    get=_nothing_here, post=_nothing_here, put=_nothing_here, patch=_nothing_here, delete=_nothing_here
)
