"""Forms of changing one's mail address."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    """The address that a person wants to sign in with from now on."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    # A second click sends no second code, which would end the first.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class AddressCodeForm(forms.Form):
    """The code that came to the new address."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Eight figures, with or without the dash."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "size": 12}
        ),
    )
