"""Missions and slots, to read."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

import pydantic
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from entraide.accounts.api import ApiScope
from entraide.foundation import clock
from entraide.foundation.http_api import ApiProblem, CleanText
from entraide.foundation.pagination import BadCursor
from entraide.foundation.problems import FieldProblem, plain
from entraide.volunteering.endpoints.shapes import MissionDocument, MissionLine, MissionPage, ProblemDocument
from entraide.volunteering.endpoints.tokens import Token
from entraide.volunteering.queries.finding import found_missions
from entraide.volunteering.queries.mission_page import mission_page
from entraide.volunteering.queries.search import Circle, MissionFilter, MissionRow, open_missions
from entraide.volunteering.rules.mission_search import LONGEST_TEXT
from entraide.volunteering.rules.ordering import Order
from entraide.volunteering.rules.words import Domain, Kind, Public

router = Router(tags=["missions"], auth=Token(ApiScope.MISSIONS_READ))
REFUSALS = dict.fromkeys((400, 401, 403, 404, 422), ProblemDocument)
_DEPARTEMENT = re.compile(r"[0-9][0-9AB][0-9]?")


def _departement(value: str) -> str:
    if value and not _DEPARTEMENT.fullmatch(value):
        raise ValueError("not the code of a département")
    return value


class Wanted(Schema):
    """What is asked of the list. A point needs latitude and longitude.

    `q` are words as somebody types them, in `language`; with them the best come first, unless `order` says otherwise.
    """

    q: Annotated[str, pydantic.StringConstraints(max_length=LONGEST_TEXT), CleanText] = ""
    language: Literal["fr", "en"] = "fr"
    kind: list[Kind] = pydantic.Field(default_factory=list, max_length=6)
    domain: list[Domain] = pydantic.Field(default_factory=list, max_length=11)
    departement: Annotated[str, pydantic.AfterValidator(_departement)] = ""
    public: Public | None = None
    remote: bool | None = None
    minors: bool = False
    latitude: Annotated[float, pydantic.Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, pydantic.Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    km: Annotated[int, pydantic.Field(ge=1, le=200)] = 25
    order: Order | None = None
    after: Annotated[str, pydantic.StringConstraints(max_length=512), CleanText] = ""

    def filter(self) -> MissionFilter:
        """Return the filter. Raises ApiProblem for half a point, or an order by distance without a point."""
        if (self.latitude is None) != (self.longitude is None):
            raise _field_problem("longitude" if self.longitude is None else "latitude", "a point needs both")
        if self.order is Order.NEAREST and self.latitude is None:
            raise _field_problem("order", "an order by distance needs latitude and longitude")
        has_point = self.latitude is not None and self.longitude is not None
        return MissionFilter(
            kinds=tuple(self.kind),
            domains=tuple(self.domain),
            circle=Circle(self.latitude or 0.0, self.longitude or 0.0, self.km) if has_point else None,
            departements=(self.departement,) if self.departement else (),
            remote=self.remote,
            public=self.public or "",
            minors=self.minors,
            text=self.q,
            language=self.language,
        )


def _field_problem(field: str, detail: str) -> ApiProblem:
    return ApiProblem(plain(422, errors=[FieldProblem(field=field, code="value_error", detail=detail)]))


@router.get("/missions", response={200: MissionPage, **REFUSALS}, summary="List missions with places left")
def list_missions(request: HttpRequest, wanted: Query[Wanted]) -> MissionPage:
    """List the missions where somebody may still come, twenty at a time; `next` is the cursor of the next page."""
    try:
        rows, after = _page(wanted)
    except BadCursor as error:
        raise _field_problem("after", "not a cursor of this list in this order") from error
    return MissionPage(items=[MissionLine.of(row) for row in rows], next=after)


def _page(wanted: Wanted) -> tuple[Sequence[MissionRow], str | None]:
    """Ask the search for words. A list without any comes from the database, whose cursors hold while rows come and go.

    Raises BadCursor.
    """
    now = clock.now()
    if wanted.q:
        found = found_missions(wanted=wanted.filter(), order=wanted.order or Order.BEST, after=wanted.after, now=now)
        return found.rows, found.after
    page = open_missions(wanted=wanted.filter(), order=wanted.order or Order.SOONEST, after=wanted.after, now=now)
    return page.rows, page.after


@router.get("/missions/{uuid:mission_id}", response={200: MissionDocument, **REFUSALS}, summary="Read a mission")
def read_mission(request: HttpRequest, mission_id: UUID) -> MissionDocument:
    """Read a public mission and those of its slots that are still ahead."""
    mission = mission_page(mission_id=mission_id, now=clock.now())
    if mission is None or not mission.is_open:
        raise Http404
    return MissionDocument.of(mission)
