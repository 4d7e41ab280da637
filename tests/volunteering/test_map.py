"""Missions on a map: the numbers of the list, for whoever sees it, uses keys, or listens."""

from datetime import datetime

import pytest

from entraide.foundation import clock
from entraide.territories.models import Departement
from entraide.volunteering.rules.outlines import level, outlines
from tests.strict_client import StrictClient
from tests.volunteering.situations import mission_online, slot_tomorrow, strasbourg

STRASBOURG = (48.5734, 7.7521)
PLACES = {
    "29": (48.390, -4.486), "59": (51.035, 2.377), "06": (43.775, 7.503), "2A": (41.927, 8.737), "64": (43.483, -1.558),
    "75": (48.857, 2.352), "67": STRASBOURG,
}  # fmt: skip


@pytest.fixture
def now() -> datetime:
    """The present: pages read the clock themselves."""
    return clock.now()


@pytest.mark.parametrize("code", PLACES)
def test_a_point_lies_within_its_departement(code: str) -> None:
    x, y = outlines().place(*PLACES[code])
    left, top, width, height = outlines().boxes[code]
    # A few kilometres are as many tenths of the map's width of 613.
    assert left - 4 <= x <= left + width + 4
    assert top - 4 <= y <= top + height + 4


def test_more_missions_are_a_deeper_colour() -> None:
    assert [level(count) for count in (0, 1, 5, 20, 80, 10_000)] == [0, 1, 2, 3, 4, 4]


@pytest.mark.django_db
def test_the_map_counts_what_the_search_finds(client: StrictClient, now: datetime) -> None:
    strasbourg()
    slot_tomorrow(mission_online(now=now), now=now)
    shown = client.get("/en/missions/map/").content.decode()
    assert 'aria-label="Bas-Rhin (67) : 1 mission"' in shown
    assert 'href="/en/missions/map/67/?">Bas-Rhin (67)</a> <span class="muted">1</span>' in shown
    assert "Bas-Rhin (67) : 1 mission" not in client.get("/en/missions/map/?kind=childcare").content.decode()
    response = client.get("/en/missions/map/")
    assert response.headers["Cache-Control"].startswith("public")


@pytest.mark.django_db
def test_a_place_among_the_words_does_not_narrow_the_map(client: StrictClient, now: datetime) -> None:
    strasbourg()
    Departement.objects.create(code="68", name="Haut-Rhin", region_id="44")
    slot_tomorrow(mission_online(now=now, title="Coudre", search_key="coudre"), now=now)
    for query in ("?q=coudre+grand+est", "?q=coudre+strasbourg"):
        assert 'aria-label="Bas-Rhin (67) : 1 mission"' in client.get(f"/en/missions/map/{query}").content.decode()
        # The list that a département leads to is of the words and of that département.
        shown = client.get(f"/en/missions/map/67/{query}").content.decode()
        assert "/en/missions/?q=coudre&amp;departement=67" in shown


@pytest.mark.django_db
def test_a_departement_shows_its_communes_as_dots_and_as_a_list(client: StrictClient, now: datetime) -> None:
    strasbourg()
    for _ in range(2):
        slot_tomorrow(mission_online(now=now), now=now)
    shown = client.get("/fr/missions/map/67/").content.decode()
    assert shown.count("<circle") == 1
    # Numbers of a drawing are written with a point in every language.
    assert f'cx="{outlines().place(*STRASBOURG)[0]}"' in shown
    assert 'Strasbourg (67)</a> <span class="muted">2 missions</span>' in shown


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["00", "99", "x", "97", "6-7"])
def test_there_is_no_map_of_what_is_no_departement(client: StrictClient, code: str) -> None:
    assert client.get(f"/fr/missions/map/{code}/").status_code == 404
