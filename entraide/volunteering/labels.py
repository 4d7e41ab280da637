"""What the closed lists of `rules.words` are called on pages, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entraide.volunteering.rules.check_in import NotHere
from entraide.volunteering.rules.editing import Term
from entraide.volunteering.rules.states import MissionState, ParticipationState, SlotState
from entraide.volunteering.rules.words import (
    Access,
    Activity,
    Admission,
    Availability,
    CancelReason,
    CheckIn,
    Domain,
    Insurance,
    Kind,
    Mode,
    Precision,
    Public,
    RefusalReason,
    ReserveState,
    Rhythm,
    Welcome,
)

KINDS: Mapping[str, object] = {
    Kind.PROTECTIVE_EQUIPMENT.value: _("Protective equipment"),
    Kind.FOOD_AID.value: _("Food aid"),
    Kind.EMERGENCY_AID.value: _("Emergency aid"),
    Kind.ISOLATED_PEOPLE.value: _("Isolated people"),
    Kind.HOMEWORK_HELP.value: _("Homework help"),
    Kind.CHILDCARE.value: _("Childcare"),
    Kind.OTHER.value: pgettext_lazy("kind", "Other help"),
}

DOMAINS: Mapping[str, object] = {
    Domain.CRISIS.value: _("Crisis response"),
    Domain.HEALTH.value: _("Health"),
    Domain.SOLIDARITY.value: _("Solidarity and inclusion"),
    Domain.EDUCATION.value: _("Education"),
    Domain.PREVENTION.value: _("Prevention and protection"),
    Domain.NATURE.value: _("Nature"),
    Domain.CULTURE.value: _("Arts and culture"),
    Domain.SPORT.value: _("Sport"),
    Domain.CITIZENSHIP.value: _("Memory and citizenship"),
    Domain.INTERNATIONAL.value: _("International cooperation"),
    Domain.SKILLS.value: _("Professional skills"),
}

MODES: Mapping[str, object] = {
    Mode.ON_SITE.value: _("On site"),
    Mode.REMOTE.value: _("From home"),
    Mode.HYBRID.value: _("On site or from home"),
    Mode.MOBILE.value: _("On the move"),
}

PUBLICS: Mapping[str, object] = {
    Public.ANYONE.value: _("Everyone"),
    Public.SENIORS.value: _("Older people"),
    Public.CHILDREN.value: _("Children"),
    Public.PARENTS.value: _("Parents"),
    Public.SICK.value: _("People who are ill"),
    Public.IN_DIFFICULTY.value: _("People in difficulty"),
    Public.EXCLUDED.value: _("Homeless or excluded people"),
    Public.DISABILITIES.value: _("People with disabilities"),
    Public.REFUGEES.value: _("Refugees"),
}

WELCOMES: Mapping[str, object] = {
    Welcome.BEGINNERS.value: _("People who have never done it"),
    Welcome.REDUCED_MOBILITY.value: _("People who move with difficulty"),
}

ACCESSES: Mapping[str, object] = {
    Access.STEP_FREE.value: _("No step on the way in"),
    Access.ADAPTED_TOILET.value: _("Toilet for wheelchairs"),
    Access.SIGN_LANGUAGE.value: _("Somebody speaks sign language"),
    Access.HEARING_LOOP.value: _("Hearing loop"),
    Access.PUBLIC_TRANSPORT.value: _("Public transport nearby"),
    Access.PARKING.value: _("Parking space"),
}

INSURANCES: Mapping[str, object] = {
    Insurance.ORGANISATION.value: _("The organisation insures its volunteers"),
    Insurance.VOLUNTEER.value: _("Your own liability insurance covers you"),
}

RHYTHMS: Mapping[str, object] = {
    Rhythm.ONCE.value: _("Once is enough"),
    Rhythm.WEEKLY.value: _("Each week"),
    Rhythm.MONTHLY.value: _("Each month"),
}

PARTICIPATIONS: Mapping[str, object] = {
    ParticipationState.HELD.value: pgettext_lazy("participation", "Waiting for an answer"),
    ParticipationState.CONFIRMED.value: pgettext_lazy("participation", "Confirmed"),
    ParticipationState.EXPIRED.value: pgettext_lazy("participation", "No answer in time"),
    ParticipationState.REFUSED.value: pgettext_lazy("participation", "Declined by the organisation"),
    ParticipationState.CANCELLED_BY_VOLUNTEER.value: pgettext_lazy("participation", "Cancelled by you"),
    ParticipationState.CANCELLED_BY_ORGANISATION.value: pgettext_lazy("participation", "Cancelled by the organisation"),
    ParticipationState.TO_RECONFIRM.value: pgettext_lazy("participation", "To confirm again"),
    ParticipationState.RELEASED.value: pgettext_lazy("participation", "Place released"),
    ParticipationState.PRESENT.value: pgettext_lazy("participation", "You were there"),
    ParticipationState.ABSENT.value: pgettext_lazy("participation", "Absent"),
    ParticipationState.EXCUSED.value: pgettext_lazy("participation", "Excused"),
    ParticipationState.DONE.value: pgettext_lazy("participation", "Done"),
    ParticipationState.ATTESTED.value: pgettext_lazy("participation", "Done, hours attested"),
}

REFUSAL_REASONS: Mapping[str, object] = {
    RefusalReason.REQUIREMENTS.value: _("What is required is not fulfilled."),
    RefusalReason.ENOUGH_PEOPLE.value: _("There are enough volunteers."),
    RefusalReason.MISSION_CHANGED.value: _("The mission has changed."),
    RefusalReason.MISSION_ENDED.value: _("The mission has ended."),
    RefusalReason.NO_RESPONSE.value: _("The volunteer did not answer."),
    RefusalReason.OTHER.value: _("Another reason."),
}

CANCEL_REASONS: Mapping[str, object] = {
    CancelReason.NOT_AVAILABLE.value: _("I am not available any more"),
    CancelReason.REQUIREMENTS.value: _("I do not fulfil what is required"),
    CancelReason.NO_RESPONSE.value: _("The organisation does not answer"),
    CancelReason.CHANGED_MIND.value: _("I changed my mind"),
    CancelReason.OTHER.value: _("Another reason"),
}

ACTIVITIES: Mapping[str, object] = {
    Activity.MAKING.value: _("Making things"),
    Activity.SORTING.value: _("Sorting"),
    Activity.DISTRIBUTION.value: _("Handing out"),
    Activity.DELIVERY.value: _("Delivering"),
    Activity.COOKING.value: _("Cooking"),
    Activity.RECEPTION.value: _("Welcoming people"),
    Activity.PHONE_CALLS.value: _("Telephone calls"),
    Activity.VISITS.value: _("Visits"),
    Activity.TUTORING.value: _("Tutoring"),
    Activity.CHILD_MINDING.value: _("Looking after children"),
    Activity.LOGISTICS.value: _("Logistics"),
    Activity.CLEANING.value: _("Cleaning"),
    Activity.OTHER.value: pgettext_lazy("activity", "Something else"),
}

ADMISSIONS: Mapping[str, object] = {
    Admission.INSTANT.value: _("Confirmed at once"),
    Admission.REVIEW.value: _("The organisation answers each request"),
    Admission.INVITATION.value: _("By invitation"),
}

AVAILABILITY: Mapping[str, object] = {
    Availability.FLEXIBLE.value: _("Flexible"),
    Availability.DAYTIME.value: _("During the day"),
    Availability.EVENING.value: _("In the evening"),
    Availability.WEEKDAY.value: _("On weekdays"),
    Availability.WEEKEND.value: _("At weekends"),
    Availability.HOLIDAYS.value: _("During school holidays"),
}

# Languages by their ISO 639 code, those spoken most in France and asked for most in crises.
LANGUAGES: Mapping[str, object] = {
    "fr": _("French"),
    "fsl": _("French sign language"),
    "en": _("English"),
    "ar": _("Arabic"),
    "es": _("Spanish"),
    "pt": _("Portuguese"),
    "it": _("Italian"),
    "de": _("German"),
    "tr": _("Turkish"),
    "uk": _("Ukrainian"),
    "ru": _("Russian"),
    "pl": _("Polish"),
    "ro": _("Romanian"),
    "zh": _("Chinese"),
    "vi": _("Vietnamese"),
    "ta": _("Tamil"),
    "fa": _("Persian, Dari"),
    "ps": _("Pashto"),
    "ku": _("Kurdish"),
    "ber": _("Berber languages"),
    "wo": _("Wolof"),
    "bm": _("Bambara"),
    "gcf": _("Creole"),
}

TERMS: Mapping[str, object] = {
    Term.TITLE.value: _("the title"),
    Term.DESCRIPTION.value: _("what volunteers do"),
    Term.PLACE.value: _("the place"),
    Term.AGES.value: _("the ages"),
    Term.REQUIREMENTS.value: _("what is required"),
    Term.ADMISSION.value: _("how people get a place"),
    Term.GROUPS.value: _("whether groups are welcome"),
}

RESERVE_STATES: Mapping[str, object] = {
    ReserveState.PREREGISTERED.value: _("Signed up"),
    ReserveState.REGISTERED.value: pgettext_lazy("volunteer", "Registered"),
    ReserveState.AVAILABLE.value: _("Available"),
    ReserveState.PAUSED.value: pgettext_lazy("volunteer", "Paused"),
    ReserveState.ENGAGED.value: _("Engaged"),
    ReserveState.DORMANT.value: _("Not seen for long"),
    ReserveState.ARCHIVED.value: _("Archived"),
    ReserveState.ANONYMISED.value: _("Erased"),
}

PRECISIONS: Mapping[str, object] = {
    Precision.EXACT.value: _("Full address"),
    Precision.STREET.value: _("Street without its number"),
    Precision.COMMUNE.value: _("Commune only"),
}

MISSION_STATES: Mapping[str, object] = {
    MissionState.DRAFT.value: _("Draft"),
    MissionState.SUBMITTED.value: _("Waiting for a check"),
    MissionState.MORE_INFO.value: _("More information asked"),
    MissionState.ONLINE.value: _("Online"),
    MissionState.PAUSED.value: _("Paused"),
    MissionState.FULL.value: _("Full"),
    MissionState.DONE.value: _("Done"),
    MissionState.CANCELLED.value: _("Cancelled"),
    MissionState.FLAGGED.value: _("Flagged"),
    MissionState.ARCHIVED.value: _("Archived"),
}

SLOT_STATES: Mapping[str, object] = {
    SlotState.OPEN.value: pgettext_lazy("slot", "Open"),
    SlotState.FULL.value: pgettext_lazy("slot", "Full"),
    SlotState.CLOSED.value: pgettext_lazy("slot", "Closed"),
    SlotState.CANCELLED.value: pgettext_lazy("slot", "Cancelled"),
    SlotState.UNDER_WAY.value: pgettext_lazy("slot", "Under way"),
    SlotState.OVER.value: pgettext_lazy("slot", "Over"),
}

# Who said that somebody came, beside the time of it, for the organisation.
CHECK_INS: Mapping[str, object] = {
    CheckIn.ORGANISER.value: _("noted on this list"),
    CheckIn.QR.value: _("by the code at the door"),
}

# Why somebody cannot check in by themselves, as they read it; the place is the time from which they can.
NOT_HERE: Mapping[str, object] = {
    NotHere.CANCELLED.value: _("This slot is cancelled."),
    NotHere.NO_PLACE.value: _("You have no place in this slot. Tell the organisation that you would like to help."),
    NotHere.NOT_ANSWERED.value: _("The organisation has not answered your request yet. Tell them that you are here."),
    NotHere.SAID_ABSENT.value: _("The organisation noted that you did not come. Tell them that you are here."),
    NotHere.TOO_EARLY.value: _("It is too early: open this page again from %(opens)s on."),
    NotHere.OVER.value: _("This slot is over. Tell the organisation that you came."),
}

# The same states as the organisation reads them.
CANDIDATES: Mapping[str, object] = {
    ParticipationState.HELD.value: _("Waiting for an answer"),
    ParticipationState.CONFIRMED.value: _("Confirmed"),
    ParticipationState.EXPIRED.value: _("Not answered in time"),
    ParticipationState.REFUSED.value: _("Refused"),
    ParticipationState.CANCELLED_BY_VOLUNTEER.value: _("Cancelled by the volunteer"),
    ParticipationState.CANCELLED_BY_ORGANISATION.value: _("Cancelled by the organisation"),
    ParticipationState.TO_RECONFIRM.value: _("To be reconfirmed"),
    ParticipationState.RELEASED.value: _("Released"),
    ParticipationState.PRESENT.value: _("Came"),
    ParticipationState.ABSENT.value: _("Did not come"),
    ParticipationState.EXCUSED.value: _("Excused"),
    ParticipationState.DONE.value: pgettext_lazy("participation", "Done"),
    ParticipationState.ATTESTED.value: _("Attested"),
}

_BY_NAME: Mapping[str, Mapping[str, object]] = {
    "Kind": KINDS,
    "Domain": DOMAINS,
    "Activity": ACTIVITIES,
    "Mode": MODES,
    "Public": PUBLICS,
    "Admission": ADMISSIONS,
    "Availability": AVAILABILITY,
    "Language": LANGUAGES,
    "ReserveState": RESERVE_STATES,
    "Precision": PRECISIONS,
    "RefusalReason": REFUSAL_REASONS,
    "CancelReason": CANCEL_REASONS,
    "MissionState": MISSION_STATES,
    "SlotState": SLOT_STATES,
    "Participation": PARTICIPATIONS,
    "Candidate": CANDIDATES,
    "CheckIn": CHECK_INS,
}


WHEN: Mapping[str, object] = {
    "today": _("Today"),
    "tomorrow": _("Tomorrow"),
    "weekend": _("This weekend"),
    "week": _("In the next 7 days"),
    "month": _("In the next 30 days"),
}

PRESENCE: Mapping[str, object] = {"on_site": _("On site"), "remote": _("From home")}

ORDERS: Mapping[str, object] = {"near": _("Nearest first"), "soon": _("Soonest first"), "new": _("Newest first")}


def called(labels: Mapping[str, object], word: str) -> str:
    """Return what a word is called in the active language; a word without a label is shown as it is."""
    return str(labels.get(word, word))


def named(value: str, list_name: str) -> str:
    """Return how a value of a list ("Kind", "MissionState", …) is read in the active language."""
    return called(_BY_NAME[list_name], value)
