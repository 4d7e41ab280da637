"""What each notice says, in the language that is active: the same words in the mail and in the volunteer's space."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from entraide.volunteering import dates
from entraide.volunteering.labels import REFUSAL_REASONS, TERMS, called
from entraide.volunteering.models import Notice, Participation
from entraide.volunteering.parties import own_party
from entraide.volunteering.rules.hours import text_of_minutes
from entraide.volunteering.rules.states import ParticipationState
from entraide.volunteering.rules.words import Canceller, NoticeKind


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice's one-line subject, and its sentences in order."""

    subject: str
    sentences: tuple[str, ...]


# Kinds after which other slots are worth proposing.
PROPOSES_OTHERS = (
    NoticeKind.REFUSED,
    NoticeKind.HOLD_ENDED,
    NoticeKind.SLOT_CANCELLED,
    NoticeKind.SLOT_MOVED,
    NoticeKind.RELEASED,
)
# Kinds whose reader is expected and needs the whole address.
GIVES_ADDRESS = (
    NoticeKind.CONFIRMED,
    NoticeKind.RECONFIRM,
    NoticeKind.REMINDER,
    NoticeKind.SLOT_MOVED,
    NoticeKind.MISSION_CHANGED,
    NoticeKind.ORGANISATION_BACK,
)


def wording(notice: Notice) -> Wording:
    """Return what a notice says. Its participation and its slot's mission and organisation are loaded."""
    participation, slot = notice.participation, notice.slot
    if participation is None or slot is None:
        raise ValueError(f"notice {notice.pk} is about no participation")
    values = {"mission": slot.mission.title, "organisation": slot.mission.organisation.name}
    subject, *sentences = _texts(notice, participation, slot.mission.departement_code)
    said = [sentence for sentence in (*sentences, _how_many(participation)) if sentence]
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
            return (_("Cancelled: %(mission)s"), _who_cancelled(notice))
        case NoticeKind.MISSION_CHANGED:
            return (
                _("Changed: %(mission)s"),
                _("%(organisation)s has changed this mission. You keep your place."),
                _what_changed(notice),
                _once_called(notice),
                _("If it does not suit you any more, give your place back so that somebody else can have it."),
            )
        case _:
            return _texts_of_time(notice, participation, departement_code)


def _texts_of_time(notice: Notice, participation: Participation, departement_code: str) -> tuple[str, ...]:
    """Return what is said because of the time, or because the organisation stands otherwise."""
    match NoticeKind(notice.kind):
        case NoticeKind.RECONFIRM:
            return (
                _("Do you still come? %(mission)s"),
                _("%(organisation)s counts on you. Please say whether you still come: one press is enough."),
                _answer_by(participation, departement_code),
            )
        case NoticeKind.REMINDER:
            return (
                _("Tomorrow: %(mission)s"),
                _("%(organisation)s expects you soon."),
                _answer_by(participation, departement_code)
                or _("If you cannot come any more, give your place back so that somebody else can have it."),
            )
        case NoticeKind.RELEASED:
            return (
                _("Your place is free again: %(mission)s"),
                _("You did not say in time whether you still come, so your place was given back."),
                _("If you can come after all, ask for a place again: perhaps there is still one."),
            )
        case NoticeKind.ATTESTED:
            return (
                _("Your hours: %(mission)s"),
                _("Your hours at %(organisation)s are attested. Thank you for coming."),
                _hours(participation),
            )
        case NoticeKind.ORGANISATION_SUSPENDED:
            return (
                _("On hold: %(mission)s"),
                _("%(organisation)s is suspended on this platform for now. Please do not go there."),
                _("Your place is kept, and you are told when it goes on. You may give it back at any time."),
            )
        case NoticeKind.ORGANISATION_BACK:
            return (
                _("It goes on: %(mission)s"),
                _("%(organisation)s is no longer suspended. Your place was kept."),
                _("If you cannot come any more, give your place back so that somebody else can have it."),
            )
        case _:
            raise ValueError(f"notice {notice.pk} is of an unknown kind")


def _how_many(participation: Participation) -> str:
    party = own_party(participation.seats)
    return f"{party}." if party else ""


def _who_cancelled(notice: Notice) -> str:
    match notice.detail.get("by"):
        case Canceller.PLATFORM:
            return _("The platform has taken this mission away, so your slot is cancelled. Please do not come.")
        case Canceller.LEAVING:
            return _("%(organisation)s has left this platform, so your slot is cancelled. Please do not come.")
        case _:
            return _("%(organisation)s has cancelled this slot. Please do not come.")


def _answer_by(participation: Participation, departement_code: str) -> str:
    until = participation.reconfirm_until
    if participation.state != ParticipationState.TO_RECONFIRM or until is None:
        return ""
    said = dates.moment_text(until, departement=departement_code).replace("%", "%%")
    return _("Please answer before %(until)s. Without an answer your place goes to somebody else.") % {"until": said}


def _hours(participation: Participation) -> str:
    if not participation.minutes:
        return ""
    return _("Hours counted: %(hours)s.") % {"hours": text_of_minutes(participation.minutes)}


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
