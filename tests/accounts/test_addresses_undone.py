"""Taking an account back from the former mailbox, after its address was changed."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from entraide.accounts.actions.people import suspend_person
from entraide.accounts.models import AddressChange, Person
from entraide.accounts.rules import PersonState
from entraide.foundation import clock
from tests.accounts.conftest import MakePerson, deed_by, sign_in
from tests.accounts.moving import KEYS, NEW, PROFILE, change_address
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db


def test_opening_the_link_undoes_nothing_and_its_button_gives_the_account_back(ada: Person) -> None:
    thief = sign_in(StrictClient(), ada)
    link = change_address(thief)
    Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data={"name": "the thief's"})
    owner = StrictClient()
    page = owner.get(link)
    assert (page.status_code, page["Cache-Control"]) == (200, "private, no-store, no-transform")
    ada.refresh_from_db()
    assert ada.email == NEW
    assert owner.post(link)["Location"] == "/en/account/login/"
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    assert thief.get(PROFILE).status_code == 302
    assert not Authenticator.objects.filter(user=ada).exists()
    assert list(EmailAddress.objects.filter(user=ada).values_list("email", "verified")) == [("ada@example.org", True)]
    assert owner.post(link).status_code == 410


def test_the_first_link_undoes_later_changes_too(client: StrictClient, ada: Person) -> None:
    first = change_address(sign_in(client, ada))
    second = change_address(client, "third@example.org", key=KEYS[1])
    assert StrictClient().post(first).status_code == 302
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    assert StrictClient().post(second).status_code == 410


def test_undoing_a_later_change_leaves_the_first_link(client: StrictClient, ada: Person) -> None:
    first = change_address(sign_in(client, ada))
    second = change_address(client, "third@example.org", key=KEYS[1])
    StrictClient().post(second)
    ada.refresh_from_db()
    assert ada.email == NEW
    StrictClient().post(first)
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


def test_a_former_address_that_another_has_now_closes_the_account_until_it_is_decided(
    client: StrictClient, ada: Person, make_person: MakePerson
) -> None:
    link = change_address(sign_in(client, ada))
    newcomer = make_person("ada@example.org")
    assert StrictClient().post(link).status_code == 409
    ada.refresh_from_db()
    assert (ada.email, ada.state) == (NEW, PersonState.SUSPENDED)
    assert client.get(PROFILE).status_code == 302
    assert Person.objects.get(email="ada@example.org") == newcomer
    assert StrictClient().post(link).status_code == 410


def test_a_link_counts_for_a_week(client: StrictClient, ada: Person) -> None:
    link = change_address(sign_in(client, ada))
    AddressChange.objects.update(undo_ends_at=clock.now())
    assert StrictClient().get(link).status_code == 410
    assert StrictClient().post(link).status_code == 410


def test_the_suspended_get_their_address_back_and_stay_suspended(client: StrictClient, ada: Person) -> None:
    link = change_address(sign_in(client, ada))
    suspend_person(person_id=ada.pk, deed=deed_by(None))
    assert StrictClient().post(link).status_code == 302
    ada.refresh_from_db()
    assert (ada.email, ada.state) == ("ada@example.org", PersonState.SUSPENDED)
