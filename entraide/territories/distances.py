"""Distances in the database, on any queryset that has columns named latitude and longitude."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from django.db.models import F, FloatField, Model, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

from entraide.territories import rules

Row = TypeVar("Row", bound=Model)


def distance_km(*, latitude: float, longitude: float, prefix: str = "") -> Combinable:
    """Return the expression of a row's distance to a point, in kilometres; null for a row without a point.

    `prefix` leads to the columns: "place__" for `place__latitude` and `place__longitude`.
    """
    row_latitude, row_longitude = F(f"{prefix}latitude"), F(f"{prefix}longitude")
    chord = Power(Sin(Radians(row_latitude - Value(latitude)) / 2.0), 2) + Cos(Radians(Value(latitude))) * Cos(
        Radians(row_latitude)
    ) * Power(Sin(Radians(row_longitude - Value(longitude)) / 2.0), 2)
    return ASin(Least(Value(1.0), Sqrt(chord)), output_field=FloatField()) * Value(2 * rules.EARTH_RADIUS_KM)


def within_km(
    queryset: QuerySet[Row], *, latitude: float, longitude: float, km: float, prefix: str = ""
) -> QuerySet[Row]:
    """Keep the rows within `km` of a point and annotate them with `distance_km`; rows without a point are left out.

    A box on the two columns comes first, which an index on (latitude, longitude) answers.
    """
    box = rules.bounding_box(latitude=latitude, longitude=longitude, km=km)
    if box.west <= box.east:
        across = Q(**{f"{prefix}longitude__range": (box.west, box.east)})
    else:
        across = Q(**{f"{prefix}longitude__gte": box.west}) | Q(**{f"{prefix}longitude__lte": box.east})
    near = (
        queryset.filter(across, **{f"{prefix}latitude__range": (box.south, box.north)})
        .annotate(distance_km=distance_km(latitude=latitude, longitude=longitude, prefix=prefix))
        .filter(distance_km__lte=km)
    )
    # The stubs lose the row type of a generic queryset when it is annotated.
    return cast("QuerySet[Row]", near)


@dataclass(frozen=True, slots=True)
class CircleSql:
    """A circle as SQL for rows that have `latitude` and `longitude`: a box that an index answers, and the distance."""

    box: str
    distance: str
    parameters: Mapping[str, float]


def circle_sql(*, latitude: float, longitude: float, km: float, alias: str) -> CircleSql:
    """Return what `within_km` says, as text, for reads too hot to be composed by the ORM each time.

    `alias` is the table's name in the query; the parameters are named circle_….
    """
    box = rules.bounding_box(latitude=latitude, longitude=longitude, km=km)
    across = "AND" if box.west <= box.east else "OR"
    return CircleSql(
        box=(
            f"{alias}.latitude BETWEEN %(circle_south)s AND %(circle_north)s AND "
            f"({alias}.longitude >= %(circle_west)s {across} {alias}.longitude <= %(circle_east)s)"
        ),
        distance=(
            f"{2 * rules.EARTH_RADIUS_KM} * asin(least(1.0, sqrt("
            f"power(sin(radians({alias}.latitude - %(circle_latitude)s) / 2), 2)"
            f" + cos(radians(%(circle_latitude)s)) * cos(radians({alias}.latitude))"
            f" * power(sin(radians({alias}.longitude - %(circle_longitude)s) / 2), 2))))"
        ),
        parameters={
            "circle_latitude": latitude,
            "circle_longitude": longitude,
            "circle_km": km,
            "circle_south": box.south,
            "circle_north": box.north,
            "circle_west": box.west,
            "circle_east": box.east,
        },
    )
