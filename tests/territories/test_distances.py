"""Distances in the database agree with the rules."""

import pytest
from django.db import connection

from entraide.territories import api, rules
from entraide.territories.models import Commune, Postcode

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("france")]

LATITUDE, LONGITUDE = 48.5839, 7.7455


@pytest.mark.parametrize(
    ("latitude", "longitude", "km"),
    [(48.5839, 7.7455, 20), (48.8534, 2.3488, 5), (-21.0, 55.4, 60), (-13.28, -176.2, 400), (-16.5, -151.7, 900)],
)
def test_communes_within_a_circle_are_those_of_the_formula(latitude: float, longitude: float, km: float) -> None:
    near = api.within_km(Commune.objects.all(), latitude=latitude, longitude=longitude, km=km)
    expected = {
        commune.code: distance
        for commune in Commune.objects.exclude(latitude=None)
        if (distance := rules.haversine_km((latitude, longitude), (commune.latitude or 0, commune.longitude or 0)))
        <= km
    }
    assert expected
    column = api.distance_km(latitude=latitude, longitude=longitude)
    assert dict(near.values_list("code", column)) == pytest.approx(expected, abs=1e-3)


def test_a_circle_across_the_date_line_reaches_both_sides() -> None:
    near = api.within_km(Commune.objects.all(), latitude=-13.3, longitude=179.9, km=700)
    assert {commune.departement_id for commune in near} == {"986"}


def test_a_point_is_at_no_distance_from_itself() -> None:
    nearest = api.within_km(Commune.objects.all(), latitude=LATITUDE, longitude=LONGITUDE, km=1).get()
    assert nearest.code == "67482"
    assert vars(nearest)["distance_km"] == pytest.approx(0, abs=0.01)


def test_the_columns_may_be_those_of_a_related_row() -> None:
    near = api.within_km(Postcode.objects.all(), latitude=LATITUDE, longitude=LONGITUDE, km=3, prefix="commune__")
    assert set(near.values_list("postcode", flat=True)) >= {"67000", "67100", "67200"}


def test_a_row_without_a_point_is_never_near() -> None:
    everywhere = api.within_km(Commune.objects.all(), latitude=0, longitude=0, km=25_000)
    assert everywhere.count() == Commune.objects.exclude(latitude=None).count()


def test_a_circle_reads_the_index_on_points() -> None:
    near = api.within_km(Commune.objects.all(), latitude=LATITUDE, longitude=LONGITUDE, km=10)
    with connection.cursor() as cursor:
        sql, params = near.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "commune_point" in plan


@pytest.mark.parametrize(
    ("latitude", "longitude", "km"), [(LATITUDE, LONGITUDE, 20), (-21.0, 55.4, 60), (-13.3, 179.9, 700)]
)
def test_the_circle_written_as_sql_holds_the_same_rows(latitude: float, longitude: float, km: float) -> None:
    circle = api.circle_sql(latitude=latitude, longitude=longitude, km=km, alias="place")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT code, {circle.distance} FROM territories_commune AS place "  # noqa: S608 (our own SQL)
            f"WHERE {circle.box} AND {circle.distance} <= %(circle_km)s",
            circle.parameters,
        )
        found = dict(cursor.fetchall())
    near = api.within_km(Commune.objects.all(), latitude=latitude, longitude=longitude, km=km)
    column = api.distance_km(latitude=latitude, longitude=longitude)
    assert found
    assert found == pytest.approx(dict(near.values_list("code", column)), abs=1e-6)
