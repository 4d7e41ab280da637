"""What the journal's verbs of volunteering are called on pages."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

DEEDS: Mapping[str, object] = {
    "mission.created": _("wrote the mission"),
    "mission.terms_changed": _("changed what a mission promises"),
    "mission.details_changed": _("added to what a mission says"),
    "mission.made_priority": _("made the mission a priority"),
    "mission.no_longer_priority": _("no longer made the mission a priority"),
    "mission.edited": _("changed the mission's text"),
    "mission.submitted": _("sent the mission"),
    "mission.more_info": _("asked for more about the mission"),
    "mission.online": _("put the mission online"),
    "mission.paused": _("paused the mission"),
    "mission.done": _("ended the mission"),
    "mission.cancelled": _("cancelled the mission"),
    "mission.flagged": _("flagged the mission"),
    "mission.archived": _("archived the mission"),
    "mission.received": _("received the mission from a partner"),
    "mission.withdrawn": _("ended the mission, which its partner has no more"),
    "slots.added": _("added slots"),
    "slot.moved": _("moved a slot"),
    "slot.resized": _("changed the places of a slot"),
    "slot.closed": _("closed a slot"),
    "slot.cancelled": _("cancelled a slot"),
    "slot.joined": _("asked for a place"),
    "hold.ended": _("gave a place back, its hold having ended"),
    "candidate.accepted": _("accepted a candidate"),
    "candidate.refused": _("refused a candidate"),
    "participation.cancelled": _("gave a place back"),
    "participation.reduced": _("gave back some places of a group"),
    "participation.asked": _("asked somebody whether they still come"),
    "participation.reconfirmed": _("said that they still come"),
    "participation.released": _("gave back the place of somebody who did not answer"),
    "participation.question_withdrawn": _("took a question back, the slot having moved"),
    "participation.checked_in": _("checked in at the door"),
    "hours.counted": _("counted somebody's hours"),
    "hours.attested": _("attested somebody's hours"),
    "attendance.present": _("noted that somebody came"),
    "attendance.absent": _("noted that somebody did not come"),
    "attendance.excused": _("excused somebody's absence"),
    "contacts.read": _("read contact details"),
    "volunteer.registered": _("joined the reserve"),
    "volunteer.changed": _("changed a volunteer's profile"),
    "calendar.renewed": _("changed a calendar's address"),
}


def called(verb: str) -> str:
    """Return what a deed is called, the verb itself when it has no name."""
    return str(DEEDS.get(verb, verb))
