"""A crisis, its levels, and the switches that a level moves. Pure."""

from collections.abc import Collection
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


@dataclass(frozen=True, slots=True)
class Switches:
    """The defaults that a level sets for the whole platform. Each is obeyed somewhere: none is for show."""

    mission_moderation: Moderation
    review_hold: timedelta
    proof_of_work: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What a crisis allows of missions that are part of it: causes (none named: all), and ages of who comes in person.

    Who helps from home is not exposed: ages do not bound them.
    """

    domains: frozenset[str] = frozenset()
    age_min: int | None = None
    age_max: int | None = None

    def allows(self, domain: str) -> bool:
        """Say whether missions of a cause may go online."""
        return not self.domains or domain in self.domains

    def ages(self, *, age_min: int, age_max: int | None) -> tuple[int, int | None]:
        """Return the stricter of a mission's own ages and these."""
        highest = [age for age in (age_max, self.age_max) if age is not None]
        return max(age_min, self.age_min or 0), min(highest, default=None)


NO_LIMITS = Limits()
NORMAL = Switches(
    mission_moderation=Moderation.TEMPLATES_OF_VALIDATED,
    review_hold=timedelta(hours=72),
    proof_of_work=False,
)
_SWITCHES = {
    Level.WATCH: NORMAL,
    Level.ALERT: Switches(
        mission_moderation=Moderation.TEMPLATES_OF_VALIDATED,
        review_hold=timedelta(hours=48),
        proof_of_work=False,
    ),
    Level.MOBILISATION: Switches(
        mission_moderation=Moderation.TEMPLATES_OF_VALIDATED,
        review_hold=timedelta(hours=24),
        proof_of_work=True,
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


def reaches(zones: Collection[str], departement: str) -> bool:
    """Say whether a crisis with these zones concerns a département: one without zones concerns them all."""
    return not zones or departement in zones


def meets(zones: Collection[str], others: Collection[str]) -> bool:
    """Say whether two crises with these zones concern a département in common."""
    return not zones or not others or not set(zones).isdisjoint(others)


def severity(level: Level) -> int:
    """Rank a level: the higher, the graver. The gravest open crisis sets the platform's switches."""
    return _SEVERITY.index(level)


class ProposalKind(StrEnum):
    """What an official alert proposes."""

    OPEN = "open"
    CHANGE = "change"
    CLOSE = "close"


class ProposalState(StrEnum):
    """How a proposal stands; those that wait past their time are no longer offered."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
