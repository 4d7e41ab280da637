"""Missions for partners to read: `/v0/mission`, its search with facets, and one mission."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from entraide.exchange.endpoints.answering import ApiError, answer, for_partners
from entraide.exchange.endpoints.asking import Asked, read_query
from entraide.exchange.formats import engagement
from entraide.exchange.models import Partner
from entraide.exchange.queries.origins import origins_of
from entraide.exchange.reading import in_order
from entraide.exchange.rules import taxonomy
from entraide.foundation import clock
from entraide.volunteering import api as volunteering


def _list(request: HttpRequest, partner: Partner) -> HttpResponse:
    asked = read_query(request.GET, partner=partner)
    total = volunteering.count_published(wanted=asked.wanted, now=clock.now())
    return answer({"ok": True, "data": _documents(asked), "total": total, "limit": asked.limit, "skip": asked.skip})


def _search(request: HttpRequest, partner: Partner) -> HttpResponse:
    asked, now = read_query(request.GET, partner=partner), clock.now()
    facets = volunteering.published_facets(wanted=asked.wanted, now=now)
    return answer(
        {
            "ok": True,
            "total": volunteering.count_published(wanted=asked.wanted, now=now),
            "hits": _documents(asked),
            "facets": {
                "departmentName": engagement.buckets(facets.departements, {}),
                "activities": engagement.buckets(facets.activities, taxonomy.ACTIVITY_OUT),
                "domains": engagement.buckets(facets.domains, taxonomy.DOMAIN_OUT),
            },
        }
    )


def _one(request: HttpRequest, partner: Partner, mission_id: str) -> HttpResponse:
    try:
        key = UUID(mission_id)
    except ValueError as error:
        raise ApiError(404, "NOT_FOUND", "Mission not found") from error
    found = volunteering.published(ids=[key], now=clock.now()).get(key)
    if found is None:
        raise ApiError(404, "NOT_FOUND", "Mission not found")
    return answer({"ok": True, "data": engagement.mission(found, origins_of(mission_ids=[key]).get(key))})


def _documents(asked: Asked) -> list[dict[str, object]]:
    now = clock.now()
    ids = volunteering.published_ids(wanted=asked.wanted, limit=asked.limit, skip=asked.skip, now=now)
    origins = origins_of(mission_ids=ids)
    return [engagement.mission(each, origins.get(each.id)) for each in in_order(ids, now=now)]


missions = for_partners(get=_list)
search = for_partners(get=_search)
mission = for_partners(get=_one)
