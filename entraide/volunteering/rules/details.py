"""What an organisation may add to a mission once it is posted: optional, and none of it decides who gets a place."""

from collections.abc import Iterator
from dataclasses import dataclass

from entraide.volunteering.rules.words import Access, Activity, Domain, Insurance, Rhythm, Welcome, gettext_noop

MOST_TIMES = 100


@dataclass(frozen=True, slots=True)
class Details:
    """A second cause and activity, whom it is fit for, how to get in, who insures, how often one is hoped for.

    None and empty mean: not said. `access_notes` are for those who are confirmed.
    """

    second_domain: Domain | None = None
    second_activity: Activity | None = None
    welcomes: frozenset[Welcome] = frozenset()
    accessibility: frozenset[Access] = frozenset()
    insurance: Insurance | None = None
    rhythm: Rhythm | None = None
    least_times: int | None = None
    access_notes: str = ""


@dataclass(frozen=True, slots=True)
class DetailsProblem:
    """One thing to correct."""

    field: str
    message: str


def problems(details: Details, *, domain: Domain, activity: Activity) -> tuple[DetailsProblem, ...]:
    """Return what contradicts the mission's first domain and activity, or itself."""
    return tuple(_problems(details, domain, activity))


def _problems(details: Details, domain: Domain, activity: Activity) -> Iterator[DetailsProblem]:
    if details.second_domain is domain:
        yield DetailsProblem("second_domain", gettext_noop("This is its first cause already: choose another, or none."))
    if details.second_activity is activity:
        message = gettext_noop("This is its first activity already: choose another, or none.")
        yield DetailsProblem("second_activity", message)
    if details.least_times is not None and details.rhythm in (None, Rhythm.ONCE):
        message = gettext_noop("Say whether that is each week or each month.")
        yield DetailsProblem("rhythm", message)
