"""What is filled in to decide: candidates chosen, a reason to refuse, a message to send back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from entraide.volunteering.actions.outcomes import MOST_AT_ONCE
from entraide.volunteering.labels import REFUSAL_REASONS
from entraide.volunteering.rules.hours import BadHours, minutes_of_text
from entraide.volunteering.rules.words import RefusalReason

_GIVEN = [reason.value for reason in RefusalReason if reason is not RefusalReason.NO_RESPONSE]


class ChosenField(forms.Field):
    """Ids of rows that were ticked, each once, at most as many as one decision takes."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[UUID]:
        """Return the ids."""
        chosen = list(dict.fromkeys(value or []))
        if not chosen:
            raise forms.ValidationError(gettext("Tick at least one line first."), code="required")
        if len(chosen) > MOST_AT_ONCE:
            raise forms.ValidationError(gettext("Tick fewer lines at once."), code="too_many")
        try:
            return [UUID(each[:64]) for each in chosen]
        except ValueError:
            raise forms.ValidationError(gettext("Tick lines of the list."), code="invalid") from None


class ChoiceOfRows(forms.Form):
    """A decision and the rows that it is about; a button in a row decides about that row alone."""

    chosen = ChosenField()

    def __init__(self, data: Any, *, decisions: Sequence[str]) -> None:
        decision, _separator, one = str(data.get("decision", "")).partition(":")
        ids = [one] if one else data.getlist("chosen")
        super().__init__({"chosen": ids})
        self.decision = decision if decision in decisions else ""

    def is_valid(self) -> bool:
        """Also ask for a decision that there is."""
        return super().is_valid() and bool(self.decision)

    @property
    def complaint(self) -> str:
        """What to say when the choice is not valid."""
        found = self.errors.get("chosen")
        return str(found[0]) if found else gettext("Choose what to do with the lines that you ticked.")


class HoursOfRows(ChoiceOfRows):
    """The people who were ticked, with how long each was there; a field left empty keeps what was counted."""

    def __init__(self, data: Any) -> None:
        super().__init__(data, decisions=("attest",))
        self._typed = {key: str(data.get(f"hours-{key}", "")).strip() for key in self.data["chosen"][:MOST_AT_ONCE]}

    def clean(self) -> dict[str, Any]:
        """Add `minutes`, by person."""
        data = super().clean() or self.cleaned_data
        minutes: dict[UUID, int | None] = {}
        for key, typed in self._typed.items():
            try:
                minutes[UUID(key[:64])] = minutes_of_text(typed) if typed else None
            except BadHours:
                said = gettext("“%(text)s” says no hours: write 2, 2.5 or 2h30, up to 24.") % {"text": typed[:20]}
                raise forms.ValidationError({"chosen": said}, code="hours") from None
            except ValueError:
                break
        return {**data, "minutes": minutes}


class RefusalForm(forms.Form):
    """Why candidates are refused; they read it."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        help_text=_("The volunteers read it."),
        choices=[
            (value, label) for value, label in REFUSAL_REASONS.items() if value != RefusalReason.NO_RESPONSE.value
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("A few words of your own"),
        help_text=_("Needed when the reason is another one."),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words where the list has none."""
        data = super().clean() or self.cleaned_data
        if data.get("reason") == RefusalReason.OTHER.value and not data.get("text", "").strip():
            self.add_error("text", gettext("Say why, since the reason is another one."))
        return data


class MessageForm(forms.Form):
    """What is told to those whom a decision concerns."""

    text = forms.CharField(
        label=pgettext_lazy("what to tell people", "Message"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
