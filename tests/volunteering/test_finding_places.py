"""Places in the search of missions: read among the words, typed in their own box, taken back, or that of a profile."""

from datetime import datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from entraide.foundation import clock
from entraide.territories.models import Commune, Departement, NameStart, Region
from entraide.volunteering.models import Volunteer
from entraide.volunteering.queries.kept import forget_all
from tests.strict_client import StrictClient
from tests.volunteering.desk_situations import signed_in
from tests.volunteering.listed import Refresh, indexed, mission, page, plain, strasbourg_by_name, titles
from tests.volunteering.situations import strasbourg, volunteer_adult

__all__ = ["indexed"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """The present: pages read the clock themselves."""
    return clock.now()


@pytest.mark.parametrize(
    "query", ["masques strasbourg", "67000 masques", "masques à Strasbourg", "masques Strasbourg,"]
)
def test_a_place_among_the_words_is_read_shown_and_taken_back(
    client: StrictClient, now: datetime, indexed: Refresh, query: str
) -> None:
    strasbourg_by_name()
    mission(now, "Coudre des masques")
    mission(now, "Découper des masques", latitude=43.3, longitude=5.4, commune_name="Marseille", departement_code="13")
    indexed()
    found = page(client, f"?q={query}")
    assert "Near Strasbourg (67), 25 km" in found
    assert plain(titles(client, f"?q={query}")) == ["Coudre des masques"]
    # Taken back, its words are words again.
    assert "everywhere=1" in found
    assert "Near Strasbourg" not in page(client, f"?q={query}&everywhere=1")


def alsace() -> None:
    """Let Grand Est be a région of two départements; a village has the name of a région of before."""
    strasbourg_by_name()
    region = Region.objects.get(code="44")
    Departement.objects.get_or_create(code="68", defaults={"name": "Haut-Rhin", "region": region})
    village = Commune.objects.create(
        code="36024", name="Alsace", search_key="alsace", departement=Departement.objects.get(code="68"),
        population=250, latitude=46.87, longitude=1.72, point_quality="exact",
    )  # fmt: skip
    NameStart.objects.create(key="alsace", kind=0, commune=village, population=250)


def three_places(now: datetime) -> None:
    colmar = {"latitude": 48.08, "longitude": 7.36, "commune_name": "Colmar", "departement_code": "68"}
    marseille = {"latitude": 43.3, "longitude": 5.4, "commune_name": "Marseille", "departement_code": "13"}
    mission(now, "Masques de Strasbourg", search_key="masques")
    mission(now, "Masques de Colmar", search_key="masques", **colmar)
    mission(now, "Masques de Marseille", search_key="masques", **marseille)


@pytest.mark.parametrize("away", [False, True])
@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("?q=masques+grand-est", "Grand Est"),
        ("?q=masques+en+alsace", "Alsace"),
        ("?q=masques+alsace", "Alsace"),
        ("?where=Alsace&q=masques", "Alsace"),
        ("?where=grand+est", "Grand Est"),
        ("?where=en+Alsace&q=masques", "Alsace"),
    ],
)
def test_a_region_is_the_departements_that_it_is_made_of(
    client: StrictClient, now: datetime, indexed: Refresh, settings: Settings, query: str, label: str, away: bool
) -> None:
    alsace()
    three_places(now)
    indexed()
    if away:
        settings.SEARCH_DIR = Path("/nowhere")
    found = page(client, query)
    assert sorted(plain(titles(client, query))) == ["Masques de Colmar", "Masques de Strasbourg"]
    assert f"2 missions in {label}" in found
    # Its chip takes it back, as that of a commune does.
    way_out = "everywhere=1" if "where" not in query else "?q=masques"
    chips = found.split('aria-label="Filters in use"')[1].split("</ul>")[0]
    assert f"{label}<span" in chips
    assert way_out in chips or query == "?where=grand+est"


def test_a_region_taken_back_leaves_its_words(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    alsace()
    mission(now, "Coudre des masques pour l'Alsace", departement_code="13")
    indexed()
    assert titles(client, "?q=masques+alsace") == []
    assert plain(titles(client, "?q=masques+alsace&everywhere=1")) == ["Coudre des masques pour l&#x27;Alsace"]


def test_a_commune_in_its_region_is_a_commune(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    alsace()
    three_places(now)
    indexed()
    for query in ("?where=Strasbourg,+Alsace", "?where=à+Strasbourg", "?q=masques+strasbourg+alsace"):
        assert "1 mission within 25 km of Strasbourg (67)" in page(client, query)


def test_a_village_of_that_name_is_offered(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    alsace()
    three_places(now)
    indexed()
    assert ">Alsace (68)</a>" in page(client, "?where=alsace")


def test_a_departement_narrows_a_region_and_what_is_near_a_commune(
    client: StrictClient, now: datetime, indexed: Refresh
) -> None:
    alsace()
    three_places(now)
    indexed()
    in_region = page(client, "?q=masques+alsace")
    # Of a région the facet has its own départements, counted without one that is chosen.
    assert "67 Bas-Rhin (1)" in in_region
    assert "68 Haut-Rhin (1)" in in_region
    assert plain(titles(client, "?q=masques+alsace&departement=68")) == ["Masques de Colmar"]
    assert plain(titles(client, "?where=alsace&departement=68")) == ["Masques de Colmar"]
    near = page(client, "?q=masques+strasbourg&departement=67")
    assert "Near Strasbourg (67), 25 km" in near
    assert "Bas-Rhin (67)" in near
    assert titles(client, "?q=masques+strasbourg&departement=68") == []


def test_an_empty_list_of_a_place_offers_the_same_everywhere(
    client: StrictClient, now: datetime, indexed: Refresh
) -> None:
    alsace()
    mission(now, "Coudre des masques", departement_code="13")
    indexed()
    found = page(client, "?q=masques+alsace")
    assert 'href="/en/missions/?q=masques">Search everywhere</a>' in found


def test_near_me_asks_where_that_is(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    mission(now, "Coudre des masques")
    indexed()
    query = "?q=masques+près+de+moi"
    found = page(client, query)
    assert "Near you: where is that?" in found
    assert 'href="#where"' in found
    assert "/en/me/near/?q=masques+pr%C3%A8s+de+moi" in found
    assert plain(titles(client, query)) == ["Coudre des masques"]
    # Told once, it stays in the address of what is searched from there on.
    strasbourg_by_name()
    forget_all()
    told = page(client, f"{query}&where=Strasbourg")
    assert "where is that?" not in told
    assert "where=Strasbourg" in told
    assert "1 mission within 25 km of Strasbourg (67)" in told


def test_near_me_may_stand_in_the_box_for_places(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    mission(now, "Coudre des masques")
    indexed()
    found = page(client, "?where=près+de+moi&q=masques")
    assert "Near you: where is that?" in found
    assert "is called" not in found


def test_near_me_is_the_place_of_ones_profile(now: datetime) -> None:
    volunteer = volunteer_adult(commune=strasbourg(), radius_km=40)
    client = StrictClient()
    client.force_login(volunteer.person)
    answer = client.get("/en/me/near/?q=masques+près+de+moi&kind=food_aid")
    assert answer.status_code == 302
    assert answer.headers["Location"] == (
        "/en/missions/?q=masques+pr%C3%A8s+de+moi&where=Strasbourg+%2867%29&radius=40&kind=food_aid"
    )
    assert "no-store" in answer.headers["Cache-Control"]


def test_near_me_asks_a_profile_without_a_place_where_one_lives(now: datetime) -> None:
    volunteer = volunteer_adult()
    Volunteer.objects.update(postcode="", commune=None)
    client = StrictClient()
    client.force_login(volunteer.person)
    for visitor in (client, signed_in("volunteer")):
        assert visitor.get("/en/me/near/?q=x").headers["Location"] == "/en/me/volunteer/place/?alone=1"
    assert client.post("/en/me/near/").status_code == 405


def test_near_me_is_for_whoever_is_signed_in(client: StrictClient) -> None:
    assert client.get("/en/me/near/?q=x").headers["Location"].startswith("/en/account/")
