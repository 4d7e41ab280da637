"""The gazetteer as it is read from the table of territories."""

import pytest
from django.core.management import call_command

from entraide.search import places
from entraide.search.rules.places import read_place

pytestmark = pytest.mark.django_db

LABELS = {
    "masques strasbourg": "Strasbourg (67)",
    "69003": "Lyon (69)",
    "saint denis 93": "Saint-Denis (93)",
    "ajaccio 2a": "Ajaccio (2A)",
    "alsace": "Alsace",
    "bénévolat île-de-france": "Île-de-France",
    "la réunion": "La Réunion (974)",
}


def test_a_table_that_is_not_loaded_yet_is_looked_at_again_and_then_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_known", [])
    assert not places.gazetteer().departements
    call_command("load_territories", verbosity=0)
    known = places.gazetteer()
    assert places.gazetteer() is known
    found = {text: read_place(text, known).place for text in LABELS}
    assert {text: place and place.label for text, place in found.items()} == LABELS
