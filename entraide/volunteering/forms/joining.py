"""What a volunteer fills in to join a slot, and to give a place back."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from entraide.volunteering import labels
from entraide.volunteering.actions.joining import Wish
from entraide.volunteering.actions.leaving import Leave
from entraide.volunteering.actions.profiles import NewProfile
from entraide.volunteering.forms.ages import OLDEST
from entraide.volunteering.rules.seats import MOST_SEATS, most_to_ask_for
from entraide.volunteering.rules.words import CancelReason

MOTIVATION_LONGEST = 2_000


class JoinForm(forms.Form):
    """What a slot asks of this volunteer: the rest is known and not asked again.

    `requirements` are pairs of code and sentence; `asks_profile` when the person has told neither birth date nor
    postcode; `overlaps` when another slot of theirs is at the same time; `places_left` where groups are welcome.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    postcode = forms.RegexField(r"^[0-9]{5}$", label=_("Postcode"), help_text=_("Five figures, such as 35000."))
    birth_date = forms.DateField(
        label=_("Date of birth"), widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"})
    )
    declared = forms.MultipleChoiceField(
        label=_("I confirm"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Tick each line.")}
    )
    motivation = forms.CharField(
        label=_("A few words to the organisation"),
        max_length=MOTIVATION_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seats = forms.IntegerField(
        label=_("How many of you come?"),
        help_text=_("You and those whom you bring. What the mission asks, it asks of each of you."),
        min_value=1,
        initial=1,
    )
    insist = forms.BooleanField(label=_("I can do both: join all the same"))
    field_order = ("key", "postcode", "birth_date", "seats")

    def __init__(
        self,
        *args: Any,
        requirements: Sequence[tuple[str, str]],
        known: frozenset[str],
        asks_profile: bool,
        motivation: bool | None,
        overlaps: bool,
        places_left: int | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid4())
        if requirements:
            self._codes = frozenset(code for code, _label in requirements)
            field = self.fields["declared"]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 (tells the type)
            field.choices = list(requirements)
            self.initial.setdefault("declared", [code for code in self._codes if code in known])
        else:
            self._codes = frozenset()
            del self.fields["declared"]
        if not asks_profile:
            del self.fields["postcode"], self.fields["birth_date"]
        if motivation is None:
            del self.fields["motivation"]
        else:
            self.fields["motivation"].required = motivation
        if not overlaps:
            del self.fields["insist"]
        if places_left:
            ask_how_many(self, most=most_to_ask_for(places_left=places_left), left=places_left)
        elif "seats" in self.data:
            # It was asked a moment ago: nobody is given fewer places than they wanted without being told.
            ask_how_many(self, most=MOST_SEATS)
        else:
            del self.fields["seats"]

    def clean_declared(self) -> list[str]:
        """Every requirement counts: one left unticked is told."""
        declared: list[str] = self.cleaned_data["declared"]
        if self._codes - set(declared):
            raise forms.ValidationError(_("Tick each line, or choose a mission that asks for less."))
        return declared

    def clean_birth_date(self) -> date:
        """A day of birth lies in the past."""
        found: date = self.cleaned_data["birth_date"]
        today = date.today()  # noqa: DTZ011 (a day is enough to tell a mistyped year)
        if not today.year - OLDEST <= found.year or found >= today:
            raise forms.ValidationError(_("Check the year of this date."))
        return found

    def wish(self, slot_id: UUID) -> Wish:
        """Return what the volunteer asks for."""
        return Wish(
            slot_id=slot_id,
            key=self.cleaned_data["key"],
            motivation=self.cleaned_data.get("motivation", ""),
            declared=frozenset(self.cleaned_data.get("declared", ())),
            insist=bool(self.cleaned_data.get("insist")),
            seats=self.cleaned_data.get("seats", 1),
        )

    def profile(self) -> NewProfile | None:
        """Return the profile to open first, when it was asked for."""
        if "postcode" not in self.fields:
            return None
        return NewProfile(birth_date=self.cleaned_data["birth_date"], postcode=self.cleaned_data["postcode"])


def ask_how_many(form: forms.Form, *, most: int, left: int | None = None) -> None:
    """Bound the seats of a form; `left` are the places of the slot, when those are what bounds them."""
    said = _("Places left in this slot: %(limit_value)s.") if most == left else _("Choose %(limit_value)s at most.")
    field = form.fields["seats"]
    field.validators.append(MaxValueValidator(most, said))
    field.widget.attrs |= {"max": most, "inputmode": "numeric"}


class SeatsForm(forms.Form):
    """With how many people somebody comes after all."""

    seats = forms.IntegerField(label=_("How many of you come?"), min_value=1)

    def __init__(self, data: Any = None, *, most: int) -> None:
        super().__init__(data, initial={"seats": most})
        ask_how_many(self, most=most)


class LeaveForm(forms.Form):
    """Why a place is given back."""

    reason = forms.ChoiceField(label=_("Why?"), choices=list(labels.CANCEL_REASONS.items()), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("A word to the organisation"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def leave(self, participation_id: UUID) -> Leave:
        """Return which place is given back and why."""
        return Leave(
            participation_id=participation_id,
            reason=CancelReason(self.cleaned_data["reason"]),
            text=self.cleaned_data["text"],
        )


class EraseForm(forms.Form):
    """The word that keeps an erasure from being a slip."""

    sure = forms.BooleanField(label=_("I understand that this cannot be undone"))
