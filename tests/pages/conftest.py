"""People in the roles that the pages tell apart."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from entraide.accounts import api as accounts
from tests.strict_client import StrictClient

SignIn = Callable[[str], StrictClient]


@pytest.fixture
def signed_in_as() -> SignIn:
    """Sign a person in and let them act in a role: "operator", "referent 67", "volunteer", or nobody for ""."""

    def sign_in(role: str) -> StrictClient:
        client = StrictClient()
        if not role:
            return client
        word, _, scope_id = role.partition(" ")
        deed = accounts.Deed(actor=None, now=datetime.now(UTC))
        person, _ = accounts.create_person(
            email=f"{word}{scope_id}@example.org".lower(), profile=accounts.Profile(first_name=word), deed=deed
        )
        client.force_login(person)
        if word != "volunteer":
            grant = accounts.grant_role(
                person_id=person.pk, role=accounts.Role(word), scope=_scope(word, scope_id), deed=deed
            )
            session = client.session
            session["acting_grant"] = str(grant.pk)
            session.save()
        return client

    return sign_in


def _scope(word: str, scope_id: str) -> accounts.Scope:
    kinds = {
        "operator": accounts.ScopeKind.PLATFORM,
        "referent": accounts.ScopeKind.DEPARTEMENT,
        "crisis_coordinator": accounts.ScopeKind.CRISIS,
        "organisation_manager": accounts.ScopeKind.ORGANISATION,
        "organisation_member": accounts.ScopeKind.ORGANISATION,
    }
    return accounts.Scope(kind=kinds[word], id=scope_id)
