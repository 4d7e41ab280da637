"""Sign-in through an OpenID Connect provider: a real one on this machine, as small as the protocol allows."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from pytest_django.fixtures import Settings

from config import accounts_settings
from entraide.accounts.models import Person
from entraide.foundation.env import SettingError
from entraide.journal.models import Entry
from tests.accounts.conftest import is_signed_in
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db

START, CALLBACK, SIGN_IN = "/en/account/provider/connect/", "/account/provider/connect/callback/", "/en/account/login/"


class Provider(ThreadingHTTPServer):
    """An identity provider that knows one person: what `claims` says."""

    claims: dict[str, Any]
    away = False

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        """Describe the provider, or the person."""
        url = self.server.url
        if self.server.away:
            self._send({}, status=503)
        elif self.path.startswith("/.well-known/"):
            self._send(
                {
                    "issuer": url,
                    "authorization_endpoint": f"{url}/authorize",
                    "token_endpoint": f"{url}/token",
                    "userinfo_endpoint": f"{url}/userinfo",
                    "jwks_uri": f"{url}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        else:
            self._send(self.server.claims)

    def do_POST(self) -> None:
        """Exchange the code `good` for a token; no other."""
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if form["code"] == ["good"] and form["client_secret"] == ["a secret"]:
            self._send({"access_token": "token", "token_type": "Bearer"})
        else:
            self._send({"error": "invalid_grant"}, status=400)

    def _send(self, body: dict[str, Any], *, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """A provider that vouches for ada@example.org."""
    server = Provider(("127.0.0.1", 0), _Answers)
    server.claims = {"sub": "42", "email": "Ada@example.org", "email_verified": True, "given_name": "Ada"}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    given = {"provider_id": "connect", "name": "Connect", "client_id": "x", "secret": "a secret"}
    settings.SOCIALACCOUNT_PROVIDERS = accounts_settings.providers([{**given, "server_url": server.url}])
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def come_back(client: StrictClient, *, after: str = "", **query: str) -> Any:
    """Go to the provider and come back from it with what it says."""
    target = f"{START}?process=login&next={after}" if after else START
    sent = client.post(target)
    assert sent.status_code == 302
    state = parse_qs(urlsplit(sent["Location"]).query)["state"][0]
    return client.get(CALLBACK, {"code": "good", "state": state, **query})


def test_a_verified_address_makes_a_person(client: StrictClient, provider: Provider) -> None:
    response = come_back(client, after="/en/me/roles/")
    assert response["Location"] == "/en/me/roles/"
    assert is_signed_in(client)
    person = Person.objects.get()
    assert (person.email, person.first_name) == ("ada@example.org", "Ada")
    assert Entry.objects.filter(verb="create_person", thing_id=str(person.pk)).count() == 1
    assert SocialAccount.objects.get().extra_data == {}
    assert not SocialToken.objects.exists()


def test_a_verified_address_finds_its_person(client: StrictClient, provider: Provider, ada: Person) -> None:
    come_back(client)
    assert is_signed_in(client)
    assert Person.objects.get() == ada
    again = StrictClient()
    provider.claims["email_verified"] = False
    come_back(again)
    assert is_signed_in(again)


@pytest.mark.parametrize(
    "claims", [{"sub": "42", "email": "ada@example.org"}, {"sub": "42"}, {"sub": "42", "email": 7}]
)
def test_an_address_that_nobody_vouches_for_opens_nothing(
    client: StrictClient, provider: Provider, ada: Person, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    response = come_back(client)
    assert response.status_code < 500
    assert not is_signed_in(client)
    assert Person.objects.count() == 1


def test_a_suspended_person_stays_out(client: StrictClient, provider: Provider, ada: Person) -> None:
    Person.objects.update(state="suspended")
    come_back(client)
    assert not is_signed_in(client)


@pytest.mark.parametrize("query", [{"code": "bad"}, {"state": "forged"}, {"state": "\x00"}, {"error": "access_denied"}])
def test_a_tampered_return_signs_nobody_in(client: StrictClient, provider: Provider, query: dict[str, str]) -> None:
    response = come_back(client, **query)
    assert response.status_code < 500
    assert not is_signed_in(client)
    assert not Person.objects.exists()


def test_a_return_without_a_way_there_signs_nobody_in(client: StrictClient, provider: Provider) -> None:
    assert client.get(CALLBACK, {"code": "good", "state": "x"}).status_code < 500
    assert client.get(CALLBACK).status_code < 500
    assert not is_signed_in(client)


def test_next_does_not_lead_elsewhere(client: StrictClient, provider: Provider) -> None:
    assert "evil" not in come_back(client, after="https://evil.example/")["Location"]


def test_sign_in_offers_the_provider_and_lets_forms_reach_it(client: StrictClient, provider: Provider) -> None:
    response = client.get(SIGN_IN)
    assert "Continue with Connect" in response.content.decode()
    assert f"form-action 'self' {provider.url}" in response["Content-Security-Policy"]
    assert client.get(START).status_code == 200


def test_without_providers_their_pages_do_not_exist(client: StrictClient) -> None:
    assert client.get("/en/account/provider/unknown/").status_code == 404
    assert client.get("/account/provider/unknown/callback/").status_code == 404
    assert "form-action 'self';" in client.get(SIGN_IN)["Content-Security-Policy"]


def test_claims_without_an_identity_are_no_fault_of_ours(provider: Provider) -> None:
    provider.claims = {}
    response = come_back(StrictClient(headers={"accept-language": "en"}))
    assert response.status_code == 401
    assert "did not answer as expected" in response.content.decode()


def test_a_provider_that_is_away_is_no_fault_of_ours(client: StrictClient, provider: Provider) -> None:
    provider.away = True
    assert client.post(START).status_code == 401
    assert client.get(SIGN_IN).status_code == 200


def test_an_incomplete_provider_stops_the_start() -> None:
    with pytest.raises(SettingError, match="OIDC_PROVIDERS: a provider has no secret, server_url"):
        accounts_settings.providers([{"provider_id": "x", "name": "X", "client_id": "y"}])
