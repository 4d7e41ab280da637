"""What each notice says, in the language that is active: the same words in the mail and in the volunteer's space."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from entraide.volunteering import dates
from entraide.volunteering.labels import REFUSAL_REASONS, TERMS, called
from entraide.volunteering.models import Notice, Participation
from entraide.volunteering.rules.words import NoticeKind


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice's one-line subject, and its sentences in order."""

    subject: str
    sentences: tuple[str, ...]


# Kinds after which other slots are worth proposing.
PROPOSES_OTHERS = (NoticeKind.REFUSED, NoticeKind.HOLD_ENDED, NoticeKind.SLOT_CANCELLED, NoticeKind.SLOT_MOVED)
# Kinds whose reader is expected and needs the whole address.
GIVES_ADDRESS = (NoticeKind.CONFIRMED, NoticeKind.REMINDER, NoticeKind.SLOT_MOVED, NoticeKind.MISSION_CHANGED)


def wording(notice: Notice) -> Wording:
    """Return what a notice says. Its participation and its slot's mission and organisation are loaded."""
    participation, slot = notice.participation, notice.slot
    if participation is None or slot is None:
        raise ValueError(f"notice {notice.pk} is about no participation")
    values = {"mission": slot.mission.title, "organisation": slot.mission.organisation.name}
    subject, *sentences = _texts(notice, participation, slot.mission.departement_code)
    said = [sentence for sentence in sentences if sentence]
    return Wording(subject % values, tuple(sentence % values for sentence in said) + _own_words(participation, notice))


def _texts(notice: Notice, participation: Participation, departement_code: str) -> tuple[str, ...]:
    match NoticeKind(notice.kind):
        case NoticeKind.RECEIVED:
            return (
                _("Request received: %(mission)s"),
                _("%(organisation)s has received your request, and a place is held for you."),
                _until(participation, departement_code),
            )
        case NoticeKind.CONFIRMED:
            return (_("Confirmed: %(mission)s"), _("Your place is confirmed. %(organisation)s expects you."))
        case NoticeKind.REFUSED:
            return (_("Not this time: %(mission)s"), _("%(organisation)s has not kept your request for this slot."))
        case NoticeKind.HOLD_ENDING:
            return (
                _("Still no answer: %(mission)s"),
                _("%(organisation)s has not answered your request yet."),
                _until(participation, departement_code),
            )
        case NoticeKind.HOLD_ENDED:
            return (
                _("No answer in time: %(mission)s"),
                _("%(organisation)s has not answered in time, so the place held for you is free again."),
                _("You are free to ask again or to choose another slot."),
            )
        case NoticeKind.SLOT_MOVED:
            return (
                _("New time: %(mission)s"),
                _("%(organisation)s has changed the time of your slot. You keep your place."),
                _formerly(notice, departement_code),
                _("If you cannot come any more, give your place back so that somebody else can have it."),
            )
        case NoticeKind.SLOT_CANCELLED:
            return (_("Cancelled: %(mission)s"), _("%(organisation)s has cancelled this slot. Please do not come."))
        case NoticeKind.MISSION_CHANGED:
            return (
                _("Changed: %(mission)s"),
                _("%(organisation)s has changed this mission. You keep your place."),
                _what_changed(notice),
                _once_called(notice),
                _("If it does not suit you any more, give your place back so that somebody else can have it."),
            )
        case NoticeKind.REMINDER:
            return (
                _("Tomorrow: %(mission)s"),
                _("%(organisation)s expects you soon."),
                _("If you cannot come any more, give your place back so that somebody else can have it."),
            )


def _until(participation: Participation, departement_code: str) -> str:
    if participation.hold_until is None:
        return ""
    until = dates.moment_text(participation.hold_until, departement=departement_code)
    # The percent signs of the result stay doubled: the sentence is filled once more with the mission's name.
    return _("The place is held until %(until)s.") % {"until": until.replace("%", "%%")}


def _formerly(notice: Notice, departement_code: str) -> str:
    former = dates.slot_text(
        datetime.fromisoformat(notice.detail["starts_at"]),
        datetime.fromisoformat(notice.detail["ends_at"]),
        departement=departement_code,
    )
    return _("It was: %(former)s.") % {"former": former.replace("%", "%%")}


def _what_changed(notice: Notice) -> str:
    terms = ", ".join(called(TERMS, term) for term in notice.detail.get("changed", ()))
    return _("What changed: %(terms)s.") % {"terms": terms.replace("%", "%%")}


def _once_called(notice: Notice) -> str:
    former = str(notice.detail.get("title", "")).replace("%", "%%")
    return _("It was called: %(title)s.") % {"title": former} if former else ""


def _own_words(participation: Participation, notice: Notice) -> tuple[str, ...]:
    """Return the reason that was chosen and what the organisation wrote, as they are."""
    if notice.kind not in (NoticeKind.REFUSED, NoticeKind.SLOT_CANCELLED):
        return ()
    reason = _("Reason: %(reason)s") % {"reason": called(REFUSAL_REASONS, participation.reason)}
    text = _("The organisation writes: %(text)s") % {"text": participation.reason_text}
    return tuple(said for said, there in ((reason, participation.reason), (text, participation.reason_text)) if there)
