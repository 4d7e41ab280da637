"""Loading: whole, once, and again when the table changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from entraide.territories import api, data, loading, rules
from entraide.territories.data import CommuneRow, DepartementRow, Edition, EpciRow, RegionRow
from entraide.territories.models import Commune, FormerCode, LoadedEdition, NameStart, Postcode
from entraide.territories.rules import PointQuality

pytestmark = pytest.mark.django_db

STRASBOURG = CommuneRow(
    code="67482",
    name="Strasbourg",
    departement="67",
    epci="246700488",
    population=293_771,
    latitude=48.58,
    longitude=7.75,
    point_quality=PointQuality.EXACT,
    postcodes=("67000", "67100"),
    other_codes=(),
    other_names=(),
)
KEHLING = replace(STRASBOURG, code="67999", name="Kehling", postcodes=("67000",), population=12, epci="")
Load = Callable[..., bool]


@pytest.fixture
def load(tmp_path: Path, now: datetime) -> Load:
    """Load an edition of these communes."""

    def load_(*communes: CommuneRow) -> bool:
        edition = Edition(
            regions=[RegionRow("44", "Grand Est")],
            departements=[DepartementRow("67", "Bas-Rhin", "44")],
            epcis=[EpciRow("246700488", "Eurométropole de Strasbourg", "METRO")],
            communes=list(communes),
        )
        file = tmp_path / "territories.zip"
        data.write(file=file, edition=edition)
        return loading.load(now=now, file=file)

    return load_


def test_the_command_loads_everything_once() -> None:
    told = StringIO()
    call_command("load_territories", stdout=told)
    call_command("load_territories", stdout=told)
    first, second = told.getvalue().splitlines()
    assert first.startswith("Territories loaded in ")
    assert second == "Territories are up to date."
    assert Commune.objects.current().count() == 34_969
    assert Postcode.objects.count() == 35_493
    assert Commune.objects.filter(point_quality=PointQuality.EXACT).count() > 14_000
    assert Commune.objects.filter(epci=None).count() < 150
    assert NameStart.objects.exclude(commune__is_current=True).count() == 0


def test_an_edition_already_loaded_is_left_alone(load: Load) -> None:
    assert load(STRASBOURG)
    before = list(NameStart.objects.values_list("id", flat=True))
    assert not load(STRASBOURG)
    assert list(NameStart.objects.values_list("id", flat=True)) == before
    assert LoadedEdition.objects.count() == 1


def test_new_rules_for_keys_load_the_same_table_again(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    load(STRASBOURG)
    monkeypatch.setattr(rules, "KEYS_EDITION", rules.KEYS_EDITION + 1)
    assert load(STRASBOURG)
    assert NameStart.objects.count() == 1


def test_a_change_reaches_the_rows_that_were_there(load: Load) -> None:
    load(STRASBOURG)
    grown = replace(
        STRASBOURG, name="Grand-Strasbourg", population=300_000, postcodes=("67000", "67200"), latitude=48.6, epci=""
    )
    assert load(grown)
    commune = Commune.objects.get(code="67482")
    assert (commune.name, commune.population, commune.latitude, commune.epci_id) == (
        "Grand-Strasbourg", 300_000, 48.6, None,
    )  # fmt: skip
    assert set(commune.postcodes.values_list("postcode", flat=True)) == {"67000", "67200"}
    assert [each.code for each in api.find_communes(text="grand-stras")] == ["67482"]
    assert api.find_communes(text="67100") == []


def test_a_merged_commune_stays_for_those_who_point_to_it_but_is_offered_no_more(load: Load) -> None:
    load(STRASBOURG, KEHLING)
    assert len(api.communes_of_postcode("67000")) == 2
    load(replace(STRASBOURG, other_codes=("67999",), other_names=("Kehling",)))
    assert not Commune.objects.get(code="67999").is_current
    assert [each.code for each in api.communes_of_postcode("67000")] == ["67482"]
    assert str(api.commune("67999")) == "Strasbourg (67)"
    assert [each.code for each in api.find_communes(text="kehl")] == ["67482"]


def test_a_commune_that_comes_back_is_current_again(load: Load) -> None:
    load(STRASBOURG, KEHLING)
    load(replace(STRASBOURG, other_codes=("67999",)))
    load(STRASBOURG, KEHLING)
    assert Commune.objects.get(code="67999").is_current
    assert not FormerCode.objects.exists()


def test_a_table_that_cannot_be_read_changes_nothing(load: Load, tmp_path: Path, now: datetime) -> None:
    load(STRASBOURG)
    broken = replace(STRASBOURG, departement="00", name="Nowhere")
    with pytest.raises(IntegrityError), transaction.atomic():
        load(broken)
        connection.check_constraints()
    assert Commune.objects.get().name == "Strasbourg"
    assert not load(STRASBOURG)


@pytest.mark.parametrize(
    "wrong",
    [
        {"point_quality": "exact", "latitude": None, "longitude": None},
        {"point_quality": "none"},
        {"point_quality": "approximate", "latitude": None, "longitude": None},
        {"point_quality": "epci", "latitude": 91.0},
        {"point_quality": "good"},
    ],
)
def test_the_database_refuses_a_point_that_contradicts_its_quality(load: Load, wrong: dict[str, object]) -> None:
    load(STRASBOURG)
    with pytest.raises(IntegrityError):
        Commune.objects.update(**wrong)
