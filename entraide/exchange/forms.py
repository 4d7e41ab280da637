"""What operators say of a partner."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from entraide.exchange.actions.partners import PartnerDetails
from entraide.exchange.models import Partner
from entraide.exchange.rules.words import FeedKind, Moderation

LONGEST_URL = 1_000


def _address(label: object, help_text: object, *, most: int) -> forms.URLField:
    return forms.URLField(
        label=label,  # type: ignore[arg-type]
        help_text=help_text,  # type: ignore[arg-type]
        required=False,
        max_length=most,
        assume_scheme="https",
    )


class PartnerForm(forms.Form):
    """A partner. `seen` is the version that the operator read."""

    name = forms.CharField(label=_("Name"), help_text=_("Shown beside each of its missions."), max_length=120)
    website = _address(_("Website"), "", most=300)
    sends_missions = forms.BooleanField(label=_("May send missions"), required=False)
    moderation = forms.ChoiceField(
        label=_("Its missions"),
        choices=list(Partner.MODERATIONS.items()),
        initial=Moderation.QUEUE.value,
        widget=forms.RadioSelect,
    )
    sends_alerts = forms.BooleanField(
        label=_("May send official alerts"),
        help_text=_("Each alert is a draft until an operator decides about it."),
        required=False,
    )
    feed_url = _address(
        _("Address of its feed"),
        _("Missions are fetched every six hours, alerts every five minutes. Leave it empty for a partner that sends."),
        most=LONGEST_URL,
    )
    feed_kind = forms.ChoiceField(
        label=_("What the feed holds"),
        choices=list(Partner.FEED_KINDS.items()),
        initial=FeedKind.MISSIONS.value,
        widget=forms.RadioSelect,
    )
    is_active = forms.BooleanField(
        label=pgettext_lazy("partner", "Active"),
        help_text=_("Without it, its key opens nothing and its feed is not fetched; its missions stay."),
        required=False,
        initial=True,
    )
    seen = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse a feed of what the partner may not send."""
        cleaned = super().clean() or self.cleaned_data
        may = {FeedKind.MISSIONS.value: "sends_missions", FeedKind.ALERTS.value: "sends_alerts"}
        allowed = may.get(cleaned.get("feed_kind", ""))
        if cleaned.get("feed_url") and allowed and not cleaned.get(allowed):
            self.add_error("feed_url", gettext("This partner may not send what its feed holds. Tick that it may."))
        return cleaned

    def details(self) -> PartnerDetails:
        """Return what was said."""
        data = self.cleaned_data
        return PartnerDetails(
            name=data["name"],
            website=data["website"],
            moderation=Moderation(data["moderation"]),
            sends_missions=data["sends_missions"],
            sends_alerts=data["sends_alerts"],
            feed_url=data["feed_url"],
            feed_kind=FeedKind(data["feed_kind"]),
            is_active=data["is_active"],
        )

    @staticmethod
    def of(partner: Partner) -> dict[str, Any]:
        """Return what is said of a partner now."""
        names = [name for name in PartnerForm.base_fields if name != "seen"]
        return {**{name: getattr(partner, name) for name in names}, "seen": partner.version}


class SeenForm(forms.Form):
    """The version that the operator saw when a button was pressed."""

    seen = forms.IntegerField(min_value=1, max_value=2**31 - 1)
