"""Whom a certificate is for: people remembered, children, somebody else; kept for a day after its end, then gone."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from entraide.certificates.api import from_text, read_declaration
from tests.certificates_site.visits import COUNT, NAME, fill_in, make

pytestmark = pytest.mark.browser
CHILDREN = (("Noé Exemple", "2014-05-02"), ("Zoé Exemple", "2017-11-30"))
MADE_BY, CHILDREN_KEY = 17, 14
SCHOOL = {
    "given_name": NAME, "family_name": "Démonstration", "address": "1 place du Test", "postcode": "67000",
    "city": "Strasbourg", "school": "École d’essai", "school_address": "2 place du Test",
}  # fmt: skip


def values_of(text: str) -> dict[int, object]:
    """Return what the code's declaration says, by key."""
    return dict(read_declaration(from_text(text).declaration).values)


def children_shown(page: Page) -> list[tuple[str, ...]]:
    """Return the children that the form names."""
    page.locator(".person").first.wait_for()
    rows = page.locator(".person").all()
    return [tuple(field.input_value() for field in row.locator("input").all()) for row in rows]


def test_children_are_named_and_come_back_with_another_time(phone: Page) -> None:
    phone.goto("/#form=fr.ecole/1")
    for name, text in SCHOOL.items():
        phone.locator(f"#field-{name}").fill(text)
    phone.get_by_role("button", name="Ajouter une personne").click()
    for row, child in zip(phone.locator(".person").all(), CHILDREN, strict=True):
        for field, text in zip(row.locator("input").all(), child, strict=True):
            field.fill(text)
    phone.locator("input[name=reasons]").first.check()
    assert values_of(make(phone))[CHILDREN_KEY] == CHILDREN
    assert all(name in phone.locator(".certificate").inner_text() for name, _ in CHILDREN)
    phone.get_by_role("button", name="Refaire la même").click()
    assert children_shown(phone) == list(CHILDREN)
    phone.get_by_role("button", name=f"Retirer {CHILDREN[0][0]}").click()
    assert values_of(make(phone))[CHILDREN_KEY] == CHILDREN[1:]


def test_a_link_names_children_too_and_no_more_than_the_form_takes(phone: Page) -> None:
    named = "%0A".join(f"Enfant {number}%092014-05-02" for number in range(9))
    phone.goto(f"/#form=fr.ecole/1&children={named}")
    assert children_shown(phone) == [(f"Enfant {number}", "2014-05-02") for number in range(6)]
    assert phone.get_by_role("button", name="Ajouter une personne").is_disabled()


def test_one_can_be_made_on_behalf_of_somebody_and_says_by_whom(phone: Page) -> None:
    fill_in(phone, made_by="Dominique Voisine")
    phone.locator("#remember").check()
    assert values_of(make(phone))[MADE_BY] == "Dominique Voisine"
    assert "Établie pour cette personne par" in phone.locator(".certificate").inner_text()
    phone.goto("/")
    phone.get_by_role("button", name="mission").first.click()
    phone.get_by_role("button", name=f"Remplir avec {NAME}").click()
    # Who goes out is remembered, not who helped.
    assert phone.locator("#field-made_by").input_value() == ""


def test_several_people_are_remembered_and_each_can_be_forgotten(phone: Page) -> None:
    for name, address in ((NAME, "1 place du Test"), ("Sacha-Exemple", "9 rue d’Essai")):
        fill_in(phone, given_name=name, address=address)
        phone.locator("#remember").check()
        make(phone)
    phone.goto("/")
    phone.get_by_role("button", name="mission").first.click()
    for name, address in ((NAME, "1 place du Test"), ("Sacha-Exemple", "9 rue d’Essai")):
        phone.get_by_role("button", name=f"Remplir avec {name}").click()
        assert phone.locator("#field-address").input_value() == address
    phone.get_by_role("button", name=f"Effacer {NAME}").click()
    expect(phone.get_by_role("button", name=f"Remplir avec {NAME}")).to_have_count(0)
    phone.reload()
    phone.get_by_role("button", name="mission").first.click()
    expect(phone.get_by_role("button", name="Remplir avec Sacha-Exemple")).to_have_count(1)
    assert phone.get_by_role("button", name=f"Remplir avec {NAME}").count() == 0


def test_what_is_over_for_a_day_is_erased_by_itself(phone: Page) -> None:
    fill_in(phone)
    make(phone)
    back = datetime.now(UTC) + timedelta(hours=3)
    for later, said in ((timedelta(minutes=5), "Terminée"), (timedelta(hours=23), "Terminée"), (timedelta(days=1), "")):
        phone.clock.set_fixed_time(back + later)
        phone.goto("/")
        phone.get_by_role("button", name="mission").first.wait_for()
        assert (NAME in phone.locator("main").inner_text()) == bool(said)
        assert phone.locator(".badge", has_text=said or "Terminée").count() == bool(said)
    assert phone.evaluate(COUNT) == 0
