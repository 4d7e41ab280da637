"""The tables of missions and their places."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value

from entraide.foundation.records import Record
from entraide.volunteering.models.columns import one_of, words
from entraide.volunteering.rules.states import MISSION_PUBLIC, MissionState
from entraide.volunteering.rules.words import Activity, Admission, Domain, Insurance, Kind, Mode, Precision, Rhythm

_PUBLIC = [state.value for state in MISSION_PUBLIC]
_IN_PUBLIC = Q(state__in=_PUBLIC)


class MissionQuerySet(models.QuerySet["Mission"]):
    """Named filters."""

    def public(self) -> Self:
        """Keep those that the public may read."""
        return self.filter(state__in=_PUBLIC)

    def ahead(self, now: datetime) -> Self:
        """Keep those that have a slot which is not over."""
        return self.filter(ends_at__gt=now)

    def with_places(self) -> Self:
        """Keep those where somebody may still come."""
        return self.filter(state=MissionState.ONLINE.value, places_left__gt=0)

    def to_moderate(self) -> Self:
        """Keep those that wait for a decision."""
        return self.filter(state=MissionState.SUBMITTED.value)

    def in_departements(self, codes: frozenset[str] | None) -> Self:
        """Keep those of some départements, all of them for None."""
        return self if codes is None else self.filter(departement_code__in=codes)


class Mission(Record):
    """What an organisation asks volunteers to do. Its texts are written by the organisation, in `language`.

    Kept by the writers of slots, never edited: starts_at and ends_at (the next slot's start, the last one's end),
    places_left, commune_name, departement_code, latitude, longitude (of its place, at public precision), search_key.

    A mission of a partner platform has no slots: one applies there, at `apply_url`, and its times and places are those
    that the `partner` gives; an `open_ended` one has an ends_at all the same, for lists. Once it has begun at
    `partner_starts_at`, its starts_at is its end: lists by date would otherwise show for months what began long ago
    before what begins tomorrow. `also_at` are the other platforms that offer the same mission: [{"name", "url"}].

    `rhythm` and `least_times` say how often the organisation hopes to see the same person, and how many times at least.
    A referent makes a mission a priority: it is named first where the public looks for what is needed now.
    """

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    crisis = models.ForeignKey("crises.Crisis", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    template = models.ForeignKey("volunteering.Template", on_delete=models.PROTECT, related_name="+")
    template_version = models.PositiveIntegerField()
    language = models.CharField(max_length=5, default="fr")
    title = models.CharField(max_length=160)
    description = models.TextField(max_length=10_000, blank=True)
    information = models.TextField(max_length=5_000, blank=True)
    follows_template = models.BooleanField(default=True)
    kind = models.CharField(max_length=24)
    domain = models.CharField(max_length=24)
    activity = models.CharField(max_length=24)
    mode = models.CharField(max_length=12)
    admission = models.CharField(max_length=12)
    groups_welcome = models.BooleanField(default=False, db_default=False)
    publics = words()
    requirements = models.JSONField(default=list, blank=True)
    age_min = models.PositiveSmallIntegerField(default=16)
    age_max = models.PositiveSmallIntegerField(null=True, blank=True)
    motivation_required = models.BooleanField(default=False)
    registration_opens_at = models.DateTimeField(null=True, blank=True)
    registration_closes_at = models.DateTimeField(null=True, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    created_by = models.UUIDField(null=True)
    state = models.CharField(max_length=12, default=MissionState.DRAFT.value)
    state_reason = models.TextField(max_length=2_000, blank=True)
    state_changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    places_left = models.IntegerField(default=0)
    commune_name = models.CharField(max_length=60, blank=True)
    departement_code = models.CharField(max_length=3, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    search_key = models.TextField(blank=True)
    partner = models.CharField(max_length=120, blank=True, db_default="")
    apply_url = models.CharField(max_length=1_000, blank=True, db_default="")
    partner_starts_at = models.DateTimeField(null=True)
    open_ended = models.BooleanField(default=False, db_default=False)
    also_at = models.JSONField(default=list, blank=True, db_default=Value("[]", output_field=models.JSONField()))
    second_domain = models.CharField(max_length=24, blank=True, default="", db_default="")
    second_activity = models.CharField(max_length=24, blank=True, default="", db_default="")
    welcomes = words()
    accessibility = words()
    insurance = models.CharField(max_length=12, blank=True, default="", db_default="")
    rhythm = models.CharField(max_length=8, blank=True, default="", db_default="")
    least_times = models.PositiveSmallIntegerField(null=True, blank=True)
    is_priority = models.BooleanField(default=False, db_default=False)

    objects = MissionQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", MissionState, name="mission_state_is_known"),
            one_of("kind", Kind, name="mission_kind_is_known"),
            one_of("domain", Domain, name="mission_domain_is_known"),
            one_of("activity", Activity, name="mission_activity_is_known"),
            one_of("mode", Mode, name="mission_mode_is_known"),
            one_of("admission", Admission, name="mission_admission_is_known"),
            one_of("second_domain", Domain, name="mission_second_domain_is_known", or_none=True),
            one_of("second_activity", Activity, name="mission_second_activity_is_known", or_none=True),
            one_of("insurance", Insurance, name="mission_insurance_is_known", or_none=True),
            one_of("rhythm", Rhythm, name="mission_rhythm_is_known", or_none=True),
            models.CheckConstraint(condition=Q(places_left__gte=0), name="mission_places_not_negative"),
            models.CheckConstraint(
                condition=Q(age_max=None) | Q(age_max__gte=F("age_min")), name="mission_ages_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_PUBLIC) | Q(published_at__isnull=False), name="mission_public_since"
            ),
            models.CheckConstraint(
                condition=Q(partner="", apply_url="") | (~Q(partner="") & ~Q(apply_url="")),
                name="mission_partner_has_address",
            ),
        ]
        # Public lists read these alone. None holds places_left, so that a join leaves the indexes untouched.
        indexes = [
            models.Index(fields=["starts_at", "id"], name="mission_by_date", condition=_IN_PUBLIC),
            models.Index(fields=["published_at", "id"], name="mission_by_publication", condition=_IN_PUBLIC),
            models.Index(fields=["departement_code", "starts_at", "id"], name="mission_by_dept", condition=_IN_PUBLIC),
            models.Index(fields=["domain", "starts_at", "id"], name="mission_by_domain", condition=_IN_PUBLIC),
            models.Index(fields=["kind", "starts_at", "id"], name="mission_by_kind", condition=_IN_PUBLIC),
            models.Index(
                fields=["starts_at", "id"], name="mission_priority", condition=_IN_PUBLIC & Q(is_priority=True)
            ),
            models.Index(fields=["latitude", "longitude"], name="mission_by_point", condition=_IN_PUBLIC),
            models.Index(fields=["starts_at", "id"], name="mission_remote", condition=_IN_PUBLIC & Q(mode="remote")),
            GinIndex(fields=["search_key"], name="mission_by_text", opclasses=["gin_trgm_ops"], condition=_IN_PUBLIC),
            models.Index(fields=["organisation", "-created_at"], name="mission_of_organisation"),
            models.Index(
                fields=["departement_code", "state_changed_at"],
                name="mission_to_moderate",
                condition=Q(state=MissionState.SUBMITTED.value),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class MissionPlace(Record):
    """Where a mission happens. The public reads it at `public_precision`; those who are confirmed read all of it.

    `access_notes` say how to get in: which door, which bell. Only those who are confirmed read them.
    """

    mission = models.ForeignKey("volunteering.Mission", on_delete=models.CASCADE, related_name="places")
    label = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=5)
    commune = models.ForeignKey("territories.Commune", on_delete=models.PROTECT, related_name="+")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    access_notes = models.TextField(max_length=500, blank=True, default="", db_default="")
    public_precision = models.CharField(max_length=10, default=Precision.STREET.value)

    class Meta:
        constraints = [
            one_of("public_precision", Precision, name="place_precision_is_known"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="place_point_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
