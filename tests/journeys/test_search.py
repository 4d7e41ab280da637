"""Looking for a mission: as one types where scripts run, by the button where they do not."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import SignedIn
from tests.journeys.looking import faults_seen

pytestmark = pytest.mark.browser


def lines(page: Page) -> list[str]:
    return page.locator("#results .card__title").all_inner_texts()


def test_the_list_follows_what_is_typed_and_going_back_leads_to_it_whole(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/fr/missions/")
    whole = lines(page)
    box = page.get_by_role("searchbox", name="Que cherchez-vous")
    box.press_sequentially("colis", delay=60)
    page.wait_for_url("**/missions/?q=colis")
    expect(page.locator("#results mark").first).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value("colis")
    assert 0 < len(lines(page)) <= len(whole)
    # The letters between are no steps of the way back.
    page.go_back()
    page.wait_for_url("**/missions/")
    expect(page.locator("#results mark")).to_have_count(0)
    assert lines(page) == whole


def test_few_requests_and_no_late_answer(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/fr/missions/")
    asked: list[str] = []
    dropped: list[str] = []

    def hold_the_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()

    page.route(re.compile("part=results"), hold_the_first)
    page.on("requestfailed", lambda request: dropped.append(request.url))
    box = page.locator("#q")
    with page.expect_request(re.compile("q=zzzz")):
        box.press_sequentially("zzzz", delay=20)
    # The first answer does not come; once another is asked for, nobody waits for it any more.
    box.fill("colis")
    page.wait_for_url("**q=colis")
    expect(page.locator("#results mark").first).to_be_visible()
    assert [url for url in dropped if "q=zzzz" in url]
    box.blur()
    # Four letters typed at once were one question, "colis" the other; leaving the box asks nothing.
    assert len(asked) == 2


def test_a_choice_updates_the_counts_and_keeps_the_focus(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/fr/missions/")
    first = page.locator("#facets input[name=kind]").first
    key = first.get_attribute("id")
    first.focus()
    first.press("Space")
    page.wait_for_url("**kind=**")
    expect(page.locator(f"[id='{key}']")).to_be_checked()
    expect(page.locator(f"[id='{key}']")).to_be_focused()
    expect(page.locator("#filters-count")).to_have_text("1")
    # The facet that is chosen from still counts all that it could give.
    assert page.locator("#facets input[name=kind]").count() > 1
    label = page.locator(f"label[for='{key}'] .choice__count").inner_text()
    said = page.locator("#count").inner_text()
    assert re.sub(r"\D", "", label) == re.findall(r"\d+", said)[0]


def test_a_place_among_the_words_is_a_chip_to_take_away(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/fr/missions/?q=colis+strasbourg")
    chip = page.get_by_role("link", name=re.compile("Près de Strasbourg"))
    expect(chip).to_be_visible()
    chip.click()
    page.wait_for_url("**everywhere=1")
    expect(page.locator("#q")).to_have_value("colis strasbourg")
    expect(page.get_by_role("link", name=re.compile("Près de Strasbourg"))).to_have_count(0)


def test_all_of_it_works_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page(javascript=False)
    page.goto("/fr/missions/")
    page.locator("#q").fill("colis")
    page.get_by_role("button", name="Afficher les missions").click()
    page.wait_for_url("**q=colis**")
    expect(page.locator("#results mark").first).to_be_visible()
    page.locator("#facets input[name=kind]").first.check()
    page.get_by_role("button", name="Afficher les missions").click()
    page.wait_for_url("**kind=**")
    expect(page.locator("#facets input[name=kind]").first).to_be_checked()


@pytest.mark.parametrize("query", ["?q=colis+strasbourg", "?q=zzzzz+parapente"])
def test_results_and_their_absence_look_right(open_page: Callable[..., Page], query: str) -> None:
    page = open_page()
    page.goto(f"/fr/missions/{query}")
    assert not faults_seen(page)


def test_a_search_is_saved_changed_and_deleted(open_page: Callable[..., Page], signed_in: SignedIn) -> None:
    page = open_page(state=signed_in(None))
    page.goto("/fr/missions/?q=colis")
    page.get_by_role("link", name="Enregistrer cette recherche").click()
    page.get_by_label("Nom").fill("Des colis")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**/me/searches/")
    page.get_by_role("link", name="Modifier").click()
    assert not faults_seen(page)
    page.get_by_label("Pas de courriel").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**/me/searches/")
    expect(page.get_by_text("Pas de courriel")).to_be_visible()
    assert not faults_seen(page)
    page.get_by_role("button", name="Supprimer").click()
    expect(page.get_by_text("Aucune recherche enregistrée")).to_be_visible()
