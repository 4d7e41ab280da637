"""Turns a notice into a mail: once, when the worker comes to it, from what the rows say then."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from entraide.foundation.mail import Attachment, Urgency, queue_mail
from entraide.volunteering import calendars, dates, wordings
from entraide.volunteering.actions.missions import address_of
from entraide.volunteering.models import Mission, Notice, Participation, Slot
from entraide.volunteering.place_links import place_link
from entraide.volunteering.queries.nearby import slots_near
from entraide.volunteering.rules.addresses import public_address
from entraide.volunteering.rules.states import AHEAD, EXPECTED, TAKES, ParticipationState
from entraide.volunteering.rules.words import NoticeKind, Precision

# Notices that mean nothing any more once the participation is in another state.
_ONLY_WHILE = {
    NoticeKind.RECEIVED: AHEAD,
    NoticeKind.CONFIRMED: TAKES,
    NoticeKind.HOLD_ENDING: AHEAD,
    NoticeKind.REMINDER: EXPECTED,
    NoticeKind.RECONFIRM: (ParticipationState.TO_RECONFIRM,),
    NoticeKind.ORGANISATION_SUSPENDED: AHEAD,
    NoticeKind.ORGANISATION_BACK: AHEAD,
    NoticeKind.SLOT_MOVED: AHEAD,
    NoticeKind.MISSION_CHANGED: AHEAD,
}
# Whatever changes where somebody is expected goes before what confirms what they know.
_URGENCIES = {
    NoticeKind.RECEIVED: Urgency.CONFIRMATION,
    NoticeKind.CONFIRMED: Urgency.CONFIRMATION,
    NoticeKind.REMINDER: Urgency.REMINDER,
    NoticeKind.RECONFIRM: Urgency.REMINDER,
    NoticeKind.ATTESTED: Urgency.REMINDER,
}


# Notices after which the entry in somebody's calendar is no longer, or not yet, right.
_HOLDS_CALENDAR = (
    NoticeKind.CONFIRMED,
    NoticeKind.SLOT_MOVED,
    NoticeKind.MISSION_CHANGED,
    NoticeKind.SLOT_CANCELLED,
    NoticeKind.RELEASED,
)


@transaction.atomic
def send(*, notice_id: UUID, now: datetime) -> bool:
    """Queue the mail of a notice that was not sent yet and mark it, both or neither. Say whether a mail was queued."""
    notice = (
        Notice.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("person", "participation", "slot__mission__organisation", "slot__place__commune")
        .filter(pk=notice_id, sent_at=None)
        .first()
    )
    if notice is None or notice.participation is None or notice.slot is None:
        return False
    Notice.objects.filter(pk=notice.pk).update(sent_at=now)
    if not notice.person.is_active or _is_stale(notice, notice.participation):
        return False
    language = notice.person.locale
    with translation.override(language):
        context = _context(notice, notice.participation, notice.slot, now)
        attachments = _attachments(notice, notice.participation, notice.slot, now)
    queue_mail(
        template="volunteering/mail/notice",
        to=notice.person.email,
        language=language,
        context=context,
        attachments=attachments,
        urgency=_URGENCIES.get(NoticeKind(notice.kind), Urgency.CHANGE),
    )
    return True


def _is_stale(notice: Notice, participation: Participation) -> bool:
    return participation.state not in _ONLY_WHILE.get(NoticeKind(notice.kind), (participation.state,))


def _context(notice: Notice, participation: Participation, slot: Slot, now: datetime) -> dict[str, Any]:
    kind, mission = NoticeKind(notice.kind), slot.mission
    said = wordings.wording(notice)
    others = slots_near(slot=slot, now=now) if kind in wordings.PROPOSES_OTHERS else []
    return {
        "first_name": notice.person.first_name,
        "subject_line": said.subject,
        "sentences": said.sentences,
        "facts": _facts(kind, participation, slot, mission),
        "others": [
            {
                "when": dates.slot_text(other.starts_at, other.ends_at, departement=other.mission.departement_code),
                "title": other.mission.title,
                "mission_id": str(other.mission_id),
            }
            for other in others
        ],
        "asks": participation.state == ParticipationState.TO_RECONFIRM,
        "may_leave": participation.state in AHEAD,
        "answer_address": _answer_address(notice, participation),
        "address": f"{settings.PUBLIC_URL}/{notice.person.locale}/me/participations/{participation.pk}/",
    }


def _answer_address(notice: Notice, participation: Participation) -> str:
    """Return the link by which whoever is expected keeps or gives back the place without signing in."""
    if participation.state not in EXPECTED:
        return ""
    return place_link(participation, email=notice.person.email, language=notice.person.locale)


def _facts(kind: NoticeKind, participation: Participation, slot: Slot, mission: Mission) -> list[tuple[str, str]]:
    # Who still awaits an answer reads what the public reads.
    gives_address = kind in wordings.GIVES_ADDRESS and participation.state in TAKES
    return [
        (_("Mission"), mission.title),
        (_("Organisation"), mission.organisation.name),
        (_("When"), dates.slot_text(slot.starts_at, slot.ends_at, departement=mission.departement_code)),
        (_("As"), slot.role),
        (
            _("Meeting time"),
            dates.time_text(dates.local(slot.meeting_at, mission.departement_code)) if slot.meeting_at else "",
        ),
        (_("Where"), place_text(slot, precision=Precision.EXACT if gives_address else None)),
        (_("How to get in"), slot.place.access_notes if gives_address and slot.place else ""),
        (_("Good to know"), mission.information if gives_address else ""),
        (_("Contact on the day"), mission.contact if gives_address else ""),
    ]


def place_text(slot: Slot, *, precision: Precision | None) -> str:
    """Return a slot's address in one line, at its public precision unless another is given; empty without a place."""
    place = slot.place
    if place is None:
        return ""
    shown = precision or Precision(place.public_precision)
    return ", ".join(public_address(address_of(place), precision=shown).lines)


def _attachments(notice: Notice, participation: Participation, slot: Slot, now: datetime) -> Sequence[Attachment]:
    if notice.kind not in _HOLDS_CALENDAR:
        return ()
    where = place_text(slot, precision=Precision.EXACT if participation.state in TAKES else None)
    content = calendars.calendar([calendars.event(participation, slot, where=where, now=now)])
    return (Attachment(name="entraide.ics", content=content, media_type="text/calendar"),)
