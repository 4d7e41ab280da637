"""A form field for a commune: typed, completed while typing, and chosen from a list when a text means several."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from entraide.territories import queries, rules
from entraide.territories.models import Commune

# The choice made among candidates, and the text for which they were offered, travel under the field's name with these.
CHOICE, ASKED = "-choice", "-asked"


class CommuneInput(forms.TextInput):
    """A text box with completion. After an ambiguous text it also offers the candidates as radio buttons.

    A choice counts for the text it was offered for: who types another text means the other text.
    """

    template_name = "territories/commune_input.html"
    candidates: tuple[Commune, ...] = ()

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> str | None:
        """Return the label of the chosen candidate, or the text."""
        text, asked, chosen = (data.get(key) for key in (name, f"{name}{ASKED}", f"{name}{CHOICE}"))
        shown = chosen if chosen and text == asked else text
        return None if shown is None else str(shown)

    def format_value(self, value: object) -> str | None:
        """Show a commune by its label, which leads back to it."""
        return value.label if isinstance(value, Commune) else cast("str | None", super().format_value(value))

    def get_context(self, name: str, value: object, attrs: Any) -> dict[str, Any]:
        """Add the candidates, and the names under which a choice among them travels."""
        context = super().get_context(name, value, attrs)
        choice = {"candidates": self.candidates, "choice_name": f"{name}{CHOICE}", "asked_name": f"{name}{ASKED}"}
        return context | choice


class CommuneField(forms.CharField):
    """Takes "Strasbourg", "67000", "67000 Strasbourg", "Saint-Denis (93)" or an INSEE code, and gives the commune.

    A text that several communes answer to is an error that names them, and the form then lets one be chosen.
    """

    widget = CommuneInput
    default_error_messages = {
        "unknown": _("No commune has this name or postcode. Check the spelling, or type the postcode."),
        "several": _("Several communes answer to this. Choose one: %(names)s."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=rules.LONGEST_TEXT, **options)

    def clean(self, value: Any) -> Commune | None:
        """Return the commune, or None when the field is optional and empty."""
        text = super().clean(value.label if isinstance(value, Commune) else value)
        if not text:
            return None
        found = queries.resolve(text=text)
        if found.commune is not None:
            return found.commune
        if not found.candidates:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        self._offer(found.candidates)
        names = ", ".join(commune.label for commune in found.candidates)
        raise ValidationError(self.error_messages["several"], code="several", params={"names": names})

    def _offer(self, candidates: tuple[Commune, ...]) -> None:
        """Let the widget of this form, which is a copy, show what to choose from."""
        widget: forms.Widget = self.widget  # type: ignore[assignment] # The stubs allow a class here too.
        if isinstance(widget, CommuneInput):
            widget.candidates = candidates

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is shown, since the data is the label of a commune."""
        shown = initial.label if isinstance(initial, Commune) else initial
        return super().has_changed(shown, data)
