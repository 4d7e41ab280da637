"""Captions of a meeting: somebody writes along what is spoken, for those who cannot hear it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.calling import CUT, IS_BACK, KEEP, comes_in, newcomer, opens, sees_the_other, with_cameras
from tests.journeys.looking import faults_seen

__all__ = ["newcomer", "with_cameras"]
pytestmark = pytest.mark.browser
WRITE = "Écrire ce qui se dit, pour qui ne l’entend pas"


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_what_somebody_writes_along_is_read_by_who_opens_the_captions(
    newcomer: Callable[..., Page], encrypted: bool
) -> None:
    ada, bo = newcomer(), newcomer(width=390)
    ada.add_init_script(KEEP)
    address = opens(ada, encrypted=encrypted)
    for page, name in ((ada, "Ada-Exemple"), (bo, "Bo-Exemple")):
        comes_in(page, address, name)
    sees_the_other(ada)
    ada.keyboard.press("t")
    writing = ada.get_by_label(WRITE)
    # A sentence goes when it has ended, without a key for it; the next one stays until then.
    writing.press_sequentially("Bienvenue à toutes et à tous. Nous")
    expect(writing).to_have_value("Nous")
    expect(bo.locator("[data-notices]")).to_contain_text("Ada-Exemple écrit ce qui se dit")
    bo.get_by_role("button", name="Sous-titres").click()
    lines = bo.get_by_role("list", name="Ce qui se dit")
    expect(lines).to_have_text("Ada-Exemple Bienvenue à toutes et à tous.")
    writing.press_sequentially(" commençons")
    writing.press("Enter")
    expect(lines.locator("li")).to_have_text(["Ada-Exemple Bienvenue à toutes et à tous.", "Nous commençons"])
    assert not faults_seen(ada)
    assert not faults_seen(bo)
    # None of it is in the chat.
    expect(bo.locator("[data-chat] li")).to_have_count(0)


def test_what_is_written_while_the_line_is_cut_stays_in_its_box(newcomer: Callable[..., Page]) -> None:
    ada = newcomer()
    ada.add_init_script(KEEP)
    comes_in(ada, opens(ada), "Ada-Exemple")
    expect(ada.locator("[data-sign]")).to_contain_text("Vous êtes la seule personne")
    ada.keyboard.press("c")
    box = ada.get_by_label("Écrire à tous")
    ada.context.set_offline(True)
    ada.evaluate(CUT)
    expect(ada.locator("[data-sign]")).to_contain_text("La liaison est coupée")
    box.fill("Attendez-moi")
    box.press("Enter")
    expect(box).to_have_value("Attendez-moi")
    expect(ada.locator("[data-notices]")).to_contain_text("n’est pas encore parti")
    ada.context.set_offline(False)
    ada.wait_for_function(IS_BACK)
    expect(ada.locator("[data-sign]")).to_contain_text("Vous êtes la seule personne")
    box.press("Enter")
    expect(ada.locator("[data-chat]")).to_contain_text("Attendez-moi")
