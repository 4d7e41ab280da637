"""Passkeys: what is refused. The whole ceremony is in tests/journeys/test_passkeys.py."""

import json

import pytest
from allauth.mfa.models import Authenticator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entraide.accounts.models import Person
from tests.accounts.conftest import code_sent_to, is_signed_in, sign_in
from tests.strict_client import StrictClient

SIGN_IN, LIST, ADD = "/en/account/login/passkey/", "/en/account/passkeys/", "/en/account/passkeys/add/"

ANSWER = {
    "id": "AAAA",
    "rawId": "AAAA",
    "type": "public-key",
    "response": {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "AAAA"},
    "clientExtensionResults": {},
}
GARBAGE = [
    "",
    "x",
    "null",
    "[]",
    "{}",
    "1",
    '"x"',
    "\x00",
    "[" * 5_000,
    "9" * 10_000,
    json.dumps({**ANSWER, "response": {}}),
    json.dumps({**ANSWER, "response": None}),
    json.dumps({**ANSWER, "rawId": 7}),
    json.dumps(ANSWER),
    json.dumps({**ANSWER, "response": {**ANSWER["response"], "userHandle": "\x00"}}),  # type: ignore[dict-item]
    json.dumps({**ANSWER, "response": {**ANSWER["response"], "clientDataJSON": "!!"}}),  # type: ignore[dict-item]
    json.dumps({**ANSWER, "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}),
]


@pytest.mark.django_db
@pytest.mark.parametrize("credential", GARBAGE)
def test_garbage_for_a_passkey_signs_nobody_in(client: StrictClient, credential: str) -> None:
    challenge = client.get(SIGN_IN, headers={"Accept": "application/json"}).json()
    assert challenge["request_options"]["publicKey"]["userVerification"] == "required"
    assert client.post(SIGN_IN, {"credential": credential}).status_code in (302, 400)
    assert not is_signed_in(client)


@pytest.mark.django_db
@pytest.mark.parametrize("credential", GARBAGE)
def test_garbage_for_a_new_passkey_adds_none(client: StrictClient, ada: Person, credential: str) -> None:
    sign_in(client, verified(ada)).get(ADD)
    assert client.post(ADD, {"name": "x\x00", "credential": credential}).status_code == 400
    assert client.post(ADD, {"name": "x", "credential": credential}).status_code == 400
    assert not Authenticator.objects.exists()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ANSWER, "x"]), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.django_db
@given(response=st.dictionaries(st.sampled_from([*ANSWER["response"], "attestationObject"]), JSON), rest=JSON)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_of_a_passkey_is_a_fault_of_ours(ada: Person, response: object, rest: object) -> None:
    client = sign_in(StrictClient(), verified(ada))
    client.get(ADD)
    answer = {**ANSWER, "response": response, "id": rest}
    assert client.post(ADD, {"credential": json.dumps(answer)}).status_code == 400
    stranger = StrictClient()
    stranger.get(SIGN_IN, headers={"Accept": "application/json"})
    assert stranger.post(SIGN_IN, {"credential": json.dumps(answer)}).status_code in (302, 400)


def verified(person: Person) -> Person:
    """Return a person who has read a code sent to their address."""
    person.emailaddress_set.update(verified=True)  # type: ignore[attr-defined]
    return person


@pytest.mark.django_db
def test_adding_and_removing_ask_for_a_recent_sign_in(client: StrictClient, ada: Person) -> None:
    passkey = Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})
    sign_in(client, verified(ada), minutes_ago=45)
    for path in (ADD, f"{LIST}{passkey.pk}/remove/"):
        assert client.get(path).status_code == 403
        assert client.post(path).status_code == 403
    assert Authenticator.objects.count() == 1


@pytest.mark.django_db
def test_nobody_removes_the_passkey_of_another(client: StrictClient, ada: Person, manager: Person) -> None:
    passkey = Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})
    assert sign_in(client, manager).post(f"{LIST}{passkey.pk}/remove/").status_code == 404
    assert client.post(f"{LIST}{10**30}/remove/").status_code == 404
    assert Authenticator.objects.count() == 1


@pytest.mark.django_db
def test_an_address_that_was_never_read_gets_no_passkey(client: StrictClient, ada: Person) -> None:
    assert sign_in(client, ada).get(ADD).status_code == 302


@pytest.mark.django_db
def test_a_passkey_is_not_a_second_lock(client: StrictClient, ada: Person) -> None:
    Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})
    client.post("/en/account/login/", {"email": ada.email})
    client.post("/en/account/login/code/confirm/", {"code": code_sent_to(ada.email)})
    assert is_signed_in(client)


@pytest.mark.django_db
def test_a_passkey_gets_another_name_and_keeps_the_rest(client: StrictClient, ada: Person) -> None:
    data = {"name": "x", "credential": {"kept": True}}
    passkey = Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data=data)
    assert sign_in(client, ada).post(f"{LIST}{passkey.pk}/name/", {"name": "my telephone"}).status_code == 302
    passkey.refresh_from_db()
    assert passkey.data == {"name": "my telephone", "credential": {"kept": True}}
    page = client.get(LIST).content.decode()
    assert "my telephone" in page
    assert "not used yet" in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\x00b"])
def test_a_passkey_keeps_its_name_when_the_other_is_none(client: StrictClient, ada: Person, name: str) -> None:
    passkey = Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})
    assert sign_in(client, ada).post(f"{LIST}{passkey.pk}/name/", {"name": name}).status_code == 400
    passkey.refresh_from_db()
    assert passkey.data == {"name": "x"}


@pytest.mark.django_db
def test_nobody_renames_the_passkey_of_another(client: StrictClient, ada: Person, manager: Person) -> None:
    passkey = Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})
    assert sign_in(client, manager).post(f"{LIST}{passkey.pk}/name/", {"name": "mine"}).status_code == 404
    passkey.refresh_from_db()
    assert passkey.data == {"name": "x"}
