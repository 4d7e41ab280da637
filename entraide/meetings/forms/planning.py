"""What is asked when a meeting is planned, and whom to invite."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from entraide.accounts import api as accounts
from entraide.foundation.zones import MAINLAND
from entraide.guard.api import Answer, once
from entraide.meetings.actions import inviting
from entraide.meetings.actions.scheduling import LONGEST_TITLE, BadTime, Plan, Purpose, change_meeting, plan_meeting
from entraide.meetings.labels import ZONES
from entraide.meetings.models import Meeting
from entraide.meetings.queries.guests import guests_typed
from entraide.meetings.rules.guests import Guest
from entraide.meetings.rules.invitations import MOST_GUESTS, MOST_INVITED
from entraide.meetings.rules.load import MOST_HEADS
from entraide.meetings.rules.roles import Role
from entraide.meetings.rules.schedule import TimeFault

_APART = re.compile(r"[\n;]+|,(?=[^\"]*(?:\"[^\"]*\"[^\"]*)*$)")
_LENGTHS = {
    15: _("15 minutes"), 30: _("30 minutes"), 45: _("45 minutes"), 60: _("1 hour"), 90: _("1 h 30"),
    120: _("2 hours"), 180: _("3 hours"), 240: _("4 hours"), 360: _("6 hours"),
}  # fmt: skip
_FAULTS = {
    TimeFault.PAST: _("This time is past. Choose a later one."),
    TimeFault.FAR: _("This is more than a year ahead. Look at the year."),
    TimeFault.LENGTH: _("A meeting lasts from five minutes to six hours."),
}


class AddressesField(forms.CharField):
    """Mail addresses, one a line, with a name before them or not: a mapping of address to name."""

    widget = forms.Textarea(attrs={"rows": 4, "autocapitalize": "none", "spellcheck": "false"})

    def clean(self, value: Any) -> dict[str, str]:
        """Return the names by address. The message names what is no address."""
        found: dict[str, str] = {}
        for part in filter(str.strip, _APART.split(super().clean(value))):
            name, address = parseaddr(part.strip())
            try:
                found[accounts.normal_address(address)] = name
            except accounts.BadAddress as error:
                message = gettext("“%(text)s” is no mail address. Write one on each line.") % {
                    "text": part.strip()[:80]
                }
                raise ValidationError(message, code="invalid") from error
        if len(found) > MOST_INVITED:
            raise ValidationError(
                gettext("At most %(most)d people are invited to one meeting.") % {"most": MOST_INVITED}
            )
        return found


class InviteForm(forms.Form):
    """Whom to invite."""

    invited = AddressesField(
        label=_("Who is invited"),
        help_text=_(
            "One address on each line, with a name before it or not. Each person gets a link of their own by mail."
        ),
        max_length=20_000,
    )
    role = forms.ChoiceField(
        label=_("What they may do"),
        choices=[
            (Role.SPEAKER.value, _("Speak and be seen")),
            (Role.LISTENER.value, _("Look, listen and write")),
            (Role.MODERATOR.value, _("Host with you: let people in, mute, put out")),
        ],
        initial=Role.SPEAKER.value,
    )

    def guests(self) -> list[Guest]:
        """Return who is to be invited."""
        data = self.cleaned_data
        return guests_typed(data["invited"], role=Role(data["role"]), language=get_language() or "fr")

    def send(self, *, meeting: Meeting, host_id: UUID) -> int | None:
        """Invite them and return how many were, or say in the form why not."""
        try:
            return inviting.invite(meeting_id=meeting.pk, host_id=host_id, guests=self.guests())
        except (inviting.TooManyInvited, inviting.AskedTooOften, inviting.NotOpen) as refused:
            self.add_error("invited", said_of(refused))
            return None


class GuestLinkForm(forms.Form):
    """How many may come by the one link for guests."""

    most = forms.IntegerField(label=_("How many guests"), min_value=1, max_value=MOST_GUESTS, initial=20)
    # A second click makes no second link, which would end the first.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def save(self, *, meeting: Meeting, host_id: UUID) -> None:
        """Make the link once, however often the form arrives. Raises NotOpen."""

        def write() -> Answer:
            made = inviting.make_guest_link(meeting_id=meeting.pk, host_id=host_id, most=self.cleaned_data["most"])
            return Answer(201, {"link": str(made.pk)})

        once(scope=f"guest link of {meeting.pk}", key=str(self.cleaned_data["key"]), content=b"", write=write)


class PlanForm(forms.Form):
    """A meeting at a time."""

    title = forms.CharField(label=_("What it is about"), max_length=LONGEST_TITLE)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    minutes = forms.TypedChoiceField(label=_("How long"), choices=list(_LENGTHS.items()), coerce=int, initial=60)
    zone = forms.ChoiceField(label=_("Whose time that is"), choices=list(ZONES.items()), initial=MAINLAND)
    most_heads = forms.IntegerField(label=_("How many people at most"), min_value=2, max_value=MOST_HEADS, initial=50)
    invited_wait = forms.BooleanField(
        label=_("Those who are invited wait at the door too, until I let them in"),
        help_text=_("Whoever has no invitation always waits."),
        required=False,
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean(self) -> dict[str, Any]:
        """Refuse an hour that the clock skips."""
        data = super().clean() or {}
        if {"day", "starts", "zone"} <= data.keys():
            local = datetime.combine(data["day"], data["starts"], tzinfo=ZoneInfo(data["zone"]))
            if not 2000 < local.year < 2200:
                self.add_error("day", _FAULTS[TimeFault.FAR])
            elif local.astimezone(UTC).astimezone(local.tzinfo).time() != data["starts"]:
                self.add_error("starts", _("The clock skips this hour on that day. Choose another."))
            else:
                data["starts_at"] = local.astimezone(UTC)
        return data

    def plan(self) -> Plan:
        """Return what the meeting is to be."""
        data = self.cleaned_data
        return Plan(
            title=data["title"],
            starts_at=data["starts_at"],
            ends_at=data["starts_at"] + timedelta(minutes=data["minutes"]),
            zone=data["zone"],
            most_heads=data["most_heads"],
            invited_wait=data["invited_wait"],
        )

    def change(self, *, meeting: Meeting, host_id: UUID) -> bool | None:
        """Change a meeting and say whether anything is new, or say in the form why not. Raises NotChangeable."""
        try:
            return change_meeting(meeting_id=meeting.pk, host_id=host_id, plan=self.plan())
        except BadTime as error:
            self.add_error("starts", _FAULTS[error.fault])
            return None


class NewPlanForm(PlanForm):
    """A meeting at a time, and who is invited to it."""

    hosts = AddressesField(
        label=_("Who hosts it with you"),
        help_text=_("They let people in, mute and put out. One address on each line."),
        max_length=5_000,
        required=False,
    )
    invited = AddressesField(
        label=_("Who is invited"),
        help_text=_(
            "One address on each line, with a name before it or not. Each person gets a link of their own by mail."
        ),
        max_length=20_000,
        required=False,
    )
    listens = forms.BooleanField(label=_("Those who are invited listen and write, without speaking"), required=False)
    field_order = [
        "title",
        "day",
        "starts",
        "minutes",
        "zone",
        "invited",
        "listens",
        "hosts",
        "invited_wait",
        "most_heads",
    ]

    def save(self, *, host_id: UUID, own: Sequence[Guest] = (), purpose: Purpose | None = None) -> UUID | None:
        """Plan the meeting once, however often the form arrives, and return its id; or say in the form why not."""

        def write() -> Answer:
            made = plan_meeting(host_id=host_id, plan=self.plan(), guests=[*self._typed(), *own], purpose=purpose)
            return Answer(201, {"meeting": str(made.pk)})

        try:
            key = str(self.cleaned_data["key"])
            answer = once(scope=f"planned meeting of {host_id}", key=key, content=b"", write=write)
        except BadTime as error:
            self.add_error("starts", _FAULTS[error.fault])
        except (inviting.TooManyInvited, inviting.AskedTooOften) as refused:
            self.add_error("invited", said_of(refused))
        else:
            return UUID(str(answer.body["meeting"]))
        return None

    def _typed(self) -> list[Guest]:
        data, language = self.cleaned_data, get_language() or "fr"
        role = Role.LISTENER if data["listens"] else Role.SPEAKER
        hosts = guests_typed(data["hosts"], role=Role.MODERATOR, language=language)
        others = {email: name for email, name in data["invited"].items() if email not in data["hosts"]}
        return [*hosts, *guests_typed(others, role=role, language=language)]


def shown_plan(meeting: Meeting) -> dict[str, object]:
    """Return what the form of a meeting shows, in its own zone."""
    start = meeting.starts_at.astimezone(ZoneInfo(meeting.zone))
    return {
        "title": meeting.title,
        "day": start.date(),
        "starts": start.time(),
        "minutes": int((meeting.ends_at - meeting.starts_at).total_seconds()) // 60,
        "zone": meeting.zone,
        "most_heads": meeting.most_heads,
        "invited_wait": meeting.invited_wait,
    }


def proposed_plan(*, now: datetime, zone: str = MAINLAND) -> dict[str, object]:
    """Return what the form of a new meeting proposes: the next full hour but one."""
    start = now.astimezone(ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    return {"day": start.date(), "starts": start.time(), "zone": zone, "key": uuid4()}


def said_of(refused: Exception) -> str:
    """Return in plain words why people were not invited."""
    if isinstance(refused, inviting.TooManyInvited):
        if not refused.left:
            return gettext(
                "You have invited as many people today as one may. Try again tomorrow, or pass a link for guests on."
            )
        return ngettext(
            "You can invite %(left)d more person today. Shorten the list, or pass a link for guests on.",
            "You can invite %(left)d more people today. Shorten the list, or pass a link for guests on.",
            refused.left,
        ) % {"left": refused.left}
    if isinstance(refused, inviting.AskedTooOften):
        return gettext(
            "%(email)s has had very many invitations today and gets no more. Pass the link on another way."
        ) % {"email": refused.email}
    return gettext("This meeting is over or was cancelled: nobody can be invited any more.")
