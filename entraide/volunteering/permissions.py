"""Who may do what in volunteering, from the one role that a person acts in."""

from dataclasses import dataclass
from uuid import UUID

from entraide.accounts.api import Acting
from entraide.volunteering.models import Mission, Participation
from entraide.volunteering.rules.states import Actor


class NotAllowed(Exception):
    """The role that the person acts in has no say over this thing."""


@dataclass(frozen=True, slots=True)
class By:
    """As whom a thing is done: for the transition tables and for the journal."""

    actor: Actor
    person_id: UUID | None
    role: str


SYSTEM = By(Actor.SYSTEM, None, "system")


def may_run(acting: Acting, organisation_id: UUID) -> bool:
    """Say whether the role posts missions for this organisation and answers its candidates."""
    return acting.belongs_to(organisation_id)


def may_moderate(acting: Acting, mission: Mission) -> bool:
    """Say whether the role checks this mission: a referent of its département, or an operator."""
    return acting.moderates(mission.departement_code)


def may_see_contact(acting: Acting, participation: Participation) -> bool:
    """Say whether the role reads the volunteer's contact details: the volunteer, and the slot's organisation."""
    own = acting.person_id is not None and participation.volunteer.person_id == acting.person_id
    return own or acting.belongs_to(participation.slot.mission.organisation_id)


def by_organisation(acting: Acting, organisation_id: UUID) -> By:
    """Return the role as one of this organisation. Raises NotAllowed."""
    if not may_run(acting, organisation_id):
        raise NotAllowed
    return By(Actor.ORGANISATION, acting.person_id, acting.role)


def by_moderator(acting: Acting, mission: Mission) -> By:
    """Return the role as one that moderates this mission. Raises NotAllowed."""
    if not may_moderate(acting, mission):
        raise NotAllowed
    return By(Actor.OPERATOR if acting.is_operator else Actor.REFERENT, acting.person_id, acting.role)


def by_either(acting: Acting, mission: Mission) -> By:
    """Return the role as the mission's organisation, else as its moderator. Raises NotAllowed."""
    if may_run(acting, mission.organisation_id):
        return by_organisation(acting, mission.organisation_id)
    return by_moderator(acting, mission)


def signed_in(acting: Acting) -> UUID:
    """Return the id of the person who is signed in. Raises NotAllowed when nobody is."""
    if acting.person_id is None:
        raise NotAllowed
    return acting.person_id


def as_volunteer(person_id: UUID) -> By:
    """Return a person as a volunteer, whatever other role they act in."""
    return By(Actor.VOLUNTEER, person_id, "volunteer")
