"""Everything that accounts keeps about a person, for that person alone: no secret, nothing of others."""

from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet

from entraide.accounts.models import AddressChange, ApiToken, Grant, Invitation, Person, WorkMailWish

_PERSON = (
    "id",
    "email",
    "first_name",
    "last_name",
    "phone",
    "locale",
    "state",
    "mail_state",
    "mail_refusal",
    "created_at",
    "last_seen_at",
)


def data_of(*, person_id: UUID) -> dict[str, Any]:
    """Return plain values for JSON, a list for each table. One query a table."""
    person = Person.objects.values(*_PERSON).get(pk=person_id)
    own, theirs = {"person_id": person_id}, {"user_id": person_id}
    invitations = Invitation.objects.filter(email=person["email"])
    return {
        "person": person,
        "addresses": _rows(EmailAddress.objects.filter(**theirs), "email", "verified", "primary"),
        "address_changes": _rows(
            AddressChange.objects.filter(**own), "from_address", "to_address", "created_at", "done_at", "undone_at"
        ),
        "roles": _rows(
            Grant.objects.filter(**own), "role", "scope_kind", "scope_id", "granted_at", "expires_at", "revoked_at"
        ),
        "invitations": _rows(invitations, "organisation__name", "role", "expires_at", "accepted_at", "revoked_at"),
        "work_mail": _rows(WorkMailWish.objects.filter(**own), "kind", "cadence", "told_at"),
        "sessions": _rows(UserSession.objects.filter(**theirs), "created_at", "last_seen_at", "ip", "user_agent"),
        "passkeys": _rows(Authenticator.objects.filter(**theirs), "type", "created_at", "last_used_at"),
        "providers": _rows(SocialAccount.objects.filter(**theirs), "provider", "uid", "date_joined", "extra_data"),
        "tokens": _rows(
            ApiToken.objects.filter(**own), "name", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at"
        ),
    }


def _rows(rows: QuerySet[Any], *names: str) -> list[dict[str, Any]]:
    return list(rows.order_by("pk").values(*names))
