"""Looking for a mission: as one types where scripts run, by the button where they do not."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import SignedIn
from tests.journeys.looking import faults_seen

pytestmark = pytest.mark.browser


def type_at_once(box: Locator, letters: str) -> None:
    """Type letters without a pause between them, however slow the machine."""
    box.focus()
    box.evaluate(
        """(box, letters) => {
            for (const letter of letters) {
                box.value += letter;
                box.dispatchEvent(new InputEvent("input", { bubbles: true, data: letter, inputType: "insertText" }));
            }
        }""",
        letters,
    )


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
    expect(page.locator("#results .card__title")).to_have_text(whole, use_inner_text=True)


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
        type_at_once(box, "zzzz")
    # The first answer does not come; once another is asked for, nobody waits for it any more.
    box.fill("colis")
    page.wait_for_url("**q=colis")
    expect(page.locator("#results mark").first).to_be_visible()
    assert [url for url in dropped if "q=zzzz" in url]
    box.blur()
    # Four letters typed at once were one question, "colis" the other; leaving the box asks nothing.
    assert len(asked) == 2


def test_nothing_is_asked_that_would_change_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page()
    # Pauses are made by the page's own clock.
    page.clock.install()
    page.goto("/fr/missions/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "part=results" in request.url else None)
    box = page.locator("#q")

    def typed(text: str) -> None:
        type_at_once(box, text)
        page.clock.run_for(1_000)

    typed("m")
    assert asked == [], "one letter says nothing yet"
    typed("asques")
    page.wait_for_url("**q=masques")
    expect(page.locator("#results mark").first).to_be_visible()
    assert len(asked) == 1, "letters typed at once are one question"
    typed(" ")
    typed("t")
    box.press("Backspace")
    page.clock.run_for(1_000)
    box.press("Backspace")
    page.clock.run_for(1_000)
    box.blur()
    page.clock.run_for(1_000)
    assert len(asked) == 1, "spaces, the first letter of another word and what is taken back ask for nothing"
    box.press("End")
    typed(" tissu")
    page.wait_for_url("**q=masques+tissu")
    assert len(asked) == 2
    # A letter that is left after others were deleted is a question of its own: the list was about more.
    box.fill("t")
    page.clock.run_for(1_000)
    page.wait_for_url("**q=t")
    assert len(asked) == 3


def test_leaving_a_box_and_pressing_the_button_is_one_question_that_is_answered(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    page.goto("/fr/missions/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("part=results"), hold)
    page.locator("#q").fill("colis")
    # Leaving the box asks; the button asks the same while the answer is under way, which must come all the same.
    with page.expect_request(re.compile("part=results")):
        page.get_by_role("button", name="Afficher les missions").click()
    expect(page.get_by_role("button", name="Afficher les missions")).to_be_focused()
    assert len(held) == 1
    held[0].continue_()
    page.wait_for_url("**q=colis")
    expect(page.locator("#results mark").first).to_be_visible()


def test_typing_goes_on_after_going_back(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/fr/missions/")
    box = page.locator("#q")
    box.press_sequentially("colis", delay=20)
    page.wait_for_url("**q=colis")
    page.go_back()
    page.wait_for_url("**/missions/")
    expect(page.locator("#results mark")).to_have_count(0)
    box.fill("colis")
    page.wait_for_url("**q=colis")
    expect(page.locator("#results mark").first).to_be_visible()


def test_a_region_is_read_without_scripts_and_taken_back(open_page: Callable[..., Page]) -> None:
    page = open_page(javascript=False)
    page.goto("/fr/missions/?q=bretagne")
    chip = page.get_by_role("list", name="Filtres").get_by_role("link", name=re.compile("Bretagne"))
    expect(chip).to_be_visible()
    chip.click()
    page.wait_for_url("**everywhere=1")
    expect(page.locator("#q")).to_have_value("bretagne")


def test_near_me_is_asked_and_answered(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/fr/missions/?q=colis+pr%C3%A8s+de+moi")
    assert not faults_seen(page)
    page.get_by_role("link", name="Dire où").click()
    where = page.locator("#where")
    expect(where).to_be_focused()
    where.press_sequentially("Strasbourg")
    page.get_by_role("button", name="Afficher les missions").click()
    page.wait_for_url("**where=Strasbourg**")
    expect(page.get_by_role("link", name="Dire où")).to_have_count(0)
    # Other words keep the place.
    page.locator("#q").fill("repas près de moi")
    page.wait_for_url("**q=repas**where=Strasbourg**")


def test_near_me_is_the_place_of_ones_profile(open_page: Callable[..., Page], signed_in: SignedIn) -> None:
    page = open_page(state=signed_in(None))
    page.goto("/fr/missions/?q=pr%C3%A8s+de+moi")
    page.get_by_role("link", name="Prendre le lieu de mon profil").click()
    page.wait_for_url("**/missions/**where=**")
    expect(page.locator("#where")).not_to_have_value("")


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
    expect(page.get_by_label("Pas de courriel")).to_be_visible()
    assert not faults_seen(page)
    page.get_by_label("Pas de courriel").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**/me/searches/")
    expect(page.get_by_text("Pas de courriel")).to_be_visible()
    assert not faults_seen(page)
    page.get_by_role("button", name="Supprimer").click()
    expect(page.get_by_text("Aucune recherche enregistrée")).to_be_visible()


def test_the_home_page_shows_what_is_needed_near_the_place_that_was_looked_for(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/fr/")
    near = page.locator("[data-near]")
    expect(near).to_be_hidden()
    page.locator("#where").fill("Strasbourg")
    page.get_by_role("button", name="Trouver une mission").click()
    page.wait_for_url("**/missions/?where=Strasbourg")
    page.goto("/fr/")
    expect(near.get_by_role("heading", level=2)).to_have_text(re.compile("On a besoin de vous près de Strasbourg"))
    assert 0 < near.locator(".card").count() <= 3
    assert faults_seen(page) == []
    # What is remembered leads to the same list, and is forgotten where one says so.
    near.get_by_role("link", name="Toutes les missions à proximité").click()
    page.wait_for_url("**/missions/?where=Strasbourg")
    page.goto("/fr/")
    near.get_by_role("button", name="L’oublier").click()
    expect(near).to_be_hidden()
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(near).to_be_hidden()


def test_a_place_that_is_none_leaves_the_home_page_as_it_is(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/fr/")
    page.evaluate("() => localStorage.setItem('entraide.where', '<img src=x> nulle part')")
    with page.expect_response(re.compile("part=near")):
        page.reload()
    expect(page.locator("[data-near]")).to_be_hidden()
