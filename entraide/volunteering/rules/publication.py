"""The way of a mission to the public: is it complete, and does it go online at once or to a referent first?"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from entraide.volunteering.rules.states import MissionState
from entraide.volunteering.rules.words import Mode, gettext_noop


class TrustPolicy(StrEnum):
    """What goes online without a referent's look. The values are those of the crisis switch `mission_moderation`."""

    EVERYTHING = "everything"
    TEMPLATES_OF_VALIDATED = "templates_of_validated"
    TEMPLATES_OF_ANYONE = "templates_of_anyone"


class OrganisationStanding(StrEnum):
    """What matters of an organisation's state here."""

    VALIDATED = "validated"
    NOT_YET = "not_yet"
    BARRED = "barred"


@dataclass(frozen=True, slots=True)
class Draft:
    """What decides about a mission that its organisation submits. `follows_template`: its safety text is untouched.

    `is_called_for`: its crisis, if it is part of one, lets missions of its cause go online.
    """

    title: str
    description: str
    mode: Mode
    has_place: bool
    upcoming_slots: int
    age_min: int
    age_max: int | None
    follows_template: bool
    is_called_for: bool = True


@dataclass(frozen=True, slots=True)
class DraftProblem:
    """One thing to complete before a mission can be submitted."""

    field: str
    code: str
    message: str


def problems(draft: Draft) -> tuple[DraftProblem, ...]:
    """Return what is missing, in the order of the form."""
    return tuple(_problems(draft))


def _problems(draft: Draft) -> Iterator[DraftProblem]:
    if not draft.title.strip():
        yield DraftProblem("title", "title_missing", gettext_noop("Give the mission a title."))
    if not draft.description.strip():
        yield DraftProblem("description", "description_missing", gettext_noop("Say what volunteers will do."))
    if draft.mode is not Mode.REMOTE and not draft.has_place:
        message = gettext_noop("Say where the mission takes place, or make it a remote mission.")
        yield DraftProblem("place", "place_missing", message)
    if draft.upcoming_slots < 1:
        yield DraftProblem("slots", "slots_missing", gettext_noop("Add at least one slot that is still ahead."))
    if not draft.is_called_for:
        message = gettext_noop(
            "During this crisis, missions of this cause are not shown here. Choose another template."
        )
        yield DraftProblem("domain", "domain_not_called_for", message)
    if draft.age_max is not None and draft.age_max < draft.age_min:
        message = gettext_noop("The highest age is below the lowest age.")
        yield DraftProblem("age_max", "ages_crossed", message)


def state_after_submission(
    draft: Draft, *, organisation: OrganisationStanding, policy: TrustPolicy
) -> MissionState | None:
    """Return where a complete mission goes: online at once, to moderation, or nowhere for a barred organisation."""
    match organisation:
        case OrganisationStanding.BARRED:
            return None
        case OrganisationStanding.VALIDATED:
            trusted = policy is not TrustPolicy.EVERYTHING
        case OrganisationStanding.NOT_YET:
            trusted = policy is TrustPolicy.TEMPLATES_OF_ANYONE
    return MissionState.ONLINE if trusted and draft.follows_template else MissionState.SUBMITTED
