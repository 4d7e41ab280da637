"""Reads of saved searches: a person's own, what one finds, and what is new in it."""

from datetime import datetime
from uuid import UUID

from django.http import QueryDict

from entraide.volunteering.models import SavedSearch
from entraide.volunteering.queries.finding import found_missions
from entraide.volunteering.queries.meaning import filter_of
from entraide.volunteering.queries.search import MissionRow
from entraide.volunteering.rules.mission_search import MissionSearch, read_search
from entraide.volunteering.rules.ordering import Order
from entraide.volunteering.rules.saved_searches import SETTLED_AFTER


def my_searches(*, person_id: UUID) -> list[SavedSearch]:
    """Return a person's saved searches, the oldest first. One query."""
    return list(SavedSearch.objects.filter(person_id=person_id).order_by("created_at", "pk"))


def search_of(query: str) -> MissionSearch:
    """Return the search that a saved address stands for."""
    return read_search(QueryDict(query.removeprefix("?")))


def newest_of(*, query: str, language: str, now: datetime) -> list[MissionRow]:
    """Return the first page of what a search finds now, the last published first."""
    search = search_of(query)
    wanted = filter_of(search, language=language, now=now)
    return found_missions(wanted=wanted, order=Order.NEWEST, after="", now=now).rows


def new_in(*, search: SavedSearch, language: str, now: datetime) -> list[MissionRow]:
    """Return what came since a search was looked at, the last published first, but for the last minute."""
    settled = now - SETTLED_AFTER
    found = newest_of(query=search.query, language=language, now=now)
    return [row for row in found if search.looked_at < row.published_at <= settled]


def feed_of(*, token: UUID, language: str, now: datetime) -> tuple[str, list[UUID]] | None:
    """Return the name of the search of a feed and the missions that it finds, None for a token of nobody."""
    search = SavedSearch.objects.filter(feed_token=token, person__is_active=True).first()
    if search is None:
        return None
    return search.name, [row.id for row in newest_of(query=search.query, language=language, now=now)]
