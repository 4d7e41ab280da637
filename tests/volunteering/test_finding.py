"""The list of missions as the index of a node finds them, and the same from the database while the index is away."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from entraide.foundation import clock
from entraide.foundation.pagination import encode
from entraide.volunteering import asked
from entraide.volunteering.models import Mission
from entraide.volunteering.queries.kept import forget_all
from entraide.volunteering.rules.words import Kind
from tests.strict_client import StrictClient
from tests.volunteering.listed import Refresh, indexed, mission, page, plain, strasbourg_by_name, titles
from tests.volunteering.situations import mission_online, organisation_validated, slot_tomorrow

__all__ = ["indexed"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """The present: pages read the clock themselves."""
    return clock.now()


@pytest.mark.parametrize("query", ["masques", "masque", "MASQUES", "maqsues", "mas", "l'aide masques"])
def test_words_are_found_as_they_are_typed(client: StrictClient, now: datetime, indexed: Refresh, query: str) -> None:
    mission(now, "Coudre des masques")
    mission(now, "Porter des repas")
    indexed()
    assert plain(titles(client, f"?q={query}")) == ["Coudre des masques"]


def test_what_was_looked_for_is_marked(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    mission(now, "Coudre des masques", description="Des <b>masques</b> pour les soignants.")
    indexed()
    found = page(client, "?q=masque")
    assert "Coudre des <mark>masques</mark>" in found
    assert "&lt;b&gt;<mark>masques</mark>&lt;/b&gt;" in found


def test_counts_stay_right_when_one_is_chosen(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    mission(now, "Trier", kind=Kind.FOOD_AID)
    mission(now, "Visiter", kind=Kind.ISOLATED_PEOPLE)
    mission(now, "Garder", kind=Kind.ISOLATED_PEOPLE)
    indexed()
    found = page(client, "?kind=food_aid")
    assert "1 mission" in found
    assert 'Isolated people <span class="choice__count">(2)</span>' in found
    assert 'Food aid <span class="choice__count">(1)</span>' in found
    # Facets of which nothing is chosen count what the chosen one leaves.
    assert "(67) Bas-Rhin" not in found
    assert "67 Bas-Rhin (1)" in found


def test_times_and_presence_are_counted_too(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    mission(now, "Sur place")
    mission(now, "De chez soi", mode="remote")
    indexed()
    found = page(client, "")
    assert "In the next 7 days (2)" in found
    assert "From home (1)" in found
    assert "On site (1)" in found


def test_what_has_some_of_the_words_is_found_and_said_to_be(
    client: StrictClient, now: datetime, indexed: Refresh
) -> None:
    mission(now, "Coudre des masques")
    indexed()
    said = "Few missions have all these words"
    assert said in page(client, "?q=masques+parapente")
    assert plain(titles(client, "?q=masques+parapente")) == ["Coudre des masques"]
    assert said not in page(client, "?q=masques")


def test_an_empty_list_says_which_word_is_too_much(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    mission(now, "Coudre des masques", kind=Kind.PROTECTIVE_EQUIPMENT)
    indexed()
    found = page(client, "?q=masques+parapente&kind=childcare")
    assert "No mission" in found
    assert "Search without “parapente”" in found
    assert "Search without “masques”" not in found


def test_the_list_is_the_same_from_the_index_and_from_the_database(
    client: StrictClient, now: datetime, indexed: Refresh, settings: Settings, tmp_path: Path
) -> None:
    organisation = organisation_validated(now=now)
    for number in range(25):
        published_at = now - timedelta(hours=1 + number)
        made = mission_online(
            now=now, title=f"Mission {number:02}", organisation=organisation, published_at=published_at
        )
        slot_tomorrow(made, now=now, hours=24 + number, capacity=1 + number % 4)
    indexed()
    queries = ["", "?sort=new", "?kind=food_aid", "?departement=67", "?places=3", "?minors=1", "?when=tomorrow"]
    queries += [f"?organisation={organisation.pk}", "?mode=on_site", "?activity=distribution", "?departement=68"]
    by_index = [titles(client, query) for query in queries]
    settings.SEARCH_DIR = tmp_path / "away"
    forget_all()
    by_database = [titles(client, query) for query in queries]
    assert by_index == by_database
    assert any(by_index)


def test_the_list_is_read_to_its_end(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    organisation = organisation_validated(now=now)
    for number in range(45):
        made = mission_online(now=now, title=f"Mission {number:02}", organisation=organisation)
        slot_tomorrow(made, now=now, hours=24 + number)
    indexed()
    found = titles(client, "") + titles(client, f"?after={encode([20])}") + titles(client, f"?after={encode([40])}")
    assert found == [f"Mission {number:02}" for number in range(45)]
    assert f"after={encode([40])}" in page(client, f"?after={encode([20])}")
    assert 'rel="next"' not in page(client, f"?after={encode([40])}")


@pytest.mark.parametrize("cursor", [encode([200_000]), encode([-20]), encode([7]), encode(["x"]), "-", "x" * 600])
def test_a_page_that_there_is_not_leads_to_the_beginning(
    client: StrictClient, now: datetime, indexed: Refresh, cursor: str
) -> None:
    mission(now, "Trier")
    indexed()
    found = page(client, f"?after={cursor}")
    assert "here is its beginning" in found
    assert "Trier" in found


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "masque" * 1_700, "q=%00%01%02", "q=de+la+et+du", "q=*", "q=%25", "q=mas*+AND+(OR", 'q="""', "q=«",
        "q=%F0%9F%98%B7", "q=%ff%fe", "radius=-5&q=x", "latitude=nan", "page=10000",
        "&".join(f"kind=k{number}" for number in range(200)), "&".join(["domain=health"] * 200),
        "activity=%00", "organisation=1", "organisation=%00", "places=-1", "places=1e9", "everywhere=1",
        "q=" + "a+" * 500,
    ],
)  # fmt: skip
@pytest.mark.parametrize("away", [False, True])
def test_no_address_is_a_fault(
    client: StrictClient, now: datetime, indexed: Refresh, settings: Settings, query: str, away: bool
) -> None:
    strasbourg_by_name()
    mission(now, "Coudre des masques")
    indexed()
    if away:
        settings.SEARCH_DIR = Path("/nowhere")
    assert client.get(f"/en/missions/?{query}").status_code == 200
    assert client.get(f"/en/missions/?{query}&part=results").status_code == 200


def test_only_stop_words_say_so_and_list_all(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    mission(now, "Coudre des masques")
    indexed()
    found = page(client, "?q=the+of")
    assert "Coudre des masques" in found
    assert "says what you look for" in found


def test_what_went_offline_a_moment_ago_is_not_shown(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    made = mission(now, "Trier")
    mission(now, "Porter")
    indexed()
    Mission.objects.filter(pk=made.pk).update(state="cancelled")
    assert titles(client, "") == ["Porter"]


def test_a_search_takes_few_queries(
    client: StrictClient, now: datetime, indexed: Refresh, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    strasbourg_by_name()
    organisation = organisation_validated(now=now)
    for number in range(22):
        slot_tomorrow(mission_online(now=now, title=f"Coudre des masques {number}", organisation=organisation), now=now)
    indexed()
    with django_assert_max_num_queries(12):
        page(client, "?q=masques+strasbourg")
    # What everybody asks for is kept: the lines are read each time.
    asked.hand_over()
    with django_assert_max_num_queries(3):
        page(client, "?q=masques+strasbourg")


def test_a_mission_far_ahead_is_found_by_its_days(client: StrictClient, now: datetime, indexed: Refresh) -> None:
    made = mission_online(now=now, title="Trier")
    slot_tomorrow(made, now=now, hours=24 * 40)
    indexed()
    day = (now + timedelta(days=40)).date()
    near = f"?from={day - timedelta(days=1)}&to={day + timedelta(days=1)}"
    assert titles(client, near) == ["Trier"]
    assert titles(client, "?when=week") == []
