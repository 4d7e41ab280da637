"""Forms of a person's own pages: details, role, tokens."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from entraide.accounts.actions.people import Profile
from entraide.accounts.models import ApiToken, Person, WorkMailWish
from entraide.accounts.rules import ApiScope, Cadence, WorkMail

_PHONE = re.compile(r"\+?[0-9]{6,15}")


def clean_phone(text: str) -> str:
    """Return a telephone number without its spaces, dots and dashes, or nothing. Raises ValidationError."""
    compact = re.sub(r"[\s.()/-]", "", text)
    if compact and not (_PHONE.fullmatch(compact) and compact.isascii()):
        raise ValidationError(_("Give a telephone number, such as 06 12 34 56 78 or +33 6 12 34 56 78."), code="phone")
    return compact


class ProfileForm(forms.Form):
    """What a person says of themselves."""

    all_optional = True
    first_name = forms.CharField(
        label=_("First name"), max_length=100, required=False, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=100, required=False, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        help_text=_("Given to an organisation once it has accepted you, never shown in lists."),
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    locale = forms.ChoiceField(label=_("Language of mails"), choices=list(Person.LOCALES.items()))

    def clean_phone(self) -> str:
        """Return the number as it is kept."""
        return clean_phone(self.cleaned_data["phone"])

    def profile(self) -> Profile:
        """Return the details of a valid form."""
        return Profile(**self.cleaned_data)


class WorkMailForm(forms.Form):
    """How often somebody with a role is told of what waits, a choice for each kind that their roles are about."""

    LABELS = {
        WorkMail.CANDIDATES: _("People who wait for your organisation’s answer, and places given back"),
        WorkMail.MODERATION: _("Missions and organisations that wait for a check"),
    }

    def __init__(self, data: Any = None, *, cadences: Mapping[WorkMail, Cadence]) -> None:
        super().__init__(data)
        for kind, cadence in cadences.items():
            self.fields[kind.value] = forms.ChoiceField(
                label=self.LABELS[kind],
                choices=list(WorkMailWish.CADENCES.items()),
                initial=cadence.value,
                widget=forms.RadioSelect,
            )

    def wishes(self) -> dict[WorkMail, Cadence]:
        """Return the choices of a valid form."""
        return {WorkMail(kind): Cadence(cadence) for kind, cadence in self.cleaned_data.items()}


class RoleChoice(forms.Form):
    """The role to act in: a grant, or none."""

    grant = forms.UUIDField(required=False)


class TokenForm(forms.Form):
    """A new token of the HTTP API."""

    LASTS = {"7": _("7 days"), "30": _("30 days"), "90": _("90 days"), "365": _("One year")}

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("The program that will use it, so that you know it again.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=list(ApiToken.SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )
    days = forms.ChoiceField(label=_("Ends after"), choices=list(LASTS.items()), initial="90")

    def wish(self) -> tuple[str, frozenset[ApiScope], timedelta]:
        """Return the name, scopes and life of a valid form."""
        data = self.cleaned_data
        scopes = frozenset(ApiScope(scope) for scope in data["scopes"])
        return data["name"], scopes, timedelta(days=int(data["days"]))
