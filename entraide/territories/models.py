"""Regions, départements, EPCI, communes and their postcodes; all of it is reference data written by `load` alone."""

from django.db import models
from django.db.models import Q

from entraide.territories.rules import PointQuality, Start


class Region(models.Model):
    """A région, or an overseas collectivity, by its INSEE code."""

    code = models.CharField(primary_key=True, max_length=3)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Departement(models.Model):
    """A département, or an overseas collectivity, by its INSEE code."""

    code = models.CharField(primary_key=True, max_length=3)
    name = models.CharField(max_length=60)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="departements")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Epci(models.Model):
    """A group of communes that runs services together, by its SIREN number."""

    siren = models.CharField(primary_key=True, max_length=9)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=5)

    def __str__(self) -> str:
        return self.name


class CommuneQuerySet(models.QuerySet["Commune"]):
    """Named filters."""

    def current(self) -> "CommuneQuerySet":
        """Keep the communes of the edition that was loaded last."""
        return self.filter(is_current=True)


class Commune(models.Model):
    """A commune by its INSEE code, with the point from which distances are counted."""

    code = models.CharField(primary_key=True, max_length=5)
    name = models.CharField(max_length=60)
    search_key = models.CharField(max_length=60, db_collation="C")
    departement = models.ForeignKey(Departement, on_delete=models.PROTECT, related_name="communes")
    epci = models.ForeignKey(Epci, on_delete=models.PROTECT, related_name="communes", null=True)
    population = models.PositiveIntegerField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    point_quality = models.CharField(
        max_length=11, choices=[(quality.value, quality.value) for quality in PointQuality]
    )
    is_current = models.BooleanField(default=True)

    objects = CommuneQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["search_key"], name="commune_search_key"),
            models.Index(fields=["latitude", "longitude"], name="commune_point"),
        ]
        constraints = [
            models.CheckConstraint(
                name="commune_point_has_quality",
                condition=Q(point_quality=PointQuality.NONE.value, latitude=None, longitude=None)
                | Q(
                    point_quality__in=[quality.value for quality in PointQuality if quality is not PointQuality.NONE],
                    # A comparison with NULL is neither true nor false, and a check lets it pass.
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Name and département, which together are unique: "Saint-Denis (93)"."""
        return f"{self.name} ({self.departement_id})"


class Postcode(models.Model):
    """A postcode that serves a commune; many communes share one, and a town has several."""

    postcode = models.CharField(max_length=5, db_collation="C")
    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="postcodes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["postcode", "commune"], name="postcode_once_per_commune")]

    def __str__(self) -> str:
        return self.postcode


class FormerCode(models.Model):
    """A code that stands for a commune besides its own: a municipal arrondissement, a commune merged into it."""

    code = models.CharField(primary_key=True, max_length=5)
    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="former_codes")

    def __str__(self) -> str:
        return self.code


class NameStart(models.Model):
    """A key by which a commune is found while typing; see `rules.name_starts`. Derived, and rewritten at each load.

    `known_as` is set when the key is that of another name: a commune merged into this one, or an arrondissement.
    """

    key = models.CharField(max_length=80, db_collation="C")
    kind = models.PositiveSmallIntegerField(choices=[(start.value, start.name) for start in Start])
    population = models.PositiveIntegerField()
    # Written together with the communes, so that checking each of 65,000 rows again would only slow a load down.
    commune = models.ForeignKey(
        Commune, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    known_as = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "key"], include=["population", "commune", "known_as"], name="namestart_key")
        ]

    def __str__(self) -> str:
        return self.key


class LoadedEdition(models.Model):
    """Which data the tables above hold: one row, whose checksum says whether a load has anything to do."""

    only = models.BooleanField(primary_key=True, default=True)
    checksum = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="loadededition_is_one_row", condition=Q(only=True))]

    def __str__(self) -> str:
        return self.checksum
