"""The table of organisations: who they are in law, where they are, and whether they were checked."""

from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from entraide.accounts.rules import LegalForm, OrganisationState
from entraide.foundation.records import Record


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Named filters of organisations."""

    def to_moderate(self) -> Self:
        """Return those that wait for a decision, the longest first."""
        return self.filter(state__in=[OrganisationState.SUBMITTED, OrganisationState.IN_REVIEW]).order_by(
            "state_changed_at", "id"
        )

    def in_departements(self, codes: frozenset[str] | None) -> Self:
        """Return those of some départements, or all of them for None."""
        return self if codes is None else self.filter(departement__in=codes)


class Organisation(Record):
    """An association, public body or company that posts missions.

    Verification levels: 0 declared, 1 number found in a register, 2 document seen, 3 called by a person.
    """

    LEGAL_FORMS = {
        LegalForm.ASSOCIATION.value: _("Association"),
        LegalForm.LOCAL_AUTHORITY.value: _("Local authority"),
        LegalForm.PUBLIC_BODY.value: _("Public body"),
        LegalForm.PRIVATE_BODY.value: _("Company or private body"),
        LegalForm.OTHER.value: _("Other"),
    }
    STATES = {
        OrganisationState.DRAFT.value: _("Draft"),
        OrganisationState.SUBMITTED.value: _("Waiting for a check"),
        OrganisationState.IN_REVIEW.value: _("Being checked"),
        OrganisationState.VALIDATED.value: _("Validated"),
        OrganisationState.MORE_INFO.value: _("More information asked"),
        OrganisationState.SUSPENDED.value: _("Suspended"),
        OrganisationState.FLAGGED.value: _("Flagged"),
        OrganisationState.DEREGISTERED.value: _("Deregistered"),
    }
    LEVELS = {
        0: _("Declared only"),
        1: _("Number found in a public register"),
        2: _("Document seen"),
        3: _("Called by a person"),
    }

    name = models.CharField(_("Name"), max_length=200)
    legal_form = models.CharField(_("Legal form"), max_length=20, choices=LEGAL_FORMS)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    rna = models.CharField(_("RNA number"), max_length=10, blank=True)
    description = models.TextField(_("What the organisation does"), max_length=5000, blank=True)
    commune = models.CharField(_("Commune"), max_length=5, blank=True)
    departement = models.CharField(_("Département"), max_length=3, blank=True)
    website = models.URLField(_("Website"), max_length=300, blank=True)
    contact_email = models.EmailField(_("Contact address"), blank=True)
    contact_phone = models.CharField(_("Contact phone"), max_length=20, blank=True)
    state = models.CharField(max_length=12, choices=STATES, default=OrganisationState.DRAFT.value)
    state_reason = models.TextField(max_length=2000, blank=True)
    state_changed_at = models.DateTimeField()
    verification_level = models.PositiveSmallIntegerField(choices=LEVELS, default=0, validators=[MaxValueValidator(3)])
    verified_by = models.UUIDField(null=True, editable=False)
    verified_at = models.DateTimeField(null=True, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in OrganisationState]),
                name="organisation_state_is_known",
            ),
            models.CheckConstraint(condition=models.Q(verification_level__lte=3), name="organisation_level_up_to_3"),
        ]
        indexes = [
            models.Index(fields=["state", "departement", "state_changed_at"], name="organisation_queue"),
            models.Index(fields=["siren"], name="organisation_siren", condition=~models.Q(siren="")),
            models.Index(fields=["rna"], name="organisation_rna", condition=~models.Q(rna="")),
        ]

    def __str__(self) -> str:
        return self.name
