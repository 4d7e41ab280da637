"""What operators fill in: a crisis to open, a level to reach, a banner, jobs to retry."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entraide.crises.api import Kind, Level, Limits, Opening
from entraide.pages.operator.labels import KINDS, LEVELS, REASONS
from entraide.territories import api as territories
from entraide.volunteering.api import DOMAINS, OLDEST, AgesInOrder
from entraide.waiting.api import Reason

BANNER_LENGTH = 280
_OPENING_LEVELS = (Level.WATCH, Level.ALERT, Level.MOBILISATION)


def _banner(label: object, help_text: object = "") -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        help_text=help_text,  # type: ignore[arg-type]
        required=False,
        max_length=BANNER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ZonesForm(forms.Form):
    """The départements of a crisis, typed by code, since there are more than a hundred."""

    zones = forms.CharField(
        label=_("Départements"),
        help_text=_("Their codes, with commas, such as: 67, 68, 2A. Leave it empty for the whole country."),
        required=False,
        max_length=600,
    )

    def clean_zones(self) -> list[str]:
        """Return the codes, each of a département that exists."""
        wanted = [code.strip().upper() for code in self.cleaned_data["zones"].replace(";", ",").split(",")]
        wanted = list(dict.fromkeys(code.rjust(2, "0") for code in wanted if code))
        known = {departement.code for departement in territories.departements()}
        unknown = [code for code in wanted if code not in known]
        if unknown:
            raise forms.ValidationError(
                gettext("No département has the code %(code)s."), params={"code": unknown[0][:10]}, code="unknown"
            )
        return wanted


class OpeningForm(ZonesForm):
    """A crisis to open."""

    field_order = ("name_fr", "name_en", "kind", "level", "zones", "banner_fr", "banner_en")

    name_fr = forms.CharField(
        label=_("Name in French"), help_text=_("Such as: Crue de l’Ill, novembre"), max_length=120
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()), initial=Kind.MET.value)
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[(level.value, LEVELS[level.value]) for level in _OPENING_LEVELS],
        initial=Level.ALERT.value,
        widget=forms.RadioSelect,
    )
    banner_fr = _banner(
        _("Banner in French"), _("One or two sentences that every page shows. They can be changed at any time.")
    )
    banner_en = _banner(_("Banner in English"))

    def clean(self) -> dict[str, Any]:
        """Refuse a name without a letter or digit, of which no address could be made."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("name_fr") and not slugify(cleaned["name_fr"]):
            self.add_error("name_fr", gettext("Give a name with letters or digits."))
        return cleaned

    def opening(self) -> Opening:
        """Return what is known of the crisis."""
        data = self.cleaned_data
        return Opening(
            slug=slugify(data["name_fr"])[:50].strip("-"),
            name={"fr": data["name_fr"], "en": data["name_en"]},
            kind=Kind(data["kind"]),
            level=Level(data["level"]),
            zones=data["zones"],
            banner={"fr": data["banner_fr"], "en": data["banner_en"]},
        )


class LevelForm(forms.Form):
    """The level wanted, and the one that the operator saw when choosing."""

    to = forms.ChoiceField(choices=list(LEVELS.items()))
    seen = forms.ChoiceField(choices=list(LEVELS.items()))


class BannerForm(forms.Form):
    """The banner in both languages, and the version of the crisis that the operator read."""

    banner_fr = _banner(_("In French"))
    banner_en = _banner(_("In English"))
    seen = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    @property
    def banner(self) -> dict[str, str]:
        """The texts by language."""
        return {"fr": self.cleaned_data["banner_fr"], "en": self.cleaned_data["banner_en"]}


class LimitsForm(AgesInOrder):
    """What a crisis allows of the missions that are part of it, and the version of it that the operator read."""

    domains = forms.MultipleChoiceField(
        label=_("Only missions of these causes go online"),
        help_text=_("None ticked means all of them."),
        choices=list(DOMAINS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    age_min = forms.IntegerField(
        label=_("Youngest who may come in person"), min_value=0, max_value=OLDEST, required=False
    )
    age_max = forms.IntegerField(
        label=_("Oldest who may come in person"),
        help_text=_("Helping from home stays open to every age. Places given before stay."),
        min_value=0,
        max_value=OLDEST,
        required=False,
    )
    seen = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    @property
    def limits(self) -> Limits:
        """The limits of a valid form."""
        data = self.cleaned_data
        return Limits(frozenset(data["domains"]), data["age_min"], data["age_max"])


class PauseForm(forms.Form):
    """Why the line shall stand still, or go on."""

    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, reasons: tuple[Reason, ...]) -> None:
        super().__init__(data)
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (reason.value, REASONS[reason.value]) for reason in reasons
        ]


class BoundForm(forms.Form):
    """How many sign-ups to let in each second at most."""

    most = forms.IntegerField(
        label=_("Sign-ups a second at most"),
        help_text=_("Leave it empty to let in as many as can be kept, which the line finds out by itself."),
        required=False,
        min_value=1,
        max_value=1_000_000,
    )


class RetryForm(forms.Form):
    """Failed jobs to put back into the queue: some, or all that are shown."""

    what = forms.ChoiceField(choices=[("chosen", ""), ("all", "")])
    jobs = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Any, *, ids: list[int]) -> None:
        super().__init__(data)
        self.fields["jobs"].choices = [(str(each), "") for each in ids]  # type: ignore[attr-defined]

    def chosen(self) -> list[int]:
        """Return the ids to retry."""
        data: list[int] = self.cleaned_data["jobs"]
        return data
