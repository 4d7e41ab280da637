"""Registering organisations and moving them through their states."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from entraide.accounts import notices
from entraide.accounts.actions.followers import tell_followers
from entraide.accounts.actions.grants import grant_role
from entraide.accounts.actions.people import Deed
from entraide.accounts.models import Grant, Organisation
from entraide.accounts.rules import (
    TRANSITIONS,
    Actor,
    LegalForm,
    OrganisationState,
    OrganisationStep,
    RefusedStep,
    Role,
    Scope,
    ScopeKind,
    missing_to_submit,
    next_state,
)
from entraide.journal import api as journal


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationDetails:
    """What an organisation says of itself; the numbers are clean ones, communes and départements by their codes."""

    name: str
    legal_form: LegalForm
    siren: str = ""
    siret: str = ""
    rna: str = ""
    description: str = ""
    commune: str = ""
    departement: str = ""
    website: str = ""
    contact_email: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step to take: which, as whom, why, and the level of verification that a validation reached."""

    step: OrganisationStep
    actor: Actor
    reason: str = ""
    level: int = 1


@transaction.atomic
def register_organisation(*, details: OrganisationDetails, person_id: UUID, now: datetime) -> Organisation:
    """Write a new organisation, make the person its manager, and submit it when nothing is missing."""
    deed = Deed(actor=person_id, now=now)
    organisation = Organisation.objects.create(state_changed_at=now, **asdict(details))
    _write(organisation, "register_organisation", deed, {})
    scope = Scope(kind=ScopeKind.ORGANISATION, id=str(organisation.pk))
    grant_role(person_id=person_id, role=Role.ORGANISATION_MANAGER, scope=scope, deed=deed)
    return _submitted_when_complete(organisation, details, deed)


@transaction.atomic
def edit_organisation(*, organisation_id: UUID, details: OrganisationDetails, deed: Deed) -> Organisation:
    """Write an organisation's details, and submit a draft that has become complete.

    Whoever was checked under other numbers or another name is checked again. Raises Organisation.DoesNotExist.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    identity = ("name", "legal_form", "siren", "siret", "rna")
    is_another = any(getattr(organisation, field) != getattr(details, field) for field in identity)
    for field, value in asdict(details).items():
        setattr(organisation, field, value)
    if is_another and organisation.state == OrganisationState.VALIDATED:
        organisation.state, organisation.state_changed_at = OrganisationState.SUBMITTED, deed.now
        organisation.verification_level = 0
    organisation.save()
    _write(organisation, "edit_organisation", deed, {"state": organisation.state})
    tell_followers(kind="organisation_details", thing_id=organisation.pk, state=organisation.state)
    if is_another and organisation.state == OrganisationState.SUBMITTED:
        tell_followers(kind="organisation", thing_id=organisation.pk, state=organisation.state)
    return _submitted_when_complete(organisation, details, deed)


def take_step(*, organisation_id: UUID, step: Step, deed: Deed) -> OrganisationState:
    """Move an organisation and return its new state.

    Raises RefusedStep when the table has no such step from where it stands, Organisation.DoesNotExist.
    """
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
        _move(organisation, step, deed)
    return OrganisationState(organisation.state)


def take_steps(*, organisation_ids: Iterable[UUID], step: Step, deed: Deed) -> Mapping[UUID, str]:
    """Take the same step for several organisations, each on its own.

    Returns for each the new state, or `refused:` and the code of what stands against it.
    """
    outcomes: dict[UUID, str] = {}
    for organisation_id in sorted(set(organisation_ids)):
        try:
            outcomes[organisation_id] = take_step(organisation_id=organisation_id, step=step, deed=deed)
        except RefusedStep as refusal:
            outcomes[organisation_id] = f"refused:{refusal.code}"
        except Organisation.DoesNotExist:
            outcomes[organisation_id] = "refused:unknown"
    return outcomes


def _move(organisation: Organisation, step: Step, deed: Deed) -> None:
    source = OrganisationState(organisation.state)
    target = next_state(state=source, step=step.step, actor=step.actor, reason=step.reason)
    organisation.state, organisation.state_changed_at = target, deed.now
    organisation.state_reason = step.reason.strip() if TRANSITIONS[step.step].needs_reason else ""
    if step.step is OrganisationStep.VALIDATE:
        organisation.verification_level = step.level
        organisation.verified_by, organisation.verified_at = deed.actor, deed.now
    organisation.save()
    _write(organisation, f"{step.step}_organisation", deed, {"from": source, "to": target})
    notices.tell_managers(organisation=organisation, now=deed.now)
    if target is OrganisationState.DEREGISTERED:
        people = Grant.objects.of_organisation(organisation.pk).filter(revoked_at=None)
        people.update(revoked_at=deed.now, revoked_by=deed.actor)
    tell_followers(kind="organisation", thing_id=organisation.pk, state=target)


def _submitted_when_complete(organisation: Organisation, details: OrganisationDetails, deed: Deed) -> Organisation:
    if organisation.state == OrganisationState.DRAFT and not missing_to_submit(
        legal_form=details.legal_form, filled=frozenset(field for field, value in asdict(details).items() if value)
    ):
        _move(organisation, Step(step=OrganisationStep.SUBMIT, actor=Actor.SYSTEM), deed)
    return organisation


def _write(organisation: Organisation, verb: str, deed: Deed, detail: Mapping[str, str]) -> None:
    journal.record(
        actor=deed.actor,
        role=deed.role,
        verb=verb,
        thing_kind="organisation",
        thing_id=organisation.pk,
        now=deed.now,
        detail=detail,
    )
