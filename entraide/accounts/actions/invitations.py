"""Inviting people to an organisation by mail, and accepting."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from entraide.accounts import notices
from entraide.accounts.actions.grants import grant_role
from entraide.accounts.actions.people import Deed, Profile, create_person, normal_address
from entraide.accounts.models import Grant, Invitation, Organisation, Person
from entraide.accounts.rules import ORGANISATION_ROLES, Role, Scope, ScopeKind, UnfitScope, is_in_force
from entraide.foundation.secrets import digest_of, new_secret
from entraide.foundation.tidying import delete_in_parts
from entraide.journal import api as journal

LASTS = timedelta(days=14)
KEPT = timedelta(days=30)


class NotOpen(Exception):
    """The invitation was accepted, taken back, has ended, or never was."""


class NotTheirs(Exception):
    """The invitation went to another address than the one of the person who is signed in."""


@transaction.atomic
def invite_member(*, organisation_id: UUID, email: str, role: Role, language: str, deed: Deed) -> Invitation:
    """Send an invitation, which takes the place of an earlier open one to the same address. Raises BadAddress."""
    if role not in ORGANISATION_ROLES:
        raise UnfitScope(f"{role} is not a role of an organisation")
    address = normal_address(email)
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    Invitation.objects.filter(organisation=organisation, email=address, accepted_at=None, revoked_at=None).update(
        revoked_at=deed.now
    )
    token = new_secret("inv")
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=address,
        role=role,
        digest=digest_of(token),
        invited_by=deed.actor,
        expires_at=deed.now + LASTS,
    )
    _write(invitation, "invite_member", deed)
    notices.send_invitation(invitation=invitation, token=token, language=language)
    return invitation


@transaction.atomic
def take_back_invitation(*, invitation_id: UUID, organisation_id: UUID, deed: Deed) -> None:
    """Close an invitation that nobody accepted yet. Raises NotOpen."""
    open_one = Invitation.objects.filter(
        pk=invitation_id, organisation_id=organisation_id, accepted_at=None, revoked_at=None
    )
    if not open_one.update(revoked_at=deed.now):
        raise NotOpen
    _write(Invitation.objects.get(pk=invitation_id), "take_back_invitation", deed)


def open_invitation(*, token: str, deed: Deed) -> Invitation:
    """Return the invitation of a token. Raises NotOpen."""
    invitation = Invitation.objects.select_related("organisation").filter(digest=digest_of(token)).first()
    if (
        invitation is None
        or invitation.accepted_at is not None
        or not is_in_force(expires_at=invitation.expires_at, revoked_at=invitation.revoked_at, now=deed.now)
    ):
        raise NotOpen
    return invitation


@transaction.atomic
def welcome_invited(*, token: str, language: str, deed: Deed) -> Person:
    """Make the person of an invitation's address if nobody has it yet: whoever has the link reads that mailbox.

    Nothing is accepted by it; they still sign in, by a code sent to the same address. Raises NotOpen.
    """
    invitation = open_invitation(token=token, deed=deed)
    person, _ = create_person(email=invitation.email, profile=Profile(locale=language), deed=deed)
    return person


@transaction.atomic
def accept_invitation(*, token: str, person_id: UUID, deed: Deed) -> Grant:
    """Turn an invitation into a grant, once. Raises NotOpen, NotTheirs, or NotActive for a suspended person."""
    invitation = open_invitation(token=token, deed=deed)
    person = Person.objects.get(pk=person_id)
    if person.email != invitation.email:
        raise NotTheirs
    taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(accepted_at=deed.now)
    if not taken:
        raise NotOpen
    grant = grant_role(
        person_id=person_id,
        role=Role(invitation.role),
        scope=Scope(kind=ScopeKind.ORGANISATION, id=str(invitation.organisation_id)),
        deed=Deed(actor=invitation.invited_by, role=Role.ORGANISATION_MANAGER, now=deed.now),
    )
    _write(invitation, "accept_invitation", deed)
    return grant


def forget_past_invitations(*, now: datetime) -> int:
    """Delete what ended long ago, with the addresses of whoever never came; return how many."""
    return delete_in_parts(Invitation.objects.filter(expires_at__lt=now - KEPT))


def _write(invitation: Invitation, verb: str, deed: Deed) -> None:
    journal.record(
        actor=deed.actor,
        role=deed.role,
        verb=verb,
        thing_kind="invitation",
        thing_id=invitation.pk,
        now=deed.now,
        detail={"organisation": str(invitation.organisation_id), "role": invitation.role},
    )
