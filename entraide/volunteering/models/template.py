"""The table of mission templates: what an organisation starts from. A version that was used is never rewritten."""

from typing import Self

from django.db import models

from entraide.foundation.records import Record
from entraide.volunteering.models.columns import one_of
from entraide.volunteering.rules.words import Activity, Admission, Domain, Kind, Mode, TemplateState


class TemplateQuerySet(models.QuerySet["Template"]):
    """Named filters."""

    def on_offer(self) -> Self:
        """Keep the versions from which a mission may be started now."""
        return self.filter(state=TemplateState.ACTIVE.value)


class Template(Record):
    """One version of a template. Texts are {"fr": …, "en": …}.

    `requirements` is a list of {"kind", "code", "label": {"fr", "en"}}; `safety` is a list of {"fr", "en"} sentences.
    """

    slug = models.SlugField(max_length=60)
    template_version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=24)
    domain = models.CharField(max_length=24)
    activity = models.CharField(max_length=24)
    mode = models.CharField(max_length=12)
    admission = models.CharField(max_length=12)
    title = models.JSONField()
    subtitle = models.JSONField()
    objective = models.JSONField()
    description = models.JSONField()
    safety = models.JSONField(default=list, blank=True)
    requirements = models.JSONField(default=list, blank=True)
    publics = models.JSONField(default=list, blank=True)
    age_min = models.PositiveSmallIntegerField(default=16)
    duration_minutes = models.PositiveIntegerField()
    capacity = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=TemplateState.ACTIVE.value)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "template_version"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["slug"],
                condition=models.Q(state=TemplateState.ACTIVE.value),
                name="template_one_active_version",
            ),
            one_of("kind", Kind, name="template_kind_is_known"),
            one_of("domain", Domain, name="template_domain_is_known"),
            one_of("activity", Activity, name="template_activity_is_known"),
            one_of("mode", Mode, name="template_mode_is_known"),
            one_of("admission", Admission, name="template_admission_is_known"),
            one_of("state", TemplateState, name="template_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.slug}@{self.template_version}"
