"""What an operator says of a media server."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DrainForm(forms.Form):
    """When what is left on a server moves to others."""

    minutes = forms.IntegerField(
        label=_("Minutes until what is left moves"),
        help_text=_("Nothing: it ends by itself. 0: at once."),
        min_value=0,
        max_value=24 * 60,
        required=False,
    )
