"""What an organisation may change about a mission that it has posted."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from entraide.foundation import localised
from entraide.territories import api as territories
from entraide.territories.fields import CommuneField
from entraide.volunteering.actions.missions import NewPlace
from entraide.volunteering.actions.terms import MissionTerms, digest_of_terms
from entraide.volunteering.forms.ages import OLDEST, AgesInOrder
from entraide.volunteering.labels import ADMISSIONS
from entraide.volunteering.rules.words import Admission, Mode


class TermsForm(AgesInOrder):
    """A mission's promises. `seen` tells whether somebody changed them meanwhile."""

    title = forms.CharField(label=_("Title"), max_length=160)
    description = forms.CharField(
        label=_("What volunteers will do"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 10})
    )
    commune = CommuneField(label=_("Commune"), help_text=_("Its name or postcode."))
    street = forms.CharField(
        label=_("Address in the commune"),
        help_text=_("The public reads the street without its number; those who are confirmed read all of it."),
        max_length=200,
        required=False,
    )
    age_min = forms.IntegerField(label=_("Lowest age"), min_value=0, max_value=OLDEST)
    age_max = forms.IntegerField(label=_("Highest age"), min_value=0, max_value=OLDEST, required=False)
    requirements = forms.MultipleChoiceField(
        label=_("What volunteers must confirm"), required=False, widget=forms.CheckboxSelectMultiple
    )
    admission = forms.ChoiceField(
        label=_("How people get a place"),
        choices=[(value, label) for value, label in ADMISSIONS.items() if value != Admission.INVITATION.value],
        widget=forms.RadioSelect,
    )
    groups_welcome = forms.BooleanField(
        label=_("Groups are welcome"),
        help_text=_("Somebody may take several places at once, for family, friends or colleagues: up to twenty."),
        required=False,
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, terms: MissionTerms, mode: str, offered: Mapping[str, Any], language: str
    ) -> None:
        super().__init__(data, initial=_shown(terms))
        self._terms = terms
        if mode == Mode.REMOTE.value:
            del self.fields["commune"], self.fields["street"]
        field = self.fields["requirements"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 (tells the type)
        field.choices = [(code, localised.text(item["label"], language)) for code, item in offered.items()]
        if terms.admission is Admission.INVITATION:
            admission = self.fields["admission"]
            assert isinstance(admission, forms.ChoiceField)  # noqa: S101 (tells the type)
            admission.choices = list(ADMISSIONS.items())

    def departement(self, otherwise: str) -> str:
        """Return the département of the commune that was chosen."""
        commune = self.cleaned_data.get("commune")
        return str(commune.departement_id) if commune else otherwise

    def wanted(self) -> MissionTerms:
        """Return the terms of a valid form. A place whose commune stays keeps its postcode, name and precision."""
        data = self.cleaned_data
        return MissionTerms(
            title=data["title"].strip(),
            description=data["description"].strip(),
            admission=Admission(data["admission"]),
            age_min=data["age_min"],
            age_max=data["age_max"],
            requirements=tuple(sorted(data["requirements"])),
            place=self._place(),
            groups_welcome=data["groups_welcome"],
        )

    def _place(self) -> NewPlace | None:
        commune, former = self.cleaned_data.get("commune"), self._terms.place
        if commune is None:
            return former
        street = self.cleaned_data["street"].strip()
        if former and former.commune_code == commune.code and former.street == street:
            return former
        same_commune = former is not None and former.commune_code == commune.code
        return NewPlace(
            commune_code=commune.code,
            postcode=former.postcode if former and same_commune else territories.first_postcode(commune),
            street=street,
        )


def _shown(terms: MissionTerms) -> dict[str, object]:
    commune = territories.commune(terms.place.commune_code) if terms.place else None
    return {
        "title": terms.title,
        "description": terms.description,
        "commune": commune.label if commune else "",
        "street": terms.place.street if terms.place else "",
        "age_min": terms.age_min,
        "age_max": terms.age_max,
        "requirements": list(terms.requirements),
        "admission": terms.admission.value,
        "groups_welcome": terms.groups_welcome,
        "seen": digest_of_terms(terms),
    }
