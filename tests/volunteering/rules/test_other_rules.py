"""Publication, addresses, search keys and the catalogue."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entraide.volunteering.actions.catalogue import FILE
from entraide.volunteering.rules.addresses import Address, public_address
from entraide.volunteering.rules.catalogue import BadCatalogue, read_catalogue
from entraide.volunteering.rules.publication import (
    Draft,
    OrganisationStanding,
    TrustPolicy,
    problems,
    state_after_submission,
)
from entraide.volunteering.rules.search_keys import search_key, search_words
from entraide.volunteering.rules.words import Kind, Mode, Precision

ADDRESS = Address(
    label="Salle des fêtes",
    street="12 bis, rue des Frères",
    postcode="67000",
    commune="Strasbourg",
    point=(48.58123, 7.75234),
    commune_point=(48.5734, 7.7521),
)


@pytest.mark.parametrize(
    "precision, lines, point",
    [
        ("exact", ("Salle des fêtes", "12 bis, rue des Frères", "67000 Strasbourg"), (48.58123, 7.75234)),
        ("street", ("rue des Frères", "67000 Strasbourg"), (48.581, 7.752)),
        ("commune", ("67000 Strasbourg",), (48.5734, 7.7521)),
    ],
)
def test_the_public_reads_an_address_at_its_precision(
    precision: str, lines: tuple[str, ...], point: tuple[float, float]
) -> None:
    shown = public_address(ADDRESS, precision=Precision(precision))
    assert (shown.lines, shown.point) == (lines, point)


@pytest.mark.parametrize("street", ["12 rue Haute", "12bis rue Haute", "12 B rue Haute", "12, rue Haute", "rue Haute"])
def test_a_house_number_is_not_shown_with_its_street(street: str) -> None:
    address = Address("", street, "67000", "Strasbourg", None, None)
    assert public_address(address, precision=Precision.STREET).lines[0] == "rue Haute"


def draft(*, follows_template: bool = True, mode: Mode = Mode.ON_SITE, has_place: bool = True) -> Draft:
    return Draft("Colis", "Trier", mode, has_place, 1, 16, None, follows_template)


@pytest.mark.parametrize("standing", OrganisationStanding)
@pytest.mark.parametrize("policy", TrustPolicy)
def test_only_trusted_templates_go_online_at_once(standing: OrganisationStanding, policy: TrustPolicy) -> None:
    own_words = state_after_submission(draft(follows_template=False), organisation=standing, policy=policy)
    template = state_after_submission(draft(), organisation=standing, policy=policy)
    if standing is OrganisationStanding.BARRED:
        assert own_words is template is None
        return
    trusted = {
        "everything": (),
        "templates_of_validated": ("validated",),
        "templates_of_anyone": ("validated", "not_yet"),
    }
    assert own_words == "submitted"
    assert template == ("online" if standing in trusted[policy] else "submitted")


def test_a_remote_mission_needs_no_place() -> None:
    assert problems(draft(mode=Mode.REMOTE, has_place=False)) == ()
    assert [problem.code for problem in problems(draft(has_place=False))] == ["place_missing"]


@given(st.text(max_size=50))
def test_a_search_key_is_stable_and_plain(text: str) -> None:
    key = search_key(text)
    assert search_key(key) == key
    assert all(character == " " or (character.isascii() and character.isalnum()) for character in key)
    assert all(word in key.split() for word in search_words(text))


def test_the_catalogue_covers_six_kinds_in_two_languages() -> None:
    templates = read_catalogue(json.loads(FILE.read_text(encoding="utf-8")))
    assert len(templates) >= 12
    # The other one is for what partners send.
    for kind in set(Kind) - {Kind.OTHER}:
        assert sum(template.kind is kind for template in templates) >= 2, kind
    for template in templates:
        assert template.safety and template.age_min >= 16 and 15 <= template.duration_minutes <= 24 * 60


def test_a_catalogue_that_lacks_a_language_is_refused_by_name() -> None:
    data = json.loads(FILE.read_text(encoding="utf-8"))
    del data["templates"][0]["title"]["en"]
    with pytest.raises(BadCatalogue, match=data["templates"][0]["slug"]):
        read_catalogue(data)
