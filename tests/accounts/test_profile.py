"""A person's own pages: details, sessions, roles, tokens."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from entraide.accounts import api
from entraide.accounts.actions import tokens as token_actions
from entraide.accounts.actions.grants import grant_role, revoke_role
from entraide.accounts.actions.people import sign_out_everywhere, suspend_person
from entraide.accounts.actions.tokens import create_token
from entraide.accounts.models import ApiToken, Grant, Organisation, Person
from entraide.accounts.rules import PLATFORM, ApiScope, Role
from entraide.foundation import clock
from entraide.journal.models import Entry
from tests.accounts.conftest import code_sent_to, deed_by, grant_of, is_signed_in, sign_in
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db

PROFILE, ROLES, TOKENS = "/en/me/profile/", "/en/me/roles/", "/en/me/tokens/"


@pytest.mark.parametrize("path", [PROFILE, ROLES, TOKENS, "/en/account/passkeys/", "/en/organisation/register/"])
def test_private_pages_ask_to_sign_in_and_lead_back(client: StrictClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"] == f"/en/account/login/?next={path}"


@pytest.mark.parametrize("path", [PROFILE, ROLES, TOKENS, "/en/account/passkeys/", "/en/organisation/register/"])
def test_private_pages_are_never_cached(client: StrictClient, ada: Person, path: str) -> None:
    response = sign_in(client, ada).get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store, no-transform"


def test_a_person_changes_their_details(client: StrictClient, ada: Person) -> None:
    values = {"first_name": "Ada", "last_name": "King", "phone": "06 12.34-56 78", "locale": "fr"}
    assert sign_in(client, ada).post(PROFILE, values).status_code == 302
    ada.refresh_from_db()
    assert (ada.last_name, ada.phone, ada.locale) == ("King", "0612345678", "fr")


@pytest.mark.parametrize(
    "values",
    [
        {"locale": "xx"},
        {"locale": "fr", "phone": "call me"},
        {"locale": "fr", "first_name": "x" * 10_000},
        {"locale": "fr", "last_name": "a\x00b"},
        {"locale": "fr", "phone": "٠٦١٢٣٤٥٦٧٨"},
        {},
    ],
)
def test_bad_details_are_refused_and_change_nothing(client: StrictClient, ada: Person, values: dict[str, str]) -> None:
    assert sign_in(client, ada).post(PROFILE, values).status_code == 400
    ada.refresh_from_db()
    assert (ada.first_name, ada.last_name, ada.locale) == ("Ada", "Martin", "en")


def test_signing_out_everywhere_else_leaves_this_session_alone(ada: Person) -> None:
    here, elsewhere = sign_in(StrictClient(), ada), sign_in(StrictClient(), ada)
    assert here.post("/en/me/sessions/end/").status_code == 302
    assert here.get(PROFILE).status_code == 200
    assert elsewhere.get(PROFILE).status_code == 302


def test_signing_out_everywhere_ends_this_session_too(ada: Person) -> None:
    here, elsewhere = sign_in(StrictClient(), ada), sign_in(StrictClient(), ada)
    assert here.post("/en/me/sessions/end/", {"here": "too"})["Location"] == "/en/account/login/"
    assert not is_signed_in(here)
    assert elsewhere.get(PROFILE).status_code == 302


def test_a_person_sees_where_they_are_signed_in(ada: Person) -> None:
    firefox = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    elsewhere, here = StrictClient(), StrictClient(headers=firefox)
    for client in (elsewhere, here):
        client.post("/en/account/login/", {"email": ada.email})
        client.post("/en/account/login/code/confirm/", {"code": code_sent_to(ada.email)})
    page = here.get(PROFILE).content.decode()
    assert page.index("Firefox on Linux") < page.index("This device") < page.index("Another program")
    Session.objects.filter(session_key=elsewhere.session.session_key).update(expire_date=clock.now())
    assert "Another program" not in here.get(PROFILE).content.decode()


def test_more_sessions_than_are_listed_are_counted(client: StrictClient, ada: Person) -> None:
    for _ in range(22):
        session = SessionStore()
        session.create()
        UserSession.objects.create(user=ada, ip="192.0.2.1", session_key=session.session_key)
    page = sign_in(client, ada).get(PROFILE).content.decode()
    shown = page.count("Since ")
    assert shown == 20
    assert f"And in {UserSession.objects.count() - shown} more places." in page


def test_a_new_stamp_ends_every_session(client: StrictClient, ada: Person) -> None:
    sign_in(client, ada)
    sign_out_everywhere(person_id=ada.pk, deed=deed_by(ada))
    assert client.get(PROFILE).status_code == 302


def test_suspension_ends_every_session(client: StrictClient, ada: Person) -> None:
    sign_in(client, ada)
    suspend_person(person_id=ada.pk, deed=deed_by(None))
    assert client.get(PROFILE).status_code == 302


def test_a_person_sees_and_changes_the_role_that_they_act_in(
    client: StrictClient, manager: Person, validated_organisation: Organisation
) -> None:
    client.force_login(manager)
    details_page = f"/en/organisation/{validated_organisation.pk}/details/"
    assert client.get(details_page).status_code == 403
    assert client.post(ROLES, {"grant": str(grant_of(manager)), "next": details_page})["Location"] == details_page
    page = client.get(details_page)
    assert page.status_code == 200
    assert "Manager · Les Paniers du Rhin" in page.content.decode()
    client.post(ROLES, {"grant": ""})
    assert client.get(details_page).status_code == 403


def test_a_revoked_role_ends_at_once(client: StrictClient, operator: Person, manager: Person) -> None:
    second = grant_role(person_id=manager.pk, role=Role.OPERATOR, scope=PLATFORM, deed=deed_by(operator))
    sign_in(client, manager)
    assert client.get("/en/operator/people/").status_code == 200
    revoke_role(grant_id=second.pk, deed=deed_by(operator))
    assert client.get("/en/operator/people/").status_code == 403
    assert "acting_grant" not in client.session
    assert is_signed_in(client)


def test_an_expired_role_ends_at_once(client: StrictClient, operator: Person) -> None:
    sign_in(client, operator)
    Grant.objects.filter(person=operator).update(expires_at=clock.now() - timedelta(seconds=1))
    assert client.get("/en/operator/people/").status_code == 403


def test_nobody_acts_in_the_role_of_another(client: StrictClient, ada: Person, operator: Person) -> None:
    sign_in(client, ada)
    assert client.post(ROLES, {"grant": str(grant_of(operator))}).status_code == 400
    session = client.session
    session["acting_grant"] = str(grant_of(operator))
    session.save()
    assert client.get("/en/operator/people/").status_code == 403


@pytest.mark.parametrize("grant", ["x", "\x00", "00000000-0000-7000-8000-000000000000", "x" * 10_000, "0"])
def test_garbage_for_a_role_is_refused(client: StrictClient, ada: Person, grant: str) -> None:
    assert sign_in(client, ada).post(ROLES, {"grant": grant}).status_code == 400


def test_next_of_the_roles_page_never_leads_elsewhere(client: StrictClient, ada: Person) -> None:
    response = sign_in(client, ada).post(ROLES, {"grant": "", "next": "https://evil.example/"})
    assert response["Location"] == ROLES


def test_granting_twice_is_granting_once(operator: Person) -> None:
    first = grant_role(person_id=operator.pk, role=Role.OPERATOR, scope=PLATFORM, deed=deed_by(None))
    assert first.pk == grant_of(operator)
    assert Grant.objects.filter(person=operator).count() == 1


def test_a_role_that_expired_is_given_anew(operator: Person) -> None:
    Grant.objects.filter(person=operator).update(expires_at=clock.now() - timedelta(days=1))
    again = grant_role(person_id=operator.pk, role=Role.OPERATOR, scope=PLATFORM, deed=deed_by(None))
    assert again.expires_at is None
    assert Grant.objects.filter(person=operator, revoked_at=None).get() == again


def test_the_last_operator_keeps_the_role(operator: Person) -> None:
    with pytest.raises(api.LastOne):
        revoke_role(grant_id=grant_of(operator), deed=deed_by(operator))


def test_every_change_of_a_role_is_in_the_journal(operator: Person, ada: Person) -> None:
    grant = grant_role(person_id=ada.pk, role=Role.OPERATOR, scope=PLATFORM, deed=deed_by(operator, role="operator"))
    revoke_role(grant_id=grant.pk, deed=deed_by(operator, role="operator"))
    entries = Entry.objects.filter(thing_kind="grant", thing_id=str(grant.pk)).order_by("id")
    assert [(each.verb, each.actor, each.role) for each in entries] == [
        ("grant_role", operator.pk, "operator"),
        ("revoke_role", operator.pk, "operator"),
    ]
    assert "ada" not in str([each.detail for each in entries])


WISH = {"name": "calendar", "scopes": ["missions:read"], "days": "30"}


def test_a_token_is_shown_once_and_kept_as_a_digest(client: StrictClient, ada: Person) -> None:
    page = sign_in(client, ada).post(TOKENS, WISH).content.decode()
    secret = page.split('<code class="secret">')[1].split("<")[0]
    token = ApiToken.objects.get(person=ada)
    assert secret not in str(vars(token))
    assert secret not in client.get(TOKENS).content.decode()
    bearer = api.bearer_of(secret=secret, now=clock.now())
    assert bearer is not None
    assert (bearer.person_id, bearer.scopes) == (ada.pk, frozenset({ApiScope.MISSIONS_READ}))
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_a_revoked_or_expired_token_opens_nothing(client: StrictClient, ada: Person) -> None:
    now = clock.now()
    token, secret = create_token(
        person_id=ada.pk, name="x", scopes=[ApiScope.MISSIONS_READ], lasts=timedelta(days=1), deed=deed_by(ada)
    )
    assert api.bearer_of(secret=secret, now=now + timedelta(days=2)) is None
    sign_in(client, ada).post(f"{TOKENS}{token.pk}/revoke/")
    assert api.bearer_of(secret=secret, now=now) is None


def test_a_token_of_a_suspended_person_opens_nothing(ada: Person) -> None:
    _, secret = create_token(
        person_id=ada.pk, name="x", scopes=[ApiScope.MISSIONS_READ], lasts=timedelta(days=1), deed=deed_by(ada)
    )
    suspend_person(person_id=ada.pk, deed=deed_by(None))
    assert api.bearer_of(secret=secret, now=clock.now()) is None


@pytest.mark.parametrize("secret", ["", "x", "\x00", "\udcff", "entraide_api_" + "x" * 10_000])
@pytest.mark.usefixtures("db")
def test_what_is_no_token_opens_nothing(secret: str) -> None:
    assert api.bearer_of(secret=secret, now=clock.now()) is None


def test_nobody_revokes_the_token_of_another(client: StrictClient, ada: Person, manager: Person) -> None:
    token, secret = create_token(
        person_id=ada.pk, name="x", scopes=[ApiScope.MISSIONS_READ], lasts=timedelta(days=1), deed=deed_by(ada)
    )
    sign_in(client, manager).post(f"{TOKENS}{token.pk}/revoke/")
    assert api.bearer_of(secret=secret, now=clock.now()) is not None


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"name": "a\x00"}, {"name": "x" * 10_000}, {"scopes": ["all"]}, {"scopes": []}, {"days": "9999"}],
)
def test_a_bad_wish_makes_no_token(client: StrictClient, ada: Person, change: dict[str, object]) -> None:
    assert sign_in(client, ada).post(TOKENS, {**WISH, **change}).status_code == 400
    assert not ApiToken.objects.exists()


def test_a_token_asks_for_a_recent_sign_in(client: StrictClient, ada: Person) -> None:
    response = sign_in(client, ada, minutes_ago=45).post(TOKENS, WISH)
    assert response.status_code == 403
    assert "Sign in again" in response.content.decode()
    assert not ApiToken.objects.exists()


def test_there_is_an_end_to_tokens(client: StrictClient, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_actions, "MOST_PER_PERSON", 1)
    sign_in(client, ada).post(TOKENS, WISH)
    response = client.post(TOKENS, WISH)
    assert response.status_code == 400
    assert "Revoke one first" in response.content.decode()
