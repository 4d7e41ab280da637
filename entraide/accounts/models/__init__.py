"""The tables of people, their changes of address, organisations, grants, invitations, tokens and wishes."""

from entraide.accounts.models.address import AddressChange, AddressChangeQuerySet
from entraide.accounts.models.grant import Grant, GrantQuerySet, Invitation
from entraide.accounts.models.organisation import Organisation, OrganisationQuerySet
from entraide.accounts.models.person import Person, PersonManager
from entraide.accounts.models.token import ApiToken, ApiTokenQuerySet
from entraide.accounts.models.work_mail import WorkMailWish

__all__ = [
    "AddressChange",
    "AddressChangeQuerySet",
    "ApiToken",
    "ApiTokenQuerySet",
    "Grant",
    "GrantQuerySet",
    "Invitation",
    "Organisation",
    "OrganisationQuerySet",
    "Person",
    "PersonManager",
    "WorkMailWish",
]
