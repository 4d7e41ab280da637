"""Making, reading and revoking tokens of the HTTP API."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from entraide.accounts.actions.people import Deed
from entraide.accounts.models import ApiToken
from entraide.accounts.rules import ApiScope
from entraide.foundation.secrets import digest_of, new_secret
from entraide.foundation.tidying import delete_in_parts
from entraide.journal import api as journal

MOST_PER_PERSON = 20
KEPT = timedelta(days=90)
LAST_USE_PRECISION = timedelta(minutes=5)


class TooManyTokens(Exception):
    """The person has as many tokens in force as one may have."""


@dataclass(frozen=True, slots=True)
class TokenBearer:
    """For whom a request of the HTTP API acts, and within which scopes."""

    person_id: UUID
    token_id: UUID
    scopes: frozenset[ApiScope]


@transaction.atomic
def create_token(
    *, person_id: UUID, name: str, scopes: Iterable[ApiScope], lasts: timedelta, deed: Deed
) -> tuple[ApiToken, str]:
    """Make a token; the second value is the token itself, which cannot be had again. Raises TooManyTokens."""
    if ApiToken.objects.in_force(deed.now).filter(person_id=person_id).count() >= MOST_PER_PERSON:
        raise TooManyTokens
    secret = new_secret("api")
    token = ApiToken.objects.create(
        person_id=person_id,
        name=name,
        digest=digest_of(secret),
        scopes=sorted(set(scopes)),
        expires_at=deed.now + lasts,
    )
    _write(token.pk, "create_token", deed)
    return token, secret


@transaction.atomic
def revoke_token(*, token_id: UUID, person_id: UUID, deed: Deed) -> None:
    """End a token of a person at once; one that ended already, or is another's, is left as it is."""
    if ApiToken.objects.filter(pk=token_id, person_id=person_id, revoked_at=None).update(revoked_at=deed.now):
        _write(token_id, "revoke_token", deed)


def bearer_of(*, secret: str, now: datetime) -> TokenBearer | None:
    """Return for whom a token acts, None for one that opens nothing. Its last use is kept to five minutes."""
    token = ApiToken.objects.in_force(now).filter(digest=digest_of(secret)).first()
    if token is None:
        return None
    if token.last_used_at is None or token.last_used_at < now - LAST_USE_PRECISION:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return TokenBearer(token.person_id, token.pk, frozenset(ApiScope(scope) for scope in token.scopes))


def forget_past_tokens(*, now: datetime) -> int:
    """Delete the tokens that ended long ago; the journal still has that they were made and revoked. Return how many."""
    ended = ApiToken.objects.filter(Q(expires_at__lt=now - KEPT) | Q(revoked_at__lt=now - KEPT))
    return delete_in_parts(ended)


def _write(token_id: UUID, verb: str, deed: Deed) -> None:
    journal.record(actor=deed.actor, role=deed.role, verb=verb, thing_kind="api_token", thing_id=token_id, now=deed.now)
