"""The words of volunteering: closed lists that tables, forms, feeds and pages share."""

from enum import StrEnum


def gettext_noop(message: str) -> str:
    """Mark a message for extraction; whoever shows it translates it. Rules load no translation machinery."""
    return message


class Kind(StrEnum):
    """What a mission is about: the six kinds of templates, and another for what partners send."""

    PROTECTIVE_EQUIPMENT = "protective_equipment"
    FOOD_AID = "food_aid"
    EMERGENCY_AID = "emergency_aid"
    ISOLATED_PEOPLE = "isolated_people"
    HOMEWORK_HELP = "homework_help"
    CHILDCARE = "childcare"
    OTHER = "other"


class Domain(StrEnum):
    """The cause that a mission serves; the first thing a volunteer filters by."""

    CRISIS = "crisis"
    HEALTH = "health"
    SOLIDARITY = "solidarity"
    EDUCATION = "education"
    PREVENTION = "prevention"
    NATURE = "nature"
    CULTURE = "culture"
    SPORT = "sport"
    CITIZENSHIP = "citizenship"
    INTERNATIONAL = "international"
    SKILLS = "skills"


class Activity(StrEnum):
    """What one does with one's hands during a slot."""

    MAKING = "making"
    SORTING = "sorting"
    DISTRIBUTION = "distribution"
    DELIVERY = "delivery"
    COOKING = "cooking"
    RECEPTION = "reception"
    PHONE_CALLS = "phone_calls"
    VISITS = "visits"
    TUTORING = "tutoring"
    CHILD_MINDING = "child_minding"
    LOGISTICS = "logistics"
    CLEANING = "cleaning"
    OTHER = "other"


class Mode(StrEnum):
    """Where the volunteer is during a slot."""

    ON_SITE = "on_site"
    REMOTE = "remote"
    HYBRID = "hybrid"
    MOBILE = "mobile"


class Public(StrEnum):
    """Whom a mission helps."""

    ANYONE = "any_public"
    SENIORS = "seniors"
    CHILDREN = "children"
    PARENTS = "parents"
    SICK = "people_sick"
    IN_DIFFICULTY = "people_in_difficulty"
    EXCLUDED = "people_being_excluded"
    DISABILITIES = "persons_with_disabilities"
    REFUGEES = "refugees"


class Welcome(StrEnum):
    """Whom a mission says it is fit for, beside those who fulfil what it requires."""

    BEGINNERS = "beginners"
    REDUCED_MOBILITY = "reduced_mobility"


class Access(StrEnum):
    """What makes a place easy to reach and to be in."""

    STEP_FREE = "step_free"
    ADAPTED_TOILET = "adapted_toilet"
    SIGN_LANGUAGE = "sign_language"
    HEARING_LOOP = "hearing_loop"
    PUBLIC_TRANSPORT = "public_transport"
    PARKING = "parking"


class Insurance(StrEnum):
    """Whose insurance covers a volunteer during a slot."""

    ORGANISATION = "organisation"
    VOLUNTEER = "volunteer"


class Rhythm(StrEnum):
    """How often a mission hopes to see the same volunteer."""

    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Admission(StrEnum):
    """How a volunteer gets a place: at once, after the organisation's answer, or when asked."""

    INSTANT = "instant"
    REVIEW = "review"
    INVITATION = "invitation"


class Precision(StrEnum):
    """How much of a place's address the public sees."""

    EXACT = "exact"
    STREET = "street"
    COMMUNE = "commune"


class RequirementKind(StrEnum):
    """What a requirement asks for."""

    LANGUAGE = "language"
    CREDENTIAL = "credential"
    EQUIPMENT = "equipment"
    TRANSPORT = "transport"
    CHECK = "check"
    HEALTH = "health"


class Source(StrEnum):
    """How a participation came to be."""

    SEARCH = "search"
    ALERT = "alert"
    INVITE = "invite"
    FEED = "feed"
    IMPORT = "import"
    PHONE = "phone"
    API = "api"


class RefusalReason(StrEnum):
    """Why an organisation refuses a candidate; the volunteer reads it."""

    REQUIREMENTS = "requirements_not_fulfilled"
    ENOUGH_PEOPLE = "enough_people"
    MISSION_CHANGED = "mission_changed"
    MISSION_ENDED = "mission_terminated"
    NO_RESPONSE = "no_response"
    OTHER = "other"


class CancelReason(StrEnum):
    """Why a volunteer gives a place back."""

    NOT_AVAILABLE = "not_available"
    REQUIREMENTS = "requirements_not_fulfilled"
    NO_RESPONSE = "no_response"
    CHANGED_MIND = "change_mind"
    OTHER = "other"


class ReserveState(StrEnum):
    """Where a volunteer stands in the reserve."""

    PREREGISTERED = "preregistered"
    REGISTERED = "registered"
    AVAILABLE = "available"
    PAUSED = "paused"
    ENGAGED = "engaged"
    DORMANT = "dormant"
    ARCHIVED = "archived"
    ANONYMISED = "anonymised"


class Availability(StrEnum):
    """When a volunteer can usually help."""

    FLEXIBLE = "flexible"
    DAYTIME = "daytime"
    EVENING = "evening"
    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAYS = "holidays"


class TemplateState(StrEnum):
    """Whether organisations may start a mission from this version of a template."""

    ACTIVE = "active"
    RETIRED = "retired"


class SettledState(StrEnum):
    """What became of a sign-up once the drain has settled it."""

    DONE = "done"
    REJECTED = "rejected"


class CheckIn(StrEnum):
    """By whom it was said that somebody came: by the organisation, or by themselves with the code at the door."""

    ORGANISER = "organiser"
    QR = "qr"


class Canceller(StrEnum):
    """Who cancelled a slot, for those who are told: its organisation, the platform, or an organisation that left."""

    ORGANISATION = "organisation"
    PLATFORM = "platform"
    LEAVING = "leaving"


class NoticeKind(StrEnum):
    """The messages that a volunteer gets about a participation, each once."""

    RECEIVED = "received"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    HOLD_ENDING = "hold_ending"
    HOLD_ENDED = "hold_ended"
    SLOT_MOVED = "slot_moved"
    SLOT_CANCELLED = "slot_cancelled"
    MISSION_CHANGED = "mission_changed"
    REMINDER = "reminder"
    RECONFIRM = "reconfirm"
    RELEASED = "released"
    ATTESTED = "attested"
    ORGANISATION_SUSPENDED = "org_suspended"
    ORGANISATION_BACK = "org_back"
