"""What is decided about people, organisations and roles: states, transitions, scopes, numbers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class PersonState(StrEnum):
    """Whether a person may sign in. An erased person keeps only an id, so that counts stay true."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


class MailState(StrEnum):
    """Whether mail reaches a person."""

    OK = "ok"
    BOUNCED = "bounced"


class Role(StrEnum):
    """What a grant lets a person do, always within its scope."""

    ORGANISATION_MANAGER = "organisation_manager"
    ORGANISATION_MEMBER = "organisation_member"
    REFERENT = "referent"
    CRISIS_COORDINATOR = "crisis_coordinator"
    OPERATOR = "operator"


class ScopeKind(StrEnum):
    """What kind of thing a role is limited to."""

    ORGANISATION = "organisation"
    DEPARTEMENT = "departement"
    REGION = "region"
    CRISIS = "crisis"
    PLATFORM = "platform"


SCOPES_OF_ROLE: Mapping[Role, frozenset[ScopeKind]] = {
    Role.ORGANISATION_MANAGER: frozenset({ScopeKind.ORGANISATION}),
    Role.ORGANISATION_MEMBER: frozenset({ScopeKind.ORGANISATION}),
    Role.REFERENT: frozenset({ScopeKind.DEPARTEMENT, ScopeKind.REGION}),
    Role.CRISIS_COORDINATOR: frozenset({ScopeKind.CRISIS}),
    Role.OPERATOR: frozenset({ScopeKind.PLATFORM}),
}
ORGANISATION_ROLES = frozenset({Role.ORGANISATION_MANAGER, Role.ORGANISATION_MEMBER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The thing that a role is limited to: its kind, and its id as text (empty for the platform)."""

    kind: ScopeKind
    id: str = ""


class WorkMail(StrEnum):
    """What somebody with a role is told of by mail: that candidates, or missions and organisations, wait for them."""

    CANDIDATES = "candidates"
    MODERATION = "moderation"


class Cadence(StrEnum):
    """How often: as things come (an hour apart at least, and each morning while they wait), each morning, or never."""

    EACH = "each"
    DAILY = "daily"
    NEVER = "never"


WORK_MAIL_OF_ROLE: Mapping[Role, WorkMail] = {
    Role.ORGANISATION_MANAGER: WorkMail.CANDIDATES,
    Role.REFERENT: WorkMail.MODERATION,
    Role.OPERATOR: WorkMail.MODERATION,
}
USUAL_CADENCE: Mapping[WorkMail, Cadence] = {WorkMail.CANDIDATES: Cadence.EACH, WorkMail.MODERATION: Cadence.DAILY}
SPACED = timedelta(hours=1)
MORNING = 7


def work_mail_due(*, cadence: Cadence, told_at: datetime | None, newest_at: datetime, local_now: datetime) -> bool:
    """Return whether to write now about what waits, of which the newest came at `newest_at`.

    `local_now` is in the zone of the reader's work.
    """
    if cadence is Cadence.NEVER:
        return False
    this_morning = local_now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if this_morning <= local_now and (told_at is None or told_at < this_morning):
        return True
    return cadence is Cadence.EACH and (told_at is None or (newest_at > told_at and told_at + SPACED <= local_now))


PLATFORM = Scope(kind=ScopeKind.PLATFORM)


class UnfitScope(ValueError):
    """A role was to be granted on a kind of thing that it does not exist for."""


def check_scope(*, role: Role, scope: Scope) -> None:
    """Raise UnfitScope unless the role exists for this scope, and the scope names its thing."""
    if scope.kind not in SCOPES_OF_ROLE[role]:
        raise UnfitScope(f"{role} is not granted on {scope.kind}")
    if (scope.kind is ScopeKind.PLATFORM) != (scope.id == ""):
        raise UnfitScope(f"{scope.kind} {scope.id!r}: only the platform has no id")


def is_in_force(*, expires_at: datetime | None, revoked_at: datetime | None, now: datetime) -> bool:
    """Return whether a grant, an invitation or a token counts at `now`. At its very end it counts no more."""
    return revoked_at is None and (expires_at is None or expires_at > now)


class LegalForm(StrEnum):
    """What an organisation is in law."""

    ASSOCIATION = "association"
    LOCAL_AUTHORITY = "local_authority"
    PUBLIC_BODY = "public_body"
    PRIVATE_BODY = "private_body"
    OTHER = "other"


class OrganisationState(StrEnum):
    """Where an organisation stands with the people who check it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    VALIDATED = "validated"
    MORE_INFO = "more_info"
    SUSPENDED = "suspended"
    FLAGGED = "flagged"
    DEREGISTERED = "deregistered"


class OrganisationStep(StrEnum):
    """What may be done to an organisation."""

    SUBMIT = "submit"
    TAKE_UP = "take_up"
    VALIDATE = "validate"
    ASK_MORE = "ask_more"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    FLAG = "flag"
    DEREGISTER = "deregister"


class Actor(StrEnum):
    """Who takes a step: the organisation's manager, a referent of its territory, an operator, or the platform."""

    MANAGER = "manager"
    REFERENT = "referent"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One line of the table: from which states, to which, by whom, and whether a reason must be given."""

    sources: frozenset[OrganisationState]
    target: OrganisationState
    actors: frozenset[Actor]
    needs_reason: bool = False


_S = OrganisationState
_ALIVE = frozenset(_S) - {_S.DEREGISTERED}
_CHECKED = _ALIVE - {_S.DRAFT}
TRANSITIONS: Mapping[OrganisationStep, Transition] = {
    OrganisationStep.SUBMIT: Transition(
        sources=frozenset({_S.DRAFT, _S.MORE_INFO}),
        target=_S.SUBMITTED,
        actors=frozenset({Actor.MANAGER, Actor.SYSTEM}),
    ),
    OrganisationStep.TAKE_UP: Transition(
        sources=frozenset({_S.SUBMITTED}), target=_S.IN_REVIEW, actors=frozenset({Actor.REFERENT, Actor.OPERATOR})
    ),
    OrganisationStep.VALIDATE: Transition(
        sources=frozenset({_S.SUBMITTED, _S.IN_REVIEW}),
        target=_S.VALIDATED,
        actors=frozenset({Actor.REFERENT, Actor.OPERATOR, Actor.SYSTEM}),
    ),
    OrganisationStep.ASK_MORE: Transition(
        sources=_CHECKED - {_S.MORE_INFO, _S.FLAGGED},
        target=_S.MORE_INFO,
        actors=frozenset({Actor.REFERENT, Actor.OPERATOR}),
        needs_reason=True,
    ),
    OrganisationStep.SUSPEND: Transition(
        sources=_CHECKED - {_S.SUSPENDED, _S.FLAGGED},
        target=_S.SUSPENDED,
        actors=frozenset({Actor.REFERENT, Actor.OPERATOR}),
        needs_reason=True,
    ),
    OrganisationStep.REINSTATE: Transition(
        sources=frozenset({_S.SUSPENDED}), target=_S.VALIDATED, actors=frozenset({Actor.REFERENT, Actor.OPERATOR})
    ),
    OrganisationStep.FLAG: Transition(
        sources=_ALIVE - {_S.FLAGGED}, target=_S.FLAGGED, actors=frozenset({Actor.OPERATOR}), needs_reason=True
    ),
    OrganisationStep.DEREGISTER: Transition(
        sources=_ALIVE, target=_S.DEREGISTERED, actors=frozenset({Actor.MANAGER, Actor.OPERATOR})
    ),
}


class RefusedStep(Exception):
    """A step cannot be taken: `code` is state, actor or reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def next_state(*, state: OrganisationState, step: OrganisationStep, actor: Actor, reason: str) -> OrganisationState:
    """Return the state after a step, or raise RefusedStep with the first thing that stands against it."""
    transition = TRANSITIONS[step]
    if actor not in transition.actors:
        raise RefusedStep("actor")
    if state not in transition.sources:
        raise RefusedStep("state")
    if transition.needs_reason and not reason.strip():
        raise RefusedStep("reason")
    return transition.target


def steps_open_to(*, state: OrganisationState, actor: Actor) -> list[OrganisationStep]:
    """Return the steps that an actor may take from a state, in the order of the table."""
    return [step for step, line in TRANSITIONS.items() if state in line.sources and actor in line.actors]


class ApiScope(StrEnum):
    """What a token of the HTTP API may do for its owner."""

    MISSIONS_READ = "missions:read"
    PARTICIPATIONS_READ = "participations:read"
    PARTICIPATIONS_WRITE = "participations:write"


_REGISTERED_UNDER: Mapping[LegalForm, frozenset[str]] = {
    LegalForm.ASSOCIATION: frozenset({"rna", "siren", "siret"}),
    LegalForm.LOCAL_AUTHORITY: frozenset({"siren", "siret"}),
    LegalForm.PUBLIC_BODY: frozenset({"siren", "siret"}),
    LegalForm.PRIVATE_BODY: frozenset({"siren", "siret"}),
    LegalForm.OTHER: frozenset(),
}
_SAY_WHAT_THEY_DO = frozenset({LegalForm.ASSOCIATION, LegalForm.PRIVATE_BODY, LegalForm.OTHER})


def missing_to_submit(*, legal_form: LegalForm, filled: frozenset[str]) -> list[str]:
    """Return what is missing before an organisation can be checked: names of fields, `number` for any register's.

    Public bodies are known; the others say what they do.
    """
    missing = [field for field in ("name", "commune", "contact_email") if field not in filled]
    if legal_form in _SAY_WHAT_THEY_DO and "description" not in filled:
        missing.append("description")
    numbers = _REGISTERED_UNDER[legal_form]
    if numbers and not numbers & filled:
        missing.append("number")
    return missing
