"""What crises, levels and switches are called on the operator's pages."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from entraide.crises.api import Kind, Level, Moderation, ProposalKind, Switches
from entraide.waiting.api import Reason

LEVELS: Mapping[str, object] = {
    Level.WATCH.value: _("Watch"),
    Level.ALERT.value: _("Alert"),
    Level.MOBILISATION.value: _("Mobilisation"),
    Level.RECOVERY.value: _("Recovery"),
    Level.CLOSED.value: _("Closed"),
}
LEVEL_HELP: Mapping[str, object] = {
    Level.WATCH.value: _("Something may happen. Nothing changes for the public but the banner."),
    Level.ALERT.value: _("It is about to happen or begins. Answers are asked for sooner."),
    Level.MOBILISATION.value: _("Help is needed at once. Holds are short, messages go out at once."),
    Level.RECOVERY.value: _("The worst is over. The platform goes back to its normal pace."),
    Level.CLOSED.value: _("The crisis is over for good and its banner goes away. It cannot be opened again."),
}
LEVEL_TONES: Mapping[str, str] = {
    Level.WATCH.value: "accent",
    Level.ALERT.value: "warning",
    Level.MOBILISATION.value: "danger",
    Level.RECOVERY.value: "success",
    Level.CLOSED.value: "neutral",
}
KINDS: Mapping[str, object] = {
    Kind.GEO.value: _("Earthquake, landslide"),
    Kind.MET.value: _("Flood, storm, weather"),
    Kind.SAFETY.value: _("Public safety"),
    Kind.SECURITY.value: _("Security"),
    Kind.RESCUE.value: _("Rescue"),
    Kind.FIRE.value: _("Fire"),
    Kind.HEALTH.value: _("Health, epidemic"),
    Kind.ENV.value: _("Pollution, environment"),
    Kind.TRANSPORT.value: _("Transport"),
    Kind.INFRA.value: _("Power, water, networks"),
    Kind.CBRNE.value: _("Chemical, biological, nuclear"),
    Kind.OTHER.value: _("Other"),
}
PROPOSALS: Mapping[str, object] = {
    ProposalKind.OPEN.value: _("An official alert proposes a crisis"),
    ProposalKind.CHANGE.value: _("An official alert proposes a change of a crisis"),
    ProposalKind.CLOSE.value: _("An official alert was cancelled: close its crisis?"),
}
MODERATION: Mapping[str, object] = {
    Moderation.EVERYTHING.value: _("A referent reads every mission first"),
    Moderation.TEMPLATES_OF_VALIDATED.value: _("Template missions of validated organisations go online at once"),
    Moderation.TEMPLATES_OF_ANYONE.value: _("Template missions of every organisation go online at once"),
}
# Why the line was paused or goes on.
REASONS: Mapping[str, object] = {
    Reason.BROKEN.value: _("Something behind the sign-up is broken"),
    Reason.MAIL.value: _("Mail does not leave"),
    Reason.ABUSE.value: _("An attack, or a flood of false sign-ups"),
    Reason.WORK.value: _("Planned work"),
    Reason.ENOUGH.value: _("Enough people for now"),
    Reason.REHEARSAL.value: _("A rehearsal"),
    Reason.REPAIRED.value: _("It works again"),
    Reason.NEEDED.value: _("More people are needed"),
    Reason.OVER.value: _("What was planned is over"),
}
_SWITCHES: Mapping[str, object] = {
    "mission_moderation": _("Missions before they go online"),
    "review_hold": _("An organisation has to answer within"),
    "proof_of_work": _("Sign-up asks browsers for a computation"),
}


def moves(*, before: Switches, after: Switches) -> list[tuple[str, str, str, bool]]:
    """Return each switch with its value before and after, and whether it moves."""
    return [
        (str(label), _said(old := getattr(before, name)), _said(new := getattr(after, name)), old != new)
        for name, label in _SWITCHES.items()
    ]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, timedelta):
        return duration(value)
    return str(MODERATION.get(str(value)) or value)


def duration(value: timedelta) -> str:
    """Return "3 days", "24 hours", "10 minutes": the largest unit that says it whole, hours up to two days."""
    seconds = int(value.total_seconds())
    if seconds < 120:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes = seconds // 60
    if minutes > 2 * 1440 and minutes % 1440 == 0:
        days = minutes // 1440
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if minutes >= 60 and minutes % 60 == 0:
        return ngettext("%(count)d hour", "%(count)d hours", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
