"""What accounts writes to people: which template, to whom, with what in it."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from entraide.accounts.models import AddressChange, Grant, Invitation, Organisation, Person
from entraide.accounts.rules import OrganisationState, Role
from entraide.foundation.mail import Urgency, queue_mail

WRITTEN_ABOUT = frozenset(
    {
        OrganisationState.VALIDATED,
        OrganisationState.MORE_INFO,
        OrganisationState.SUSPENDED,
        OrganisationState.FLAGGED,
        OrganisationState.DEREGISTERED,
    }
)


def managers_of(*, organisation: Organisation, now: datetime) -> Iterable[Person]:
    """Return the people who decide for an organisation."""
    grants = Grant.objects.in_force(now).of_organisation(organisation.pk).filter(role=Role.ORGANISATION_MANAGER)
    return [grant.person for grant in grants.select_related("person").order_by("id")]


def tell_managers(*, organisation: Organisation, now: datetime) -> None:
    """Write to an organisation's managers that its state changed, where the new state concerns them."""
    if organisation.state not in WRITTEN_ABOUT:
        return
    for person in managers_of(organisation=organisation, now=now):
        queue_mail(
            template="accounts/mail/organisation_state",
            to=person.email,
            language=person.locale,
            urgency=Urgency.CHANGE,
            context={
                "organisation": organisation.name,
                "state": organisation.state,
                "reason": organisation.state_reason,
                "path": _path("accounts:organisation", person.locale, organisation_id=organisation.pk),
            },
        )


def send_invitation(*, invitation: Invitation, token: str, language: str) -> None:
    """Write to an address that it is invited to an organisation. The link is the only copy of the token."""
    queue_mail(
        template="accounts/mail/invitation",
        to=invitation.email,
        language=language,
        urgency=Urgency.CONFIRMATION,
        context={
            "organisation": invitation.organisation.name,
            "role": _role(invitation.role, language),
            "expires_on": _day(invitation.expires_at, language),
            "path": _path("accounts:invitation", language, token=token),
        },
    )


def tell_new_role(*, grant: Grant, scope_name: str) -> None:
    """Write to a person that they were given a role."""
    queue_mail(
        template="accounts/mail/role_granted",
        to=grant.person.email,
        language=grant.person.locale,
        urgency=Urgency.CONFIRMATION,
        context={
            "role": _role(grant.role, grant.person.locale),
            "scope": scope_name,
            "expires_on": _day(grant.expires_at, grant.person.locale),
            "path": _path("accounts:roles", grant.person.locale),
        },
    )


def send_address_code(*, address: str, code: str, language: str) -> None:
    """Write the code to an address that somebody wants to sign in with."""
    queue_mail(
        template="accounts/mail/address_code",
        to=address,
        language=language,
        urgency=Urgency.CODE,
        context={"code": code},
    )


def tell_address_in_use(*, address: str, language: str) -> None:
    """Write to an address that it has an account already, where somebody wanted it for another one."""
    queue_mail(
        template="accounts/mail/address_in_use",
        to=address,
        language=language,
        urgency=Urgency.CODE,
        context={"path": _path("account_login", language)},
    )


def tell_former_address(*, change: AddressChange, person: Person, secret: str, until: datetime) -> None:
    """Write to a person's former address that it is so, with the link that undoes it: the only copy of its secret."""
    queue_mail(
        template="accounts/mail/address_changed",
        to=change.from_address,
        language=person.locale,
        urgency=Urgency.CODE,
        context={
            "first_name": person.first_name,
            "until": _day(until, person.locale),
            "path": _path("accounts:undo-address", person.locale, token=secret),
        },
    )


def _role(role: str, language: str) -> str:
    with translation.override(language):
        return str(Grant.ROLES[role])


def _day(at: datetime | None, language: str) -> str:
    """Return a day in the reader's language; empty when there is no end."""
    with translation.override(language):
        return date_format(timezone.localtime(at)) if at else ""


def _path(name: str, language: str, **arguments: object) -> str:
    with translation.override(language):
        return reverse(name, kwargs=arguments)
