"""Forms of organisations: their details, their members, and what moderators decide."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from entraide.accounts import numbers
from entraide.accounts.actions.organisations import OrganisationDetails
from entraide.accounts.forms.profile import clean_phone
from entraide.accounts.models import Grant, Organisation
from entraide.accounts.rules import TRANSITIONS, LegalForm, OrganisationStep, Role, missing_to_submit
from entraide.territories import api as territories
from entraide.territories.fields import CommuneField

STEP_LABELS = {
    OrganisationStep.SUBMIT.value: _("Send for checking"),
    OrganisationStep.TAKE_UP.value: _("Start checking"),
    OrganisationStep.VALIDATE.value: _("Validate"),
    OrganisationStep.ASK_MORE.value: _("Ask for more information"),
    OrganisationStep.SUSPEND.value: _("Suspend"),
    OrganisationStep.REINSTATE.value: _("Lift the suspension"),
    OrganisationStep.FLAG.value: _("Flag"),
    OrganisationStep.DEREGISTER.value: _("Deregister"),
}
MISSING = {
    "commune": _("Give the commune: it decides which referent checks the organisation."),
    "contact_email": _("Give an address that referents can write to."),
    "description": _("Say in a few sentences what the organisation does."),
    "number": _("Give a SIREN, SIRET or RNA number: it is what gets checked."),
}
_MISPRINTED = {
    "siren": _("This is not a SIREN number: nine figures, the last of which checks the others."),
    "siret": _("This is not a SIRET number: fourteen figures, the last of which checks the others."),
    "rna": _("This is not an RNA number: W and nine figures, such as W751234567."),
}


class OrganisationForm(forms.Form):
    """What an organisation says of itself. What is still missing keeps it a draft, and is listed by `missing`."""

    name = forms.CharField(label=_("Name"), max_length=200)
    legal_form = forms.ChoiceField(label=_("Legal form"), choices=list(Organisation.LEGAL_FORMS.items()))
    siret = forms.CharField(label=_("SIRET"), max_length=30, required=False, help_text=_("Fourteen figures."))
    siren = forms.CharField(
        label=_("SIREN"), max_length=30, required=False, help_text=_("Nine figures; leave empty if you gave the SIRET.")
    )
    rna = forms.CharField(
        label=_("RNA number"), max_length=30, required=False, help_text=_("Associations: W and nine figures.")
    )
    commune = CommuneField(label=_("Commune"), required=False, help_text=_("Its name or postcode."))
    description = forms.CharField(
        label=_("What the organisation does"),
        max_length=5000,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )
    website = forms.URLField(label=_("Website"), max_length=300, required=False, assume_scheme="https")
    contact_email = forms.EmailField(label=_("Contact address"), max_length=254, required=False)
    contact_phone = forms.CharField(label=_("Contact phone"), max_length=30, required=False)

    def clean_siren(self) -> str:
        """Return the SIREN as it is kept."""
        return _number(numbers.clean_siren, self.cleaned_data["siren"])

    def clean_siret(self) -> str:
        """Return the SIRET as it is kept."""
        return _number(numbers.clean_siret, self.cleaned_data["siret"])

    def clean_rna(self) -> str:
        """Return the RNA number as it is kept."""
        return _number(numbers.clean_rna, self.cleaned_data["rna"])

    def clean_contact_phone(self) -> str:
        """Return the telephone number as it is kept."""
        return clean_phone(self.cleaned_data["contact_phone"])

    def clean_commune(self) -> str:
        """Return the code of the commune, and keep its département beside it."""
        commune = self.cleaned_data["commune"]
        self.departement = commune.departement_id if commune else ""
        return commune.code if commune else ""

    def clean(self) -> dict[str, Any]:
        """Check that SIREN and SIRET speak of one organisation; the SIRET alone is enough."""
        data = super().clean() or {}
        siren, siret = data.get("siren", ""), data.get("siret", "")
        if siren and siret and not siret.startswith(siren):
            self.add_error("siren", ValidationError(_("The SIRET begins with another SIREN."), code="contradiction"))
        elif siret:
            data["siren"] = siret[:9]
        return data

    def details(self) -> OrganisationDetails:
        """Return the details of a valid form."""
        data = dict(self.cleaned_data)
        legal_form = LegalForm(data.pop("legal_form"))
        return OrganisationDetails(legal_form=legal_form, departement=self.departement, **data)


def details_shown(organisation: Organisation) -> dict[str, str]:
    """Return an organisation's details as its form shows them: the commune by a name that leads back to it."""
    shown = {name: getattr(organisation, name) for name in OrganisationForm.base_fields}
    commune = territories.commune(organisation.commune) if organisation.commune else None
    if commune is not None:
        shown["commune"] = commune.label
    return shown


def missing_of(organisation: Organisation) -> list[str]:
    """Return, in words, what an organisation lacks before it can be checked."""
    filled = frozenset(name for name in OrganisationForm.base_fields if getattr(organisation, name))
    return [
        str(MISSING[field])
        for field in missing_to_submit(legal_form=LegalForm(organisation.legal_form), filled=filled)
        if field in MISSING
    ]


class StepForm(forms.Form):
    """One decision about one organisation, or about those that were ticked."""

    step = forms.ChoiceField(label=_("Decision"), choices=list(STEP_LABELS.items()))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        required=False,
        help_text=_("The organisation reads it. Needed to ask for more, suspend or flag."),
        widget=forms.Textarea({"rows": 3}),
    )
    level = forms.TypedChoiceField(
        label=_("What was checked"),
        choices=[(level, label) for level, label in Organisation.LEVELS.items() if level],
        coerce=int,
        required=False,
        empty_value=None,
        initial=1,
        help_text=_("Counts when you validate."),
    )

    def __init__(self, *args: Any, steps: list[OrganisationStep], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["step"]
        field.choices = [(step.value, STEP_LABELS[step]) for step in steps]  # type: ignore[attr-defined]
        if OrganisationStep.VALIDATE not in steps:
            del self.fields["level"]
        if not any(TRANSITIONS[step].needs_reason for step in steps):
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where the organisation has a right to one."""
        data = super().clean() or {}
        step = data.get("step")
        if step and TRANSITIONS[OrganisationStep(step)].needs_reason and not data.get("reason", "").strip():
            self.add_error("reason", ValidationError(_("Say why: the organisation reads it."), code="required"))
        return data


class BulkStepForm(StepForm):
    """The same decision for several organisations."""

    organisations = forms.TypedMultipleChoiceField(
        label=_("Organisations"), error_messages={"required": _("Tick at least one organisation.")}
    )

    def __init__(self, *args: Any, shown: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisations"]
        field.choices = [(str(each.pk), each.name) for each in shown]  # type: ignore[attr-defined]


class InvitationForm(forms.Form):
    """An invitation to an organisation."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, Grant.ROLES[role]) for role in (Role.ORGANISATION_MEMBER, Role.ORGANISATION_MANAGER)],
        help_text=_("Managers also invite people and change the organisation's details."),
    )
    # A second click sends no second mail, which would end the link of the first.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


def _number(clean: Callable[[str], str], text: str) -> str:
    if not text.strip():
        return ""
    try:
        return clean(text)
    except numbers.BadNumber as error:
        raise ValidationError(_MISPRINTED[error.kind], code=error.kind) from error
