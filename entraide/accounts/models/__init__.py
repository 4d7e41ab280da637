"""The tables of people, organisations, grants, invitations and tokens."""

from entraide.accounts.models.grant import Grant, GrantQuerySet, Invitation
from entraide.accounts.models.organisation import Organisation, OrganisationQuerySet
from entraide.accounts.models.person import Person, PersonManager
from entraide.accounts.models.token import ApiToken, ApiTokenQuerySet

__all__ = [
    "ApiToken",
    "ApiTokenQuerySet",
    "Grant",
    "GrantQuerySet",
    "Invitation",
    "Organisation",
    "OrganisationQuerySet",
    "Person",
    "PersonManager",
]
