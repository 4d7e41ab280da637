"""Registering, editing and checking organisations; inviting, accepting and removing their people."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from entraide.accounts import api
from entraide.accounts.actions.invitations import NotOpen, accept_invitation, invite_member
from entraide.accounts.actions.organisations import edit_organisation, register_organisation, take_step, take_steps
from entraide.accounts.models import Grant, Invitation, Organisation, Person
from entraide.accounts.rules import OrganisationState, OrganisationStep, RefusedStep, Role
from entraide.foundation import clock
from entraide.journal.models import Entry
from entraide.territories.models import Departement
from tests.accounts.conftest import (
    MakePerson,
    code_sent_to,
    deed_by,
    details,
    grant_of,
    is_signed_in,
    letters_to,
    sign_in,
)
from tests.letters import WaitingLetter
from tests.strict_client import StrictClient

REGISTER, QUEUE, FIND = (
    "/en/organisation/register/",
    "/en/moderation/organisations/",
    "/en/moderation/organisations/find/",
)
FORM = {
    "name": "Les Paniers du Rhin",
    "legal_form": "association",
    "siret": "732 829 320 00074",
    "commune": "67000",
    "description": "Brings food to people who live alone.",
    "contact_email": "paniers@example.org",
    "contact_phone": "03 88 00 00 00",
    "website": "paniers.example.org",
}
VALIDATE = api.Step(step=OrganisationStep.VALIDATE, actor=api.Actor.OPERATOR)


def page_of(organisation: Organisation, rest: str = "details/") -> str:
    """Return the address of one of an organisation's pages."""
    return f"/en/organisation/{organisation.pk}/{rest}"


@pytest.mark.django_db
def test_a_complete_organisation_is_submitted_and_its_founder_manages_it(
    client: StrictClient, ada: Person, bas_rhin: Departement
) -> None:
    response = sign_in(client, ada).post(REGISTER, FORM)
    organisation = Organisation.objects.get()
    assert response["Location"] == page_of(organisation)
    assert (organisation.siret, organisation.siren) == ("73282932000074", "732829320")
    assert (organisation.commune, organisation.departement) == ("67482", "67")
    assert organisation.state == OrganisationState.SUBMITTED
    assert organisation.website == "https://paniers.example.org"
    assert grant_of(ada)
    page = client.get(page_of(organisation)).content.decode()
    assert "Manager · Les Paniers du Rhin" in page
    assert "Waiting for a check" in page


@pytest.mark.django_db
def test_an_incomplete_organisation_stays_a_draft_that_says_what_is_missing(
    client: StrictClient, ada: Person, bas_rhin: Departement
) -> None:
    sign_in(client, ada).post(REGISTER, {"name": "Les Paniers", "legal_form": "association"})
    organisation = Organisation.objects.get()
    assert organisation.state == OrganisationState.DRAFT
    page = client.get(page_of(organisation)).content.decode()
    assert "SIREN, SIRET or RNA" in page
    refused = client.post(page_of(organisation, "step/"), {"step": "submit"})
    organisation.refresh_from_db()
    assert refused.status_code == 400
    assert organisation.state == OrganisationState.DRAFT
    assert client.post(page_of(organisation), FORM).status_code == 302
    organisation.refresh_from_db()
    assert organisation.state == OrganisationState.SUBMITTED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x" * 10_000}, "name"),
        ({"legal_form": "cult"}, "legal_form"),
        ({"siret": "73282932000075"}, "siret"),
        ({"siren": "732829321"}, "siren"),
        ({"siren": "552081317"}, "siren"),
        ({"rna": "751234567"}, "rna"),
        ({"commune": "Nowhere-les-Bains"}, "commune"),
        ({"commune": "\x00"}, "commune"),
        ({"commune": "x" * 10_000}, "commune"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"contact_email": "paniers"}, "contact_email"),
        ({"contact_phone": "call us"}, "contact_phone"),
        ({"description": "x" * 6_000}, "description"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_written(
    client: StrictClient, ada: Person, bas_rhin: Departement, change: dict[str, str], field: str
) -> None:
    response = sign_in(client, ada).post(REGISTER, {**FORM, **change})
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_another_identity_is_checked_again(validated_organisation: Organisation, manager: Person) -> None:
    same = edit_organisation(
        organisation_id=validated_organisation.pk, details=details(description="More"), deed=deed_by(manager)
    )
    assert same.state == OrganisationState.VALIDATED
    other = edit_organisation(
        organisation_id=validated_organisation.pk, details=details(name="Another name"), deed=deed_by(manager)
    )
    assert (other.state, other.verification_level) == (OrganisationState.SUBMITTED, 0)


@pytest.mark.django_db
def test_the_referent_of_the_territory_validates(
    client: StrictClient, submitted_organisation: Organisation, referent: Person, manager: Person
) -> None:
    sign_in(client, referent)
    assert "Les Paniers du Rhin" in client.get(QUEUE).content.decode()
    client.post(page_of(submitted_organisation, "step/"), {"step": "validate", "level": "2"})
    submitted_organisation.refresh_from_db()
    assert (submitted_organisation.state, submitted_organisation.verification_level) == ("validated", 2)
    assert submitted_organisation.verified_by == referent.pk
    assert "was validated" in letters_to(manager.email)[-1].subject
    entry = Entry.objects.get(verb="validate_organisation")
    assert (entry.actor, entry.role, entry.detail) == (
        referent.pk,
        "referent",
        {"from": "submitted", "to": "validated"},
    )


@pytest.mark.django_db
def test_asking_for_more_needs_a_reason_that_the_organisation_reads(
    client: StrictClient, submitted_organisation: Organisation, referent: Person, manager: Person
) -> None:
    sign_in(client, referent)
    step = page_of(submitted_organisation, "step/")
    assert client.post(step, {"step": "ask_more", "reason": " "}).status_code == 400
    assert client.post(step, {"step": "ask_more", "reason": "Send the statutes."}).status_code == 302
    assert "Send the statutes." in letters_to(manager.email)[-1].text
    theirs = sign_in(StrictClient(), manager)
    assert "Send the statutes." in theirs.get(page_of(submitted_organisation)).content.decode()
    theirs.post(step, {"step": "submit"})
    submitted_organisation.refresh_from_db()
    assert (submitted_organisation.state, submitted_organisation.state_reason) == ("submitted", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values", [{"step": "flag", "reason": "x"}, {"step": "x\x00"}, {}, {"step": "validate", "level": "9"}]
)
def test_a_step_that_is_not_open_is_refused(
    client: StrictClient, submitted_organisation: Organisation, referent: Person, values: dict[str, str]
) -> None:
    assert sign_in(client, referent).post(page_of(submitted_organisation, "step/"), values).status_code == 400
    submitted_organisation.refresh_from_db()
    assert submitted_organisation.state == "submitted"


@pytest.mark.django_db
def test_a_referent_of_another_territory_has_no_say(
    client: StrictClient, submitted_organisation: Organisation, make_person: MakePerson
) -> None:
    other = make_person("other@example.org")
    api.grant_role(
        person_id=other.pk,
        role=Role.REFERENT,
        scope=api.Scope(kind=api.ScopeKind.DEPARTEMENT, id="68"),
        deed=deed_by(None),
    )
    sign_in(client, other)
    assert "Les Paniers" not in client.get(QUEUE).content.decode()
    assert "Les Paniers" not in client.get(FIND, {"q": "paniers"}).content.decode()
    assert client.get(page_of(submitted_organisation)).status_code == 403
    assert client.post(page_of(submitted_organisation, "step/"), {"step": "validate"}).status_code == 403
    tick = {"organisations": str(submitted_organisation.pk), "step": "validate"}
    assert client.post(QUEUE, tick).status_code == 400
    submitted_organisation.refresh_from_db()
    assert submitted_organisation.state == "submitted"


@pytest.mark.django_db
def test_a_volunteer_sees_no_queue(client: StrictClient, ada: Person, submitted_organisation: Organisation) -> None:
    sign_in(client, ada)
    for path in (QUEUE, FIND, page_of(submitted_organisation), page_of(submitted_organisation, "members/")):
        assert client.get(path).status_code == 403
    assert client.get(f"/en/organisation/{uuid4()}/details/").status_code == 404


@pytest.mark.django_db
def test_several_are_decided_at_once(
    client: StrictClient, referent: Person, manager: Person, bas_rhin: Departement
) -> None:
    rows = [
        register_organisation(details=details(name=name), person_id=manager.pk, now=clock.now())
        for name in ("One", "Two", "Three")
    ]
    ticked = [str(row.pk) for row in rows[:2]]
    response = sign_in(client, referent).post(QUEUE, {"organisations": ticked, "step": "validate", "level": "1"})
    assert response.status_code == 302
    states = dict(Organisation.objects.values_list("name", "state"))
    assert states == {"One": "validated", "Two": "validated", "Three": "submitted"}
    assert client.post(QUEUE, {"step": "validate"}).status_code == 400


@pytest.mark.django_db
def test_one_refusal_does_not_hold_the_others_up(
    validated_organisation: Organisation, manager: Person, operator: Person
) -> None:
    waiting = register_organisation(details=details(name="Waits"), person_id=manager.pk, now=clock.now())
    unknown = uuid4()
    outcomes = take_steps(
        organisation_ids=[validated_organisation.pk, waiting.pk, unknown], step=VALIDATE, deed=deed_by(operator)
    )
    assert outcomes == {
        validated_organisation.pk: "refused:state",
        waiting.pk: "validated",
        unknown: "refused:unknown",
    }


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_are_one(submitted_organisation: Organisation, operator: Person) -> None:
    def decide(_: int) -> str:
        try:
            return take_step(organisation_id=submitted_organisation.pk, step=VALIDATE, deed=deed_by(operator))
        except RefusedStep as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(decide, range(6))) == ["state"] * 5 + ["validated"]
    assert Entry.objects.filter(verb="validate_organisation").count() == 1


@pytest.mark.django_db
def test_deregistering_ends_the_roles_of_its_people(
    client: StrictClient, validated_organisation: Organisation, manager: Person
) -> None:
    sign_in(client, manager)
    client.post(page_of(validated_organisation, "step/"), {"step": "deregister"})
    assert client.get(page_of(validated_organisation)).status_code == 403
    assert not Grant.objects.of_organisation(validated_organisation.pk).filter(revoked_at=None).exists()
    assert "deregistered" in letters_to(manager.email)[-1].subject


@pytest.mark.django_db
def test_moderators_see_others_with_the_same_number(
    client: StrictClient, submitted_organisation: Organisation, referent: Person, ada: Person
) -> None:
    register_organisation(details=details(name="Impostors"), person_id=ada.pk, now=clock.now())
    assert "Impostors" in sign_in(client, referent).get(page_of(submitted_organisation)).content.decode()


def link_in(letter: WaitingLetter) -> str:
    """Return the path of the invitation in a mail."""
    found = re.search(r"(/en/invitation/\S+/)", letter.text)
    assert found
    return found.group()


@pytest.mark.django_db
def test_someone_new_is_invited_signs_in_and_accepts(
    client: StrictClient, validated_organisation: Organisation, manager: Person
) -> None:
    invited = "bob@example.org"
    sent = sign_in(client, manager).post(
        page_of(validated_organisation, "members/"),
        {"email": "Bob@Example.org", "role": "organisation_member", "key": str(uuid4())},
    )
    assert sent.status_code == 302
    link = link_in(letters_to(invited)[-1])
    bob = StrictClient()
    assert "Les Paniers du Rhin invites you" in bob.get(link).content.decode()
    to_sign_in = bob.post(link)["Location"]
    assert to_sign_in.startswith("/en/account/login/?next=")
    assert not Grant.objects.filter(person__email=invited).exists()
    asked = bob.post(to_sign_in, {"email": invited, "next": link})
    landed = bob.post(asked["Location"], {"code": code_sent_to(invited), "next": link})
    assert landed["Location"] == link
    assert is_signed_in(bob)
    assert bob.post(link)["Location"] == page_of(validated_organisation)
    assert "Member · Les Paniers du Rhin" in bob.get(page_of(validated_organisation)).content.decode()
    assert bob.get(link).status_code == 404
    assert bob.post(page_of(validated_organisation), FORM).status_code == 403


@pytest.fixture
def open_link(validated_organisation: Organisation, manager: Person) -> str:
    """The path of an open invitation to ada@example.org."""
    invite_member(
        organisation_id=validated_organisation.pk,
        email="ada@example.org",
        role=Role.ORGANISATION_MANAGER,
        language="en",
        deed=deed_by(manager),
    )
    return link_in(letters_to("ada@example.org")[-1])


@pytest.mark.django_db
def test_the_token_is_in_the_mail_alone(open_link: str) -> None:
    token = open_link.split("/")[3]
    assert token not in str(Invitation.objects.values())
    assert token not in str(list(Entry.objects.values()))


@pytest.mark.django_db
def test_an_invitation_is_accepted_with_its_own_address_alone(
    client: StrictClient, open_link: str, make_person: MakePerson
) -> None:
    thief = make_person("thief@example.org")
    assert sign_in(client, thief).post(open_link).status_code == 403
    assert not Grant.objects.filter(person=thief).exists()


@pytest.mark.django_db
def test_an_invitation_that_was_taken_back_is_closed(
    client: StrictClient, open_link: str, validated_organisation: Organisation, manager: Person, ada: Person
) -> None:
    invitation = Invitation.objects.get()
    sign_in(client, manager).post(page_of(validated_organisation, f"invitations/{invitation.pk}/withdraw/"))
    assert sign_in(StrictClient(), ada).post(open_link).status_code == 404


@pytest.mark.django_db
def test_an_invitation_ends_after_14_days(client: StrictClient, open_link: str, ada: Person) -> None:
    Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert sign_in(client, ada).post(open_link).status_code == 404


@pytest.mark.django_db
def test_a_new_invitation_closes_the_one_before(
    client: StrictClient, open_link: str, validated_organisation: Organisation, manager: Person, ada: Person
) -> None:
    invite_member(
        organisation_id=validated_organisation.pk,
        email=ada.email,
        role=Role.ORGANISATION_MEMBER,
        language="en",
        deed=deed_by(manager),
    )
    assert sign_in(client, ada).post(open_link).status_code == 404
    assert client.post(link_in(letters_to(ada.email)[-1])).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "%00", "%ff%fe", "a" * 5_000, "entraide_inv_" + "A" * 43])
def test_what_is_no_invitation_is_closed(client: StrictClient, token: str) -> None:
    assert client.get(f"/en/invitation/{token}/").status_code == 404
    assert client.post(f"/en/invitation/{token}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"email": "x", "role": "organisation_member"},
        {"email": "a\x00@b.org", "role": "organisation_member"},
        {"email": "bob@example.org", "role": "operator"},
        {"email": "bob@example.org"},
        {},
    ],
)
def test_a_bad_invitation_is_not_sent(
    client: StrictClient, validated_organisation: Organisation, manager: Person, values: dict[str, str]
) -> None:
    wish = {**values, "key": str(uuid4())}
    assert sign_in(client, manager).post(page_of(validated_organisation, "members/"), wish).status_code == 400
    assert not Invitation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_invitation_accepted_many_times_at_once_is_one_role(open_link: str, ada: Person) -> None:
    token = open_link.split("/")[3]

    def accept(_: int) -> UUID | None:
        try:
            return accept_invitation(token=token, person_id=ada.pk, deed=deed_by(ada)).pk
        except NotOpen:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        grants = list(pool.map(accept, range(12)))
    assert len([grant for grant in grants if grant]) == 1
    assert Grant.objects.filter(person=ada).count() == 1
    assert Entry.objects.filter(verb="accept_invitation").count() == 1


@pytest.mark.django_db
def test_members_leave_and_managers_remove_but_one_manager_stays(
    client: StrictClient, open_link: str, validated_organisation: Organisation, manager: Person, ada: Person
) -> None:
    sign_in(client, manager)
    mine = grant_of(manager)
    client.post(page_of(validated_organisation, f"members/{mine}/remove/"))
    assert Grant.objects.get(pk=mine).revoked_at is None
    sign_in(StrictClient(), ada).post(open_link)
    client.post(page_of(validated_organisation, f"members/{grant_of(ada)}/remove/"))
    assert not Grant.objects.filter(person=ada, revoked_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_managers_cannot_remove_each_other_at_once(
    open_link: str, manager: Person, ada: Person, validated_organisation: Organisation
) -> None:
    accept_invitation(token=open_link.split("/")[3], person_id=ada.pk, deed=deed_by(ada))
    both = [grant_of(manager), grant_of(ada)]

    def remove(grant_id: UUID) -> bool:
        try:
            api.revoke_role(grant_id=grant_id, deed=deed_by(None))
        except api.LastOne:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, both)) == [False, True]
    assert Grant.objects.of_organisation(validated_organisation.pk).filter(revoked_at=None).count() == 1


@pytest.mark.django_db
def test_a_member_removes_nobody(
    client: StrictClient, validated_organisation: Organisation, manager: Person, ada: Person
) -> None:
    scope = api.Scope(kind=api.ScopeKind.ORGANISATION, id=str(validated_organisation.pk))
    api.grant_role(person_id=ada.pk, role=Role.ORGANISATION_MEMBER, scope=scope, deed=deed_by(manager))
    sign_in(client, ada)
    assert client.post(page_of(validated_organisation, f"members/{grant_of(manager)}/remove/")).status_code == 403
    wish = {"email": "bob@example.org", "role": "organisation_member"}
    assert client.post(page_of(validated_organisation, "members/"), wish).status_code == 403
    assert client.post(page_of(validated_organisation, f"members/{uuid4()}/remove/")).status_code == 404
    assert client.get(page_of(validated_organisation, "members/")).status_code == 200


@pytest.mark.django_db
def test_the_queue_costs_the_same_queries_for_one_and_many(
    client: StrictClient,
    referent: Person,
    manager: Person,
    bas_rhin: Departement,
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    for number in range(12):
        register_organisation(details=details(name=f"Number {number}"), person_id=manager.pk, now=clock.now())
    sign_in(client, referent)
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert "Number 11" in client.get(QUEUE).content.decode()


@pytest.mark.django_db
def test_no_mail_about_a_step_that_failed(validated_organisation: Organisation) -> None:
    before = ProcrastinateJob.objects.count()
    with pytest.raises(RefusedStep):
        take_step(organisation_id=validated_organisation.pk, step=VALIDATE, deed=deed_by(None))
    assert ProcrastinateJob.objects.count() == before
