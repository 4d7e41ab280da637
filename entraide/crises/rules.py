"""A crisis, its levels, and the switches that a level moves. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Level(StrEnum):
    """How far the response to a crisis has gone."""

    WATCH = "watch"
    ALERT = "alert"
    MOBILISATION = "mobilisation"
    RECOVERY = "recovery"
    CLOSED = "closed"


class Kind(StrEnum):
    """Categories of the Common Alerting Protocol 1.2."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class Moderation(StrEnum):
    """What a referent looks at before it goes online, or which template missions go online by themselves."""

    EVERYTHING = "everything"
    TEMPLATES_OF_VALIDATED = "templates_of_validated"
    TEMPLATES_OF_ANYONE = "templates_of_anyone"


class Cadence(StrEnum):
    """How often mail that can wait goes out."""

    DAILY = "daily"
    HOURLY = "hourly"
    AT_ONCE = "at_once"


@dataclass(frozen=True, slots=True)
class Switches:
    """The defaults that a level sets for the whole platform."""

    mission_moderation: Moderation
    instant_hold: timedelta
    review_hold: timedelta
    mail_cadence: Cadence
    proof_of_work: bool
    reduced_forms: bool


NORMAL = Switches(
    mission_moderation=Moderation.TEMPLATES_OF_VALIDATED,
    instant_hold=timedelta(minutes=30),
    review_hold=timedelta(hours=72),
    mail_cadence=Cadence.DAILY,
    proof_of_work=False,
    reduced_forms=False,
)
_SWITCHES = {
    Level.WATCH: NORMAL,
    Level.ALERT: Switches(
        mission_moderation=Moderation.TEMPLATES_OF_VALIDATED,
        instant_hold=timedelta(minutes=15),
        review_hold=timedelta(hours=48),
        mail_cadence=Cadence.HOURLY,
        proof_of_work=False,
        reduced_forms=False,
    ),
    Level.MOBILISATION: Switches(
        mission_moderation=Moderation.TEMPLATES_OF_VALIDATED,
        instant_hold=timedelta(minutes=10),
        review_hold=timedelta(hours=24),
        mail_cadence=Cadence.AT_ONCE,
        proof_of_work=True,
        reduced_forms=True,
    ),
    Level.RECOVERY: NORMAL,
    Level.CLOSED: NORMAL,
}

# Which level may follow which: one step up or down, a leap to mobilisation when it cannot wait, and closing at the end.
_NEXT = {
    Level.WATCH: {Level.ALERT, Level.MOBILISATION, Level.CLOSED},
    Level.ALERT: {Level.WATCH, Level.MOBILISATION, Level.RECOVERY},
    Level.MOBILISATION: {Level.ALERT, Level.RECOVERY},
    Level.RECOVERY: {Level.ALERT, Level.MOBILISATION, Level.CLOSED},
    Level.CLOSED: set(),
}
_SEVERITY = (Level.CLOSED, Level.RECOVERY, Level.WATCH, Level.ALERT, Level.MOBILISATION)


def switches(level: Level | None) -> Switches:
    """Return the switches of a level, those of normal times when there is no crisis."""
    return NORMAL if level is None else _SWITCHES[level]


def next_levels(level: Level) -> frozenset[Level]:
    """Return the levels that may follow a level."""
    return frozenset(_NEXT[level])


def severity(level: Level) -> int:
    """Rank a level: the higher, the graver. The gravest open crisis sets the platform's switches."""
    return _SEVERITY.index(level)
