"""The form field for a commune, as a page without JavaScript uses it."""

import pytest
from django import forms
from django.http import QueryDict

from entraide.territories.fields import CommuneField
from entraide.territories.models import Commune
from tests.strict_client import page_faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("france")]


class PlaceForm(forms.Form):
    where = CommuneField(label="Commune")
    elsewhere = CommuneField(required=False)


def submitted(query: str) -> PlaceForm:
    return PlaceForm(QueryDict(query))


@pytest.mark.parametrize(
    "text", ["Strasbourg", "67000", "67000 Strasbourg", "Strasbourg (67)", "67482", " strasbourg "]
)
def test_a_name_a_postcode_both_or_a_code_gives_the_commune(text: str) -> None:
    form = PlaceForm({"where": text})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["where"].code == "67482"
    assert form.cleaned_data["elsewhere"] is None


def test_an_ambiguous_text_names_the_candidates_and_offers_them() -> None:
    form = submitted("where=Saint-Denis")
    assert not form.is_valid()
    assert form.errors.as_data()["where"][0].code == "several"
    assert "Saint-Denis (974), Saint-Denis (93)" in form.errors["where"][0]
    html = str(form["where"])
    assert html.count('type="radio"') == 4
    assert "Saint-Denis (Seine-Saint-Denis)" in html
    assert 'name="where-asked" value="Saint-Denis"' in html
    assert page_faults(html) == []


def test_a_choice_among_the_candidates_is_taken() -> None:
    form = submitted("where=Saint-Denis&where-asked=Saint-Denis&where-choice=Saint-Denis+(93)")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["where"].label == "Saint-Denis (93)"
    assert 'type="radio"' not in str(form["where"])
    assert 'value="Saint-Denis (93)"' in str(form["where"])


def test_a_text_typed_anew_counts_more_than_the_choice_for_the_old_one() -> None:
    form = submitted("where=Lyon&where-asked=Saint-Denis&where-choice=Saint-Denis+(93)")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["where"].label == "Lyon (69)"


def test_candidates_of_one_form_do_not_show_in_another() -> None:
    submitted("where=Saint-Denis").is_valid()
    assert 'type="radio"' not in str(submitted("where=Lyon")["where"])
    assert 'type="radio"' not in str(PlaceForm()["where"])


def test_an_unknown_name_says_what_to_do() -> None:
    form = submitted("where=Atlantis")
    assert form.errors.as_data()["where"][0].code == "unknown"


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_required_field_is_asked_for(text: str) -> None:
    assert PlaceForm({"where": text}).errors.as_data()["where"][0].code == "required"


@pytest.mark.parametrize("text", ["\0", "a\0b", "x" * 101, "🙂" * 5000, "%", "'; drop table", "\ud800"])
def test_garbage_is_an_error_of_the_field(text: str) -> None:
    form = PlaceForm({"where": text, "where-choice": "\0", "where-asked": text})
    assert not form.is_valid()
    assert list(form.errors) == ["where"]


def test_a_commune_given_as_initial_value_is_shown_by_its_label_and_is_no_change() -> None:
    strasbourg = Commune.objects.get(code="67482")
    assert 'value="Strasbourg (67)"' in str(PlaceForm(initial={"where": strasbourg})["where"])
    same = PlaceForm({"where": "Strasbourg (67)"}, initial={"where": strasbourg})
    assert same.is_valid(), same.errors
    assert not same.has_changed()
