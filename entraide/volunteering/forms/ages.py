"""Two ages, the lowest and the highest, of which either may be left out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

OLDEST = 120


class AgesInOrder(forms.Form):
    """A form with `age_min` and `age_max`."""

    def clean(self) -> dict[str, Any]:
        """Compare them."""
        data = super().clean() or self.cleaned_data
        low, high = data.get("age_min"), data.get("age_max")
        if low is not None and high is not None and high < low:
            self.add_error("age_max", _("The highest age is below the lowest age."))
        return data
