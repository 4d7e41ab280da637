"""Making, erasing and finding people; the operator's pages; what providers tell of mail."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from entraide.accounts import api, tasks
from entraide.accounts.actions.grants import grant_role
from entraide.accounts.models import Grant, Organisation, Person
from entraide.accounts.rules import Role, Scope, ScopeKind
from entraide.foundation import jobs
from entraide.journal.models import Entry
from tests.accounts.conftest import MakePerson, deed_by, grant_of, letters_to, sign_in
from tests.strict_client import StrictClient

PEOPLE = "/en/operator/people/"
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.mark.django_db
def test_a_person_is_made_once_per_address() -> None:
    first, is_new = api.create_person(email=" Ada@Example.ORG", profile=api.Profile(locale="en"), deed=deed_by(None))
    again, is_new_again = api.create_person(
        email="ada@example.org", profile=api.Profile(first_name="Other"), deed=deed_by(None)
    )
    assert (first, is_new, is_new_again) == (again, True, False)
    assert again.first_name == ""
    assert api.person_by_email(email="ADA@example.org") == first


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["", "ada", "a\x00@b.org", "x" * 300 + "@example.org"])
def test_what_is_no_address_makes_nobody(email: str) -> None:
    with pytest.raises(api.BadAddress):
        api.create_person(email=email, profile=api.Profile(), deed=deed_by(None))


@pytest.mark.django_db(transaction=True)
def test_requests_at_once_for_one_address_make_one_person() -> None:
    def make(_: int) -> object:
        try:
            return api.create_person(email="ada@example.org", profile=api.Profile(), deed=deed_by(None))[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(16)))) == 1
    assert Entry.objects.filter(verb="create_person").count() == 1


@pytest.mark.django_db
def test_erasing_leaves_an_id_and_nothing_else(
    client: StrictClient, operator: Person, manager: Person, validated_organisation: Organisation
) -> None:
    sign_in(client, manager)
    Authenticator.objects.create(user=manager, type=Authenticator.Type.WEBAUTHN, data={})
    api.erase_person(person_id=manager.pk, deed=deed_by(operator))
    manager.refresh_from_db()
    assert (manager.state, manager.is_active) == ("erased", False)
    assert (manager.first_name, manager.last_name, manager.phone) == ("", "", "")
    assert "manager@" not in str(Person.objects.filter(pk=manager.pk).values())
    assert not EmailAddress.objects.filter(email="manager@example.org").exists()
    assert not Authenticator.objects.filter(user=manager).exists()
    assert not Grant.objects.filter(person=manager, revoked_at=None).exists()
    assert client.get("/en/me/profile/").status_code == 302
    assert api.person_by_email(email="manager@example.org") is None
    before = Entry.objects.count()
    api.erase_person(person_id=manager.pk, deed=deed_by(operator))
    assert Entry.objects.count() == before


@pytest.mark.django_db
def test_the_address_of_an_erased_person_is_free_again(ada: Person) -> None:
    api.erase_person(person_id=ada.pk, deed=deed_by(ada))
    again, is_new = api.create_person(email="ada@example.org", profile=api.Profile(), deed=deed_by(None))
    assert is_new
    assert again.pk != ada.pk


@pytest.mark.django_db
def test_followers_are_told_in_the_same_transaction(ada: Person, settings: Settings) -> None:
    @jobs.task(name="tests.follow_person")
    def follow_person(*, thing_id: str, state: str) -> None: ...

    settings.FOLLOWERS = {"person": ("tests.follow_person",), "organisation": ()}
    api.erase_person(person_id=ada.pk, deed=deed_by(ada))
    job = ProcrastinateJob.objects.get(task_name="tests.follow_person")
    assert job.args == {"thing_id": str(ada.pk), "state": "erased"}


@pytest.mark.django_db
def test_grant_operator_makes_the_first_operator_and_changes_nothing_twice() -> None:
    call_command("grant-operator", "Op@Example.org")
    call_command("grant-operator", "op@example.org")
    person = Person.objects.get(email="op@example.org")
    grant = Grant.objects.get(person=person)
    assert (grant.role, grant.granted_by) == (Role.OPERATOR, None)
    assert Entry.objects.filter(verb="grant_role", role="command").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["nobody", "", "a\x00@b.org"])
def test_grant_operator_refuses_what_is_no_address(email: str) -> None:
    with pytest.raises(CommandError, match="not a mail address"):
        call_command("grant-operator", email)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", f"{NOBODY}/", f"{NOBODY}/erase/"])
def test_people_are_listed_to_operators_alone(client: StrictClient, referent: Person, path: str) -> None:
    assert sign_in(client, referent).get(PEOPLE + path).status_code == 403


@pytest.mark.django_db
def test_an_operator_finds_a_person_and_gives_them_a_role(
    client: StrictClient, operator: Person, referent: Person, ada: Person
) -> None:
    sign_in(client, operator)
    assert "ada@example.org" in client.get(PEOPLE, {"q": "mart"}).content.decode()
    response = client.post(f"{PEOPLE}{ada.pk}/", {"role": "referent", "region": "44"})
    assert response.status_code == 302
    grant = Grant.objects.get(person=ada)
    assert (grant.scope_kind, grant.scope_id, grant.granted_by) == ("region", "44", operator.pk)
    assert "Grand Est" in letters_to("ada@example.org")[-1].text
    acting = StrictClient()
    sign_in(acting, ada)
    assert acting.get("/en/moderation/organisations/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"role": "emperor"},
        {"role": "referent"},
        {"role": "referent", "departement": "999"},
        {"role": "referent", "departement": "67", "region": "44"},
        {"role": "organisation_manager", "organisation": "00000000-0000-7000-8000-000000000000"},
        {"role": "organisation_manager", "organisation": "x\x00"},
        {"role": "operator", "until": "2001-01-01"},
        {"role": "operator", "until": "99999-99-99"},
        {},
    ],
)
def test_a_bad_wish_gives_no_role(
    client: StrictClient, operator: Person, referent: Person, ada: Person, values: dict[str, str]
) -> None:
    assert sign_in(client, operator).post(f"{PEOPLE}{ada.pk}/", values).status_code == 400
    assert not Grant.objects.filter(person=ada).exists()


@pytest.mark.django_db
def test_an_operator_takes_a_role_back(client: StrictClient, operator: Person, referent: Person) -> None:
    grant = grant_of(referent)
    sign_in(client, operator).post(f"{PEOPLE}{referent.pk}/roles/{grant}/")
    assert not Grant.objects.filter(person=referent, revoked_at=None).exists()


@pytest.mark.django_db
def test_suspending_reinstating_and_erasing_ask_first(client: StrictClient, operator: Person, ada: Person) -> None:
    sign_in(client, operator)
    for deed, state in (("suspend", "suspended"), ("reinstate", "active"), ("erase", "erased")):
        page = f"{PEOPLE}{ada.pk}/{deed}/"
        before = Person.objects.get(pk=ada.pk).state
        assert client.get(page).status_code == 200
        assert Person.objects.get(pk=ada.pk).state == before
        client.post(page)
        assert Person.objects.get(pk=ada.pk).state == state


@pytest.mark.django_db
def test_operators_do_not_erase_themselves(client: StrictClient, operator: Person) -> None:
    sign_in(client, operator).post(f"{PEOPLE}{operator.pk}/erase/")
    operator.refresh_from_db()
    assert operator.state == "active"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", [{"q": "\x00"}, {"q": "x" * 10_000}, {"q": "%_\\"}, {"after": "x"}, {"after": "\x00"}]
)
def test_garbage_in_a_search_breaks_nothing(client: StrictClient, operator: Person, query: dict[str, str]) -> None:
    assert sign_in(client, operator).get(PEOPLE, query).status_code in (200, 302, 400)
    assert client.get("/en/moderation/organisations/find/", query).status_code in (200, 302, 400)


@pytest.mark.django_db
def test_lists_of_people_are_paged(client: StrictClient, operator: Person, make_person: MakePerson) -> None:
    for number in range(51):
        make_person(f"volunteer-{number}@example.org")
    page = sign_in(client, operator).get(PEOPLE).content.decode()
    after = page.split("?after=")[1].split('"')[0]
    rest = client.get(f"{PEOPLE}?after={after}").content.decode()
    assert "volunteer-0@" not in page
    assert "volunteer-0@" in rest


@pytest.mark.django_db
def test_a_refused_address_is_noted(ada: Person) -> None:
    tasks.note_bounce(address="Ada@example.org", reason="550 5.1.1 no such\x00 user" + "x" * 999)
    ada.refresh_from_db()
    assert ada.mail_state == "bounced"
    assert ada.mail_refusal.startswith("550 5.1.1 no such user")
    tasks.note_bounce(address="nobody@example.org", reason="x")


POSTMARK_BOUNCE = {
    "RecordType": "Bounce",
    "ID": 42,
    "Type": "HardBounce",
    "TypeCode": 1,
    "MessageID": "2706ee8a",
    "Email": "ada@example.org",
    "BouncedAt": "2026-04-15T08:30:00Z",
    "Description": "The server was unable to deliver your message",
}


def report(settings: Settings, body: bytes, *, user: str) -> int:
    """Send what a provider reports to the address that it calls; return the status."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": "entraide:secret"}
    settings.ROOT_URLCONF = "tests.accounts.hook_urls"
    credentials = base64.b64encode(user.encode()).decode()
    return (
        StrictClient()
        .post("/hooks/mail/", body, content_type="application/json", headers={"Authorization": f"Basic {credentials}"})
        .status_code
    )


@pytest.mark.django_db
def test_a_provider_that_signs_its_report_is_heard(ada: Person, settings: Settings) -> None:
    assert report(settings, json.dumps(POSTMARK_BOUNCE).encode(), user="entraide:secret") == 200
    job = ProcrastinateJob.objects.get(task_name="accounts.record_bounce")
    assert job.args["address"] == "ada@example.org"


@pytest.mark.django_db
def test_an_unsigned_report_is_refused(ada: Person, settings: Settings) -> None:
    assert report(settings, json.dumps(POSTMARK_BOUNCE).encode(), user="entraide:guess") == 400
    assert not ProcrastinateJob.objects.filter(task_name="accounts.record_bounce").exists()


@pytest.mark.django_db
def test_without_a_secret_the_address_of_reports_does_not_exist() -> None:
    assert StrictClient().post("/hooks/mail/").status_code == 404


@pytest.mark.django_db
def test_an_unknown_scope_is_refused(ada: Person) -> None:
    with pytest.raises(api.UnknownScope):
        grant_role(
            person_id=ada.pk,
            role=Role.ORGANISATION_MEMBER,
            scope=Scope(kind=ScopeKind.ORGANISATION, id=str(uuid4())),
            deed=deed_by(None),
        )


@pytest.mark.django_db
def test_no_address_is_indexed_for_look_ups_that_nobody_makes() -> None:
    """Each index of all addresses is written into at random for every new person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%(email varchar_pattern_ops)%'")
        assert cursor.fetchall() == []
