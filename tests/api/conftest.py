"""A caller of the HTTP API with a token of a volunteer."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from entraide.accounts.actions.tokens import create_token
from entraide.accounts.api import ApiScope, Deed
from entraide.foundation import clock
from entraide.volunteering.models import Volunteer
from tests.volunteering.situations import volunteer_adult


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls the API as a volunteer."""

    client: Client
    volunteer: Volunteer
    token: str

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers={"authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: object, **headers: str) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self.token}", **{key.replace("_", "-"): headers[key] for key in headers}}
        return self.client.post(f"/api/v1{path}", content, content_type="application/json", headers=headers)


def token_of(volunteer: Volunteer, *scopes: ApiScope, lasts: timedelta = timedelta(days=1)) -> str:
    """Make a token of a volunteer with all scopes, or some."""
    now = clock.now()
    _, secret = create_token(
        person_id=volunteer.person_id,
        name="test",
        scopes=scopes or list(ApiScope),
        lasts=lasts,
        deed=Deed(actor=volunteer.person_id, role="", now=now),
    )
    return secret


@pytest.fixture
def calling(client: Client) -> Callable[..., Caller]:
    """Call as a new volunteer, with all scopes or some."""

    def call_as(*scopes: ApiScope, volunteer: Volunteer | None = None) -> Caller:
        who = volunteer or volunteer_adult()
        return Caller(client, who, token_of(who, *scopes))

    return call_as


@pytest.fixture
def caller(calling: Callable[..., Caller], db: None) -> Caller:
    """One volunteer's caller."""
    return calling()
