"""The committed table: what it promises, and that its keys have not changed unnoticed."""

import csv
import hashlib
from pathlib import Path

import pytest

from entraide.territories import data, rules
from entraide.territories.data import CommuneRow, Edition
from entraide.territories.rules import PointQuality
from ops.build.territories.__main__ import KNOWN_POINTS

# What `search_key` and `name_starts` made of every name when KEYS_EDITION was last raised.
KEYS_DIGEST = "c2cbd65dc09f62637304f875c0d33701a049a0877489d87a1c811bf86945e8d1"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return data.read(file=data.FILE)


def test_every_current_commune_departement_region_and_epci_is_there(edition: Edition) -> None:
    assert len(edition.communes) == 34_969
    assert (len(edition.departements), len(edition.regions), len(edition.epcis)) == (109, 26, 1255)
    codes = [commune.code for commune in edition.communes]
    assert codes == sorted(set(codes))
    assert sum(commune.population for commune in edition.communes) == 68_952_941


def test_everything_that_a_commune_names_exists(edition: Edition) -> None:
    departements = {departement.code for departement in edition.departements}
    assert {departement.region for departement in edition.departements} <= {region.code for region in edition.regions}
    sirens = {epci.siren for epci in edition.epcis} | {""}
    for commune in edition.communes:
        assert commune.departement in departements
        assert commune.code.startswith(commune.departement)
        assert commune.epci in sirens
        assert all(rules.is_postcode(postcode) for postcode in commune.postcodes)


def test_only_the_uninhabited_southern_lands_have_no_postcode(edition: Edition) -> None:
    without = {commune.departement for commune in edition.communes if not commune.postcodes}
    assert without == {"984"}
    assert len({postcode for commune in edition.communes for postcode in commune.postcodes}) == 6310


def test_no_former_code_stands_for_two_communes_or_for_a_current_one(edition: Edition) -> None:
    former = [code for commune in edition.communes for code in commune.other_codes]
    assert len(former) == len(set(former))
    assert not set(former) & {commune.code for commune in edition.communes}


def test_the_join_places_at_least_what_was_measured_beforehand(edition: Edition) -> None:
    exact = [commune for commune in edition.communes if commune.point_quality is PointQuality.EXACT]
    assert len(exact) >= 14_277
    assert sum(commune.population for commune in exact) >= 0.872 * 68_952_941
    without = [commune.name for commune in edition.communes if commune.point_quality is PointQuality.NONE]
    # Five archipelagos strewn around Madagascar have no middle.
    assert without == ["Îles Éparses de l'océan Indien"]


def test_a_point_written_by_hand_is_never_called_exact(edition: Edition) -> None:
    with KNOWN_POINTS.open(encoding="utf-8", newline="") as opened:
        by_hand = {row["code"] for row in csv.DictReader(opened) if not row["place"]}
    approximate = {each.code for each in edition.communes if each.point_quality is PointQuality.APPROXIMATE}
    assert approximate == by_hand
    licences = data.FILE.with_name("LICENCES.md").read_text(encoding="utf-8")
    assert f"`approximate` ({len(by_hand)} communes" in licences


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"),
    [
        ("75056", 48.857, 2.352),
        ("13055", 43.296, 5.381),
        ("69123", 45.764, 4.836),
        ("31555", 43.604, 1.444),
        ("06088", 43.704, 7.266),
        ("44109", 47.218, -1.554),
        ("67482", 48.574, 7.752),
        ("33063", 44.838, -0.579),
        ("59350", 50.629, 3.057),
        ("29019", 48.390, -4.486),
        ("93066", 48.936, 2.357),
        ("97411", -20.879, 55.448),
        ("97302", 4.937, -52.326),
        ("2A004", 41.919, 8.739),
        ("97502", 46.777, -56.177),
        ("98735", -17.535, -149.569),
        ("98818", -22.276, 166.457),
        ("59183", 51.038, 2.378),
        ("50129", 49.639, -1.616),
        ("91228", 48.629, 2.441),
    ],
)
def test_towns_lie_where_the_map_has_them(edition: Edition, code: str, latitude: float, longitude: float) -> None:
    commune = next(commune for commune in edition.communes if commune.code == code)
    assert commune.point_quality is PointQuality.EXACT
    assert rules.haversine_km(_point(commune), (latitude, longitude)) < 6


def test_no_commune_of_the_mainland_lies_outside_it(edition: Edition) -> None:
    for commune in edition.communes:
        if not commune.departement.startswith("9") or len(commune.departement) == 2:
            latitude, longitude = _point(commune)
            assert 41.3 < latitude < 51.1, commune
            assert -5.2 < longitude < 9.6, commune


def test_a_group_of_communes_holds_together(edition: Edition) -> None:
    middles = {}
    for epci in edition.epcis:
        middles[epci.siren] = rules.median_point(_point(each) for each in edition.communes if each.epci == epci.siren)
    away = []
    for commune in edition.communes:
        middle = middles.get(commune.epci)
        if middle and len(commune.departement) == 2:
            away.append(rules.haversine_km(_point(commune), middle))
    assert max(away) < 80
    assert sorted(away)[len(away) * 99 // 100] < 40


def test_the_file_is_small_and_stands_beside_its_licences() -> None:
    assert data.FILE.stat().st_size < 1_000_000
    licences = data.FILE.with_name("LICENCES.md").read_text(encoding="utf-8")
    assert "Licence Ouverte" in licences
    assert "CC BY 4.0" in licences
    assert "GeoNames" in licences


def test_the_same_edition_gives_the_same_file_and_comes_back_whole(edition: Edition, tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    data.write(file=first, edition=edition)
    data.write(file=second, edition=data.read(file=first))
    assert first.read_bytes() == second.read_bytes()
    assert data.read(file=second) == edition


def test_keys_of_names_change_only_with_their_edition(edition: Edition) -> None:
    found = hashlib.sha256()
    for commune in edition.communes:
        for name in (commune.name, *commune.other_names):
            found.update(repr(list(rules.name_starts(name))).encode())
    assert found.hexdigest() == KEYS_DIGEST, "raise rules.KEYS_EDITION, then put the new digest here"


def _point(commune: CommuneRow) -> rules.Point:
    assert commune.latitude is not None
    assert commune.longitude is not None
    return commune.latitude, commune.longitude
