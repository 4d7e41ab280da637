"""What an organisation may add to a mission that it has posted."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entraide.volunteering import labels
from entraide.volunteering.actions.details import digest_of_details
from entraide.volunteering.rules.details import MOST_TIMES, Details, DetailsProblem
from entraide.volunteering.rules.words import Access, Activity, Domain, Insurance, Mode, Rhythm, Welcome

# Where nobody comes in person there is nothing to reach.
_OF_A_PLACE = ("accessibility", "access_notes")


def _one_of(label: object, called: Mapping[str, object]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", _("Not said")), *called.items()], required=False)  # type: ignore[arg-type]


def _some_of(label: object, called: Mapping[str, object]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,  # type: ignore[arg-type]
        choices=list(called.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class DetailsForm(forms.Form):
    """A mission's details, all optional. `seen` tells whether somebody changed them meanwhile."""

    second_domain = _one_of(_("A second cause"), labels.DOMAINS)
    second_activity = _one_of(_("A second activity"), labels.ACTIVITIES)
    welcomes = _some_of(_("It suits"), labels.WELCOMES)
    accessibility = _some_of(_("The place"), labels.ACCESSES)
    access_notes = forms.CharField(
        label=_("How to get in"),
        help_text=_("Which door, which bell. Only those whose place is confirmed read it."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    insurance = _one_of(_("Insurance"), labels.INSURANCES)
    rhythm = _one_of(_("How often you hope to see the same person"), labels.RHYTHMS)
    least_times = forms.IntegerField(
        label=_("How many times at least"), min_value=1, max_value=MOST_TIMES, required=False
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, details: Details, mode: str) -> None:
        super().__init__(data, initial=_shown(details))
        if mode == Mode.REMOTE.value:
            for name in _OF_A_PLACE:
                del self.fields[name]

    def wanted(self) -> Details:
        """Return the details of a valid form."""
        data = self.cleaned_data
        return Details(
            second_domain=Domain(data["second_domain"]) if data["second_domain"] else None,
            second_activity=Activity(data["second_activity"]) if data["second_activity"] else None,
            welcomes=frozenset(map(Welcome, data["welcomes"])),
            accessibility=frozenset(map(Access, data.get("accessibility", ()))),
            insurance=Insurance(data["insurance"]) if data["insurance"] else None,
            rhythm=Rhythm(data["rhythm"]) if data["rhythm"] else None,
            least_times=data["least_times"],
            access_notes=data.get("access_notes", "").strip(),
        )

    def tell(self, problems: tuple[DetailsProblem, ...]) -> None:
        """Put each problem at its field."""
        for problem in problems:
            self.add_error(problem.field, gettext(problem.message))


def _shown(details: Details) -> dict[str, object]:
    return {
        "second_domain": details.second_domain or "",
        "second_activity": details.second_activity or "",
        "welcomes": sorted(details.welcomes),
        "accessibility": sorted(details.accessibility),
        "access_notes": details.access_notes,
        "insurance": details.insurance or "",
        "rhythm": details.rhythm or "",
        "least_times": details.least_times,
        "seen": digest_of_details(details),
    }
