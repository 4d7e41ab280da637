"""What somebody says of a search that they save."""

from django import forms
from django.utils.translation import gettext_lazy as _

from entraide.volunteering.actions.saved_searches import Saving
from entraide.volunteering.rules.saved_searches import LONGEST_NAME, Cadence

CADENCES = {
    Cadence.DAILY.value: _("By mail, once a day"),
    Cadence.AT_ONCE.value: _("By mail, within the hour"),
    Cadence.FEED.value: _("No mail: I read its feed"),
}


class SavedSearchForm(forms.Form):
    """A saved search's name, and how its person hears of something new."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    cadence = forms.ChoiceField(
        label=_("When a new mission fits"), choices=list(CADENCES.items()), widget=forms.RadioSelect
    )

    def saving(self) -> Saving:
        """Return what was given. The form is valid."""
        return Saving(name=self.cleaned_data["name"], cadence=Cadence(self.cleaned_data["cadence"]))
