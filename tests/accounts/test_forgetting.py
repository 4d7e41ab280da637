"""What is past its time is forgotten every night; what is not, stays."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from entraide.accounts import tasks
from entraide.accounts.actions.invitations import invite_member
from entraide.accounts.actions.tokens import create_token
from entraide.accounts.models import ApiToken, Invitation, Organisation, Person
from entraide.accounts.rules import Role
from entraide.foundation import clock
from tests.accounts.conftest import code_sent_to, deed_by, sign_in
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db


def test_ended_sessions_are_forgotten(client: StrictClient, ada: Person) -> None:
    sign_in(client, ada)
    session = client.session
    session.set_expiry(-1)
    session.save()
    tasks.forget_sessions(0)
    assert not Session.objects.exists()


def test_what_is_known_of_a_session_goes_with_it_and_others_stay(ada: Person) -> None:
    here, ended = StrictClient(), StrictClient()
    for client in (here, ended):
        client.post("/en/account/login/", {"email": ada.email})
        client.post("/en/account/login/code/confirm/", {"code": code_sent_to(ada.email)})
    Session.objects.filter(session_key=ended.session.session_key).update(expire_date=clock.now())
    tasks.forget_sessions(0)
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [here.session.session_key]
    assert here.get("/en/me/profile/").status_code == 200


def test_invitations_and_tokens_are_forgotten_long_after_they_ended(
    ada: Person, submitted_organisation: Organisation
) -> None:
    now = clock.now()
    for name, ends_at in (("old", now - timedelta(days=91)), ("ended", now - timedelta(days=29)), ("open", now)):
        create_token(person_id=ada.pk, name=name, scopes=[], lasts=timedelta(days=1), deed=deed_by(ada))
        ApiToken.objects.filter(name=name).update(expires_at=ends_at)
        invite_member(
            organisation_id=submitted_organisation.pk,
            email=f"{name}@example.org",
            role=Role.ORGANISATION_MEMBER,
            language="en",
            deed=deed_by(ada),
        )
        Invitation.objects.filter(email=f"{name}@example.org").update(expires_at=ends_at)
    tasks.forget_ended(0)
    assert set(ApiToken.objects.values_list("name", flat=True)) == {"ended", "open"}
    assert set(Invitation.objects.values_list("email", flat=True)) == {"ended@example.org", "open@example.org"}


def test_a_revoked_token_is_forgotten_however_long_it_would_have_counted(ada: Person) -> None:
    token, _ = create_token(person_id=ada.pk, name="x", scopes=[], lasts=timedelta(days=365), deed=deed_by(ada))
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=clock.now() - timedelta(days=91))
    tasks.forget_ended(0)
    assert not ApiToken.objects.exists()
