"""Forms of the operator's pages about people: finding them, giving roles."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from entraide.accounts.models import Grant, Organisation
from entraide.accounts.rules import SCOPES_OF_ROLE, Role, Scope, ScopeKind
from entraide.crises import api as crises
from entraide.territories import api as territories

PARIS = ZoneInfo("Europe/Paris")


class FindForm(forms.Form):
    """Words to find people or organisations by."""

    all_optional = True
    q = forms.CharField(label=_("Name or e-mail address"), max_length=254, required=False)


class FindOrganisationForm(forms.Form):
    """Words, a number or a state to find organisations by."""

    all_optional = True
    q = forms.CharField(label=_("Name or number"), max_length=100, required=False)
    state = forms.ChoiceField(label=_("State"), choices=[("", _("Any")), *Organisation.STATES.items()], required=False)


class GrantForm(forms.Form):
    """A role to give, what it is limited to, and until when."""

    role = forms.ChoiceField(label=_("Role"), choices=list(Grant.ROLES.items()))
    departement = forms.ChoiceField(label=_("Département"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    crisis = forms.ChoiceField(label=_("Crisis"), required=False)
    organisation = forms.UUIDField(
        label=_("Organisation"), required=False, help_text=_("Its identifier, from the address of its page.")
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}), help_text=_("That day included.")
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        nothing = ("", "—")
        departements = [(each.code, str(each)) for each in territories.departements()]
        regions = [(each.code, each.name) for each in territories.regions()]
        known = [(str(each.pk), each.slug) for each in crises.all_crises()]
        for name, choices in (("departement", departements), ("region", regions), ("crisis", known)):
            self.fields[name].choices = [nothing, *choices]  # type: ignore[attr-defined]

    def clean_until(self) -> datetime | None:
        """Return the end of the day, in Paris."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        end = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=PARIS)
        if end <= self.now:
            raise ValidationError(_("This day is past."), code="past")
        return end

    def clean(self) -> dict[str, Any]:
        """Find the one scope that the role needs among those given."""
        data = super().clean() or {}
        if "role" not in data:
            return data
        kinds = SCOPES_OF_ROLE[Role(data["role"])]
        if ScopeKind.PLATFORM in kinds:
            data["scope"] = Scope(kind=ScopeKind.PLATFORM)
            return data
        given = [(kind, data.get(kind.value)) for kind in sorted(kinds) if data.get(kind.value)]
        if len(given) != 1:
            self.add_error(
                sorted(kinds)[0].value, ValidationError(_("Say what this role is limited to."), code="scope")
            )
            return data
        kind, chosen = given[0]
        if kind is ScopeKind.ORGANISATION and not Organisation.objects.filter(pk=str(chosen)).exists():
            self.add_error("organisation", ValidationError(_("No organisation has this identifier."), code="unknown"))
        data["scope"] = Scope(kind=kind, id=str(chosen))
        return data
