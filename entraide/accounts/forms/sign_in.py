"""Forms of signing in: address, code, passkey. What they check is django-allauth's."""

import struct
from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.mfa.adapter import get_adapter as get_passkey_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST_CREDENTIAL = 20_000
# What the readers of WebAuthn answers raise for bytes that are none; a wrong answer is a ValidationError already.
UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error)


class SignInForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth has no types.
    """The mail address to which the code goes."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "spellcheck": "false"}),
    )

    def clean_email(self) -> str:
        """Look the person up under the address as it is kept."""
        self.cleaned_data["email"] = self.cleaned_data["email"].lower()
        email: str = super().clean_email()
        return email


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth has no types.
    """The code that came by mail."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Eight figures, with or without the dash."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "size": 12}
        ),
    )


class _Credential(forms.JSONField):
    """What a passkey answered, as its script wrote it down; anything else is refused as a wrong passkey."""

    widget = forms.HiddenInput

    def bound_data(self, data: Any, initial: Any) -> str:
        """Return nothing: an answer counts for one challenge, so that a page shown again never repeats it."""
        return ""

    def prepare_value(self, value: Any) -> str:
        """Return nothing, for the same reason."""
        return ""

    def to_python(self, value: Any) -> Any:
        """Return the answer as an object of plain parts."""
        if not isinstance(value, str) or len(value) > LONGEST_CREDENTIAL:
            raise _wrong_passkey()
        try:
            parsed = super().to_python(value)
        except (ValidationError, ValueError, RecursionError) as error:
            raise _wrong_passkey() from error
        if not isinstance(parsed, dict) or not isinstance(parsed.get("response"), dict):
            raise _wrong_passkey()
        return parsed


def _wrong_passkey() -> ValidationError:
    return ValidationError(get_passkey_adapter().error_messages["incorrect_code"], code="incorrect_code")


class PasskeyForm(LoginWebAuthnForm):  # type: ignore[misc]  # allauth has no types.
    """A sign-in by passkey."""

    credential = _Credential()

    def clean_credential(self) -> Authenticator:
        """Return the passkey that answered. An answer that cannot be read is refused like a wrong one."""
        try:
            return super().clean_credential()
        except UNREADABLE as error:
            raise _wrong_passkey() from error


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types.
    """A new passkey and the name that its owner gives it."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=60,
        required=False,
        help_text=_("So that you know it again, such as “my telephone”."),
    )
    credential = _Credential()
    passwordless = None

    def clean(self) -> dict[str, Any]:
        """Check the answer against the challenge. One that cannot be read is refused like a wrong one."""
        try:
            return {**super().clean()}
        except UNREADABLE as error:
            raise _wrong_passkey() from error


class PasskeyNameForm(forms.Form):
    """Another name of a passkey."""

    name = forms.CharField(
        label=_("Name of the passkey"), max_length=60, help_text=_("So that you know it again, such as “my telephone”.")
    )
