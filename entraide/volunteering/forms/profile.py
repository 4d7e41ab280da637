"""What a volunteer tells of themselves, one short form for each step."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entraide.territories.api import Commune, communes_of_postcode
from entraide.volunteering import labels
from entraide.volunteering.actions.profiles import Wishes
from entraide.volunteering.models import Volunteer
from entraide.volunteering.rules import signup as rules

Value = TypeVar("Value")
RADII = (5, 10, 20, 30, 50, 100)


def _read(reader: Callable[[], Value]) -> Value:
    """Return what a rule of the sign-up reads, its refusal as the field's error."""
    try:
        return reader()
    except rules.Problem as problem:
        raise ValidationError(gettext(problem.message) % problem.values, code=problem.code) from None


def _choices(words: Mapping[str, object], kept: Sequence[str] = ()) -> list[tuple[str, object]]:
    """Return the words of a list, and those that somebody chose elsewhere, which must not be lost."""
    return [*words.items(), *((word, word) for word in kept if word not in words)]


class IdentityForm(forms.Form):
    """Who the volunteer is. `is_new`: there is no profile yet, so that their agreement is asked for too."""

    first_name = forms.CharField(
        label=_("First name"), max_length=rules.NAME_MAX, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=rules.NAME_MAX, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    birth_date = forms.CharField(
        label=_("Date of birth"),
        help_text=_("Some missions have a minimum age. You can sign up from the age of 16."),
        max_length=20,
        widget=forms.TextInput({"type": "date", "autocomplete": "bday"}),
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        help_text=_("To show you what is needed near you, such as 67000."),
        max_length=10,
        widget=forms.TextInput({"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    consent = forms.BooleanField(
        label=_("I agree that these details are kept, and that I am contacted about volunteering.")
    )

    def __init__(self, *args: Any, today: date, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self._today = today
        if not is_new:
            del self.fields["postcode"], self.fields["consent"]

    def clean_first_name(self) -> str:
        """Return the name tidied."""
        return _read(lambda: rules.read_name(self.cleaned_data["first_name"]))

    def clean_last_name(self) -> str:
        """Return the name tidied."""
        return _read(lambda: rules.read_name(self.cleaned_data["last_name"]))

    def clean_birth_date(self) -> date:
        """Return a day of birth of somebody who may volunteer."""
        return _read(lambda: rules.read_birth_date(self.cleaned_data["birth_date"], today=self._today))

    def clean_postcode(self) -> str:
        """Return a postcode that exists in its form."""
        return _read(lambda: rules.read_postcode(self.cleaned_data["postcode"]))


class PlaceForm(forms.Form):
    """Where the volunteer is and how far they go. A postcode of several communes offers them."""

    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=10,
        widget=forms.TextInput({"autocomplete": "postal-code", "inputmode": "numeric", "size": 8}),
    )
    commune = forms.ChoiceField(label=_("Your commune"), widget=forms.RadioSelect, required=False)
    radius_km = forms.TypedChoiceField(label=_("How far you can go"), coerce=int)

    def __init__(self, data: Any = None, *, volunteer: Volunteer, ask_commune: bool, **options: Any) -> None:
        super().__init__(data, **options)
        self._postcode = volunteer.postcode
        self.communes: list[Commune] = communes_of_postcode(volunteer.postcode) if volunteer.postcode else []
        self.initial = {"postcode": volunteer.postcode, "radius_km": volunteer.radius_km}
        if not ask_commune:
            self.initial["commune"] = volunteer.commune_id
        field, radius = self.fields["commune"], self.fields["radius_km"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (tells the type)
        assert isinstance(radius, forms.ChoiceField)  # noqa: S101 (tells the type)
        radii = sorted({*RADII, volunteer.radius_km})
        radius.choices = [(km, gettext("%(km)s km") % {"km": km}) for km in radii]
        if len(self.communes) > 1:
            field.choices = [(commune.code, commune.name) for commune in self.communes]
        else:
            del self.fields["commune"]

    def clean_postcode(self) -> str:
        """Return a postcode of at least one commune."""
        found = _read(lambda: rules.read_postcode(self.cleaned_data["postcode"]))
        if found != self._postcode and not communes_of_postcode(found):
            raise ValidationError(_("No commune has this postcode. Check its figures."), code="postcode_unknown")
        return found

    @property
    def asks_commune_next(self) -> bool:
        """Whether the postcode is new and stands for several communes, which the page then offers."""
        postcode = self.cleaned_data["postcode"]
        return postcode != self._postcode and len(communes_of_postcode(postcode)) > 1

    def wishes(self) -> Wishes:
        """Return what was told."""
        data = self.cleaned_data
        commune = data.get("commune", "") if data["postcode"] == self._postcode else ""
        return Wishes(postcode=data["postcode"], commune_code=commune, radius_km=data["radius_km"])


class BoxesForm(forms.Form):
    """A step of boxes to tick, none of them required: `columns` names the profile's columns and their words."""

    columns: Mapping[str, tuple[object, Mapping[str, object]]] = {}
    all_optional = True

    def __init__(self, data: Any = None, *, volunteer: Volunteer, **options: Any) -> None:
        super().__init__(data, **options)
        for name, (label, words) in self.columns.items():
            kept: list[str] = getattr(volunteer, name)
            self.initial[name] = kept
            self.fields[name] = forms.MultipleChoiceField(
                label=str(label),
                choices=_choices(words, kept),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def wishes(self) -> Wishes:
        """Return what was told."""
        told: dict[str, Any] = {name: tuple(sorted(self.cleaned_data[name])) for name in self.columns}
        return Wishes(**told)


class CausesForm(BoxesForm):
    """What the volunteer would like to serve, and to do."""

    columns = {
        "domains": (_("Causes"), labels.DOMAINS),
        "activities": (_("What you would like to do"), labels.ACTIVITIES),
    }


class AvailabilityForm(BoxesForm):
    """When the volunteer usually has time."""

    columns = {"availability": (_("When you usually have time"), labels.AVAILABILITY)}


class LanguagesForm(BoxesForm):
    """What the volunteer speaks well enough to help."""

    columns = {"languages": (_("Languages you speak"), labels.LANGUAGES)}


class PhoneForm(forms.Form):
    """Where the volunteer can be called."""

    all_optional = True
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        help_text=_("Given to an organisation once it has accepted you, never shown in lists."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_phone(self) -> str:
        """Return the number in its international form, or nothing."""
        return _read(lambda: rules.read_phone(self.cleaned_data["phone"]))
