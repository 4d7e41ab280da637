"""What an organisation fills in: a mission in six things, slots to add, a slot to change, the mission's texts."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entraide.territories.api import Commune
from entraide.territories.fields import CommuneField
from entraide.volunteering.labels import ADMISSIONS
from entraide.volunteering.models import Mission, Slot, Template
from entraide.volunteering.models.slot import MOST_PLACES
from entraide.volunteering.rules.repetition import Every, Repetition, SeriesProblem, Window, windows
from entraide.volunteering.rules.words import Admission, Mode
from entraide.volunteering.rules.zones import zone_of

EVERY = {
    Every.ONCE.value: _("Once"),
    Every.DAY.value: _("Every day"),
    Every.WEEK.value: _("Every week, the same day"),
}


MEET_BEFORE = (0, 10, 15, 30, 45, 60, 90, 120)


def _before(minutes: int) -> object:
    return _("%(minutes)s minutes before") % {"minutes": minutes} if minutes else _("No")


def _input(kind: str) -> dict[str, str]:
    return {"type": kind}


class TimesForm(forms.Form):
    """When slots are: a day, from an hour to another, repeated or not."""

    first_on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs=_input("date"), format="%Y-%m-%d"))
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs=_input("time"), format="%H:%M"))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs=_input("time"), format="%H:%M"))
    every = forms.ChoiceField(label=_("Repeat"), choices=list(EVERY.items()), initial=Every.ONCE.value)
    last_on = forms.DateField(
        label=_("Repeat until"),
        help_text=_("Left empty, a repetition runs for four weeks."),
        required=False,
        widget=forms.DateInput(attrs=_input("date"), format="%Y-%m-%d"),
    )
    capacity = forms.IntegerField(label=_("Places in each slot"), min_value=1, max_value=MOST_PLACES)

    def windows(self, *, departement: str, now: datetime) -> tuple[Window, ...]:
        """Return the slots' times, or nothing after having noted what to correct."""
        data = self.cleaned_data
        every = Every(data["every"])
        last_on = data["last_on"] or data["first_on"] + timedelta(days=0 if every is Every.ONCE else 27)
        asked = Repetition(
            first_on=data["first_on"],
            last_on=data["first_on"] if every is Every.ONCE else last_on,
            starts=data["starts"],
            ends=data["ends"],
            every=every,
        )
        found = windows(asked, zone=zone_of(departement), now=now)
        if isinstance(found, SeriesProblem):
            self.add_error(found.field, gettext(found.message) % found.values)
            return ()
        return found

    def clean_first_on(self) -> date:
        """Refuse days that no calendar of ours reaches."""
        return _sane(self.cleaned_data["first_on"])

    def clean_last_on(self) -> date | None:
        """Refuse them here too."""
        return _sane(self.cleaned_data["last_on"]) if self.cleaned_data["last_on"] else None


def _sane(day: date) -> date:
    if not date(2020, 1, 1) <= day <= date(2100, 1, 1):
        raise forms.ValidationError(gettext("Choose a day of the coming year."))
    return day


class SlotsForm(TimesForm):
    """Slots for a mission that exists. The key lets a second click add none."""

    role = forms.CharField(
        label=_("What those of this slot do"),
        help_text=_("Only where a mission needs people for different things at the same time, such as drivers."),
        max_length=60,
        required=False,
    )
    meet_before = forms.TypedChoiceField(
        label=_("Meet before it begins"),
        choices=[(minutes, _before(minutes)) for minutes in MEET_BEFORE],
        coerce=int,
        empty_value="0",
        required=False,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    @property
    def meets_before(self) -> timedelta | None:
        """Return by how much volunteers meet before the work begins."""
        minutes = int(self.cleaned_data["meet_before"])
        return timedelta(minutes=minutes) if minutes else None


class MissionForm(TimesForm):
    """The other five things beside the template. A remote mission has no place."""

    commune = CommuneField(label=_("Commune"), help_text=_("Its name or postcode."))
    street = forms.CharField(
        label=_("Address in the commune"),
        help_text=_("The public reads the street without its number; those who are confirmed read all of it."),
        max_length=200,
        required=False,
    )
    admission = forms.ChoiceField(
        label=_("How people get a place"),
        choices=[(value, label) for value, label in ADMISSIONS.items() if value != Admission.INVITATION.value],
        widget=forms.RadioSelect,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ["commune", "street", "first_on", "starts", "ends", "every", "last_on", "capacity", "admission"]

    def __init__(self, data: Any = None, *, template: Template, **options: Any) -> None:
        super().__init__(data, **options)
        if template.mode == Mode.REMOTE.value:
            del self.fields["commune"], self.fields["street"]

    @property
    def commune_chosen(self) -> Commune | None:
        """Return the commune, None for a remote mission."""
        return cast("Commune | None", self.cleaned_data.get("commune"))


def defaults(*, template: Template, commune: Commune | None, today: date) -> dict[str, object]:
    """Return what a mission form proposes: tomorrow at nine for the template's usual time, at the organisation's."""
    starts = datetime.combine(today + timedelta(days=1), time(9))
    return {
        "commune": commune.label if commune else "",
        "first_on": starts.date(),
        "starts": starts.time(),
        "ends": (starts + timedelta(minutes=template.duration_minutes)).time(),
        "capacity": template.capacity,
        "admission": template.admission,
        "key": uuid4(),
    }


class TextsForm(forms.Form):
    """The words of a mission. `seen` tells whether somebody changed them meanwhile."""

    title = forms.CharField(label=_("Title"), max_length=160)
    description = forms.CharField(
        label=_("What volunteers will do"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 12})
    )
    information = forms.CharField(
        label=_("Good to know"),
        help_text=_("How to get there, what to bring. Everyone reads it."),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    contact = forms.CharField(
        label=_("Whom to ask"),
        help_text=_("A name and a way to reach them. Only those who are confirmed read it."),
        max_length=200,
        required=False,
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, are_settled: bool, **options: Any) -> None:
        super().__init__(data, **options)
        if are_settled:
            del self.fields["title"], self.fields["description"]


class SlotForm(forms.Form):
    """A slot's day, hours and places, with those that the manager saw."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs=_input("date"), format="%Y-%m-%d"))
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs=_input("time"), format="%H:%M"))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs=_input("time"), format="%H:%M"))
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=MOST_PLACES)
    seen_starts = forms.DateTimeField(widget=forms.HiddenInput)
    seen_ends = forms.DateTimeField(widget=forms.HiddenInput)
    seen_capacity = forms.IntegerField(min_value=1, max_value=MOST_PLACES, widget=forms.HiddenInput)

    def clean_day(self) -> date:
        """Refuse days that no calendar of ours reaches."""
        return _sane(self.cleaned_data["day"])


def shown_slot(slot: Slot, mission: Mission) -> dict[str, object]:
    """Return what a slot's form shows, in the local time of the mission."""
    zone = zone_of(mission.departement_code)
    start, end = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    return {
        "day": start.date(),
        "starts": start.time(),
        "ends": end.time(),
        "capacity": slot.capacity_max,
        "seen_starts": slot.starts_at.isoformat(),
        "seen_ends": slot.ends_at.isoformat(),
        "seen_capacity": slot.capacity_max,
    }
