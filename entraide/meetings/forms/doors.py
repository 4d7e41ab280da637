"""What is asked when a meeting is opened, and at its door."""

from typing import Self
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from entraide.meetings.actions.entering import LONGEST_DISPLAY
from entraide.meetings.actions.opening import RoomWish
from entraide.meetings.rules.names import LONGEST


class OpenForm(forms.Form):
    """A new meeting. Its name is drawn, so that whoever has the link and nobody else comes in."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    has_lobby = forms.BooleanField(
        label=_("Everybody waits at the door until I let them in"),
        help_text=_("For people who do not know one another, or when the link may be passed on."),
        required=False,
    )
    is_e2ee = forms.BooleanField(
        label=_("Encrypt it from end to end"),
        help_text=_(
            "Picture, sound and chat are for the browsers of those who have the whole link; the servers pass on what "
            "they cannot read. Nobody comes in by the name alone."
        ),
        required=False,
        widget=forms.CheckboxInput(attrs={"data-encrypts": "", "disabled": True}),
    )

    def wish(self) -> RoomWish:
        """Return what the room is to be."""
        return RoomWish(has_lobby=self.cleaned_data["has_lobby"], is_e2ee=self.cleaned_data["is_e2ee"])


class FindForm(forms.Form):
    """The name of a meeting that somebody was told."""

    name = forms.CharField(
        label=_("Name of the meeting"),
        help_text=_("Four groups of four letters and figures, as in the link."),
        max_length=LONGEST + 8,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class DoorForm(forms.Form):
    """Who comes to the door, and by which link where they were invited."""

    display = forms.CharField(
        label=_("Your name, as the others see it"),
        max_length=LONGEST_DISPLAY,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    invitation = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, display: str, *, is_given: bool = False, invitation: str = "") -> Self:
        """Return the form for somebody of this name; one that a tenant gave cannot be changed here."""
        form = cls(initial={"display": display, "invitation": invitation})
        if is_given:
            form.fields["display"].widget.attrs["readonly"] = True
        return form
