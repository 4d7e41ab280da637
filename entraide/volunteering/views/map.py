"""Missions on a map: how many in each département, and dots within one. Everything on it stands in a list beside it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_safe

from entraide.foundation import clock
from entraide.foundation.http_cache import public_page
from entraide.volunteering.queries.finding import departement_counts
from entraide.volunteering.queries.meaning import Meant, filtered, meant_by
from entraide.volunteering.queries.search import MissionPlaceRow, open_places
from entraide.volunteering.queries.whereabouts import departement_names
from entraide.volunteering.rules.mission_search import MissionSearch, read_search
from entraide.volunteering.rules.outlines import level, outlines

TILES_A_ROW = 7
TILE = 44


@dataclass(frozen=True, slots=True)
class Area:
    """A département: its name, how many missions, and where they are shown. `x` and `y` are those of a tile."""

    code: str
    name: str
    count: int
    level: int
    path: str
    said: str
    x: int = 0
    y: int = 0


@public_page(s_maxage=60)
@require_safe
def missions_map(request: HttpRequest) -> HttpResponse:
    """Show how many missions of a search each département has."""
    search = _search(request)
    now = clock.now()
    wanted = filtered(search, Meant(None, search.text), language=_language(), now=now)
    counts = departement_counts(wanted=wanted, now=now)
    areas = [_area(code, name, counts.get(code, 0), search) for code, name in departement_names().items()]
    shown = outlines()
    drawn = [area for area in areas if area.code in shown.boxes]
    tiles = list(_tiled([area for area in areas if area.code not in shown.boxes]))
    context = {
        "view_box": shown.view_box,
        "drawn": drawn,
        "tiles": tiles,
        "tiles_box": f"0 0 {TILES_A_ROW * TILE} {(len(tiles) + TILES_A_ROW - 1) // TILES_A_ROW * TILE}",
        "listed": sorted((area for area in areas if area.count), key=lambda area: area.name),
        "list_path": f"{reverse('volunteering:missions')}{search.query()}",
        "search": search,
    }
    return render(request, "volunteering/map.html", context)


@public_page(s_maxage=60)
@require_safe
def departement_map(request: HttpRequest, code: str) -> HttpResponse:
    """Show where in a département the missions of a search are, as precisely as each mission chose."""
    name = departement_names().get(code)
    if name is None:
        raise Http404
    search = _search(request)
    now = clock.now()
    found = replace(search, departement=code)
    wanted = filtered(found, Meant(None, found.text), language=_language(), now=now)
    places = open_places(wanted=wanted, now=now)
    shown = outlines()
    context = {
        "name": name,
        "code": code,
        "view_box": shown.view_of(code) if code in shown.boxes else "",
        "dots": [
            (*shown.place(place.latitude, place.longitude), _radius(place))
            for place in places
            if code in shown.boxes and place.latitude is not None and place.longitude is not None
        ],
        "places": [_listed(place, search) for place in places if place.commune],
        "list_path": f"{reverse('volunteering:missions')}{found.query()}",
        "map_path": f"{reverse('volunteering:map')}{search.query()}",
    }
    return render(request, "volunteering/map_departement.html", context)


def _search(request: HttpRequest) -> MissionSearch:
    """Return the search without its place, which may stand among its words: places are what the map shows."""
    search = read_search(request.GET)
    return replace(search, text=meant_by(search).words, where="", departement="", after="", sort=None)


def _area(code: str, name: str, count: int, search: MissionSearch) -> Area:
    return Area(
        code=code,
        name=name,
        count=count,
        level=level(count),
        path=f"{reverse('volunteering:departement-map', args=[code])}{search.query()}",
        said=f"{name} ({code}) : {_missions(count)}",
    )


def _tiled(areas: list[Area]) -> Iterator[Area]:
    """Yield those that the map has no outline of, overseas, each with its place among the tiles."""
    for at, area in enumerate(areas):
        x, y = at % TILES_A_ROW * TILE, at // TILES_A_ROW * TILE
        yield replace(area, x=x, y=y)


def _listed(place: MissionPlaceRow, search: MissionSearch) -> tuple[str, str, str]:
    label = f"{place.commune} ({place.departement})"
    return label, _missions(place.count), f"{reverse('volunteering:missions')}{search.query(where=label, km=5)}"


def _radius(place: MissionPlaceRow) -> float:
    return min(2.0, 0.6 + math.sqrt(place.count) / 5)


def _missions(count: int) -> str:
    return ngettext("%(count)s mission", "%(count)s missions", count) % {"count": count}


def _language() -> str:
    return get_language() or "fr"
