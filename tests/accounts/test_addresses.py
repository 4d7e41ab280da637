"""Changing the address that one signs in with: what counts, and for whom."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from entraide.accounts import api
from entraide.accounts.actions import addresses
from entraide.accounts.actions.people import Deed, erase_person, record_bounce, suspend_person
from entraide.accounts.actions.tokens import create_token
from entraide.accounts.models import AddressChange, Person
from entraide.accounts.rules import ApiScope, MailState
from entraide.foundation import clock
from entraide.journal.models import Entry
from tests.accounts.conftest import MakePerson, code_sent_to, deed_by, is_signed_in, letters_to, sign_in
from tests.accounts.moving import ADDRESS, CODE, KEYS, NEW, PROFILE, ask, change_address
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db


def test_the_code_in_the_new_mailbox_changes_the_address(client: StrictClient, ada: Person) -> None:
    record_bounce(address=ada.email, reason="550")
    sign_in(client, ada)
    assert ask(client, " Ada.King@Example.org") == 302
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    assert client.post(CODE, {"code": code_sent_to(NEW)})["Location"] == PROFILE
    ada.refresh_from_db()
    assert (ada.email, ada.mail_state, ada.mail_refusal) == (NEW, MailState.OK, "")
    assert NEW in client.get(PROFILE).content.decode()
    entry = Entry.objects.get(verb="change_address")
    assert (entry.actor, entry.thing_id) == (ada.pk, str(ada.pk))
    assert "example.org" not in str(entry.detail)


def test_signing_in_goes_by_the_new_address_alone(client: StrictClient, ada: Person) -> None:
    change_address(sign_in(client, ada))
    other = StrictClient()
    other.post("/en/account/login/", {"email": "ada@example.org"})
    assert letters_to("ada@example.org")[-1].subject == "Nobody has signed up with this address yet"
    other = StrictClient()
    other.post("/en/account/login/", {"email": NEW})
    other.post("/en/account/login/code/confirm/", {"code": code_sent_to(NEW)})
    assert is_signed_in(other)


def test_a_code_that_lies_in_the_former_mailbox_counts_no_more(client: StrictClient, ada: Person) -> None:
    thief = StrictClient()
    thief.post("/en/account/login/", {"email": ada.email})
    code = code_sent_to(ada.email)
    change_address(sign_in(client, ada))
    assert thief.post("/en/account/login/code/confirm/", {"code": code}).status_code == 302
    assert not is_signed_in(thief)


def test_only_the_session_that_changed_it_stays(ada: Person) -> None:
    here, elsewhere = sign_in(StrictClient(), ada), sign_in(StrictClient(), ada)
    change_address(here)
    assert here.get(PROFILE).status_code == 200
    assert elsewhere.get(PROFILE).status_code == 302


def test_tokens_outlive_a_change_and_end_with_its_undoing(client: StrictClient, ada: Person) -> None:
    _, secret = create_token(
        person_id=ada.pk, name="x", scopes=[ApiScope.MISSIONS_READ], lasts=timedelta(days=1), deed=deed_by(ada)
    )
    link = change_address(sign_in(client, ada))
    assert api.bearer_of(secret=secret, now=clock.now())
    StrictClient().post(link)
    assert api.bearer_of(secret=secret, now=clock.now()) is None


def test_an_address_in_use_is_answered_alike(client: StrictClient, ada: Person, manager: Person) -> None:
    sign_in(client, ada)
    free: list[object] = []
    taken: list[object] = []
    for address, key, seen in ((NEW, KEYS[0], free), (manager.email, KEYS[1], taken)):
        answer = client.post(ADDRESS, {"email": address, "key": key})
        page = client.get(CODE).content.decode().replace(address, "")
        wrong = client.post(CODE, {"code": "0000-0000"})
        seen += [answer.status_code, answer["Location"], re.sub(r'value="\w{64}"', "", page), wrong.status_code]
    assert free == taken
    (told,) = letters_to(manager.email)
    assert told.subject == "This address has an account already"
    assert not re.search(r"\d{4}-\d{4}", told.text)


def test_of_two_who_want_one_address_the_first_to_type_the_code_gets_it(ada: Person, manager: Person) -> None:
    first, second = sign_in(StrictClient(), ada), sign_in(StrictClient(), manager)
    ask(first)
    code_of_first = code_sent_to(NEW)
    ask(second)
    code_of_second = code_sent_to(NEW)
    assert second.post(CODE, {"code": code_of_second})["Location"] == PROFILE
    assert first.post(CODE, {"code": code_of_first})["Location"] == ADDRESS
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    assert "Somebody else has taken this address since." in first.get(ADDRESS).content.decode()
    assert first.get(PROFILE).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_who_type_the_code_of_one_address_at_once_one_gets_it(make_person: MakePerson) -> None:
    codes = {}
    for number in range(6):
        person = make_person(f"person{number}@example.org")
        addresses.ask_for_address(person_id=person.pk, email=NEW, language="en", deed=deed_by(person))
        codes[person.pk] = code_sent_to(NEW)
    barrier = threading.Barrier(len(codes))

    def confirm(person_id: UUID) -> str:
        try:
            change = addresses.waiting_change(person_id=person_id, now=clock.now())
            barrier.wait(timeout=30)
            addresses.confirm_address(change=change, code=codes[person_id], deed=Deed(actor=person_id, now=clock.now()))
        except addresses.AddressTaken:
            return "taken"
        finally:
            connection.close()
        return "changed"

    with ThreadPoolExecutor(len(codes)) as threads:
        outcomes = list(threads.map(confirm, codes))
    assert sorted(outcomes) == ["changed", *["taken"] * 5]
    assert EmailAddress.objects.filter(email=NEW).count() == 1
    assert AddressChange.objects.exclude(done_at=None).count() == 1


def test_a_code_that_comes_twice_asks_for_nothing_more(client: StrictClient, ada: Person) -> None:
    change_address(sign_in(client, ada))
    assert client.post(CODE, {"code": "1234-5678"})["Location"] == PROFILE
    assert AddressChange.objects.count() == 1


def test_who_signs_up_with_the_address_meanwhile_keeps_it(
    client: StrictClient, ada: Person, make_person: MakePerson
) -> None:
    ask(sign_in(client, ada))
    newcomer = make_person(NEW)
    assert client.post(CODE, {"code": code_sent_to(NEW)})["Location"] == ADDRESS
    assert Person.objects.get(email=NEW) == newcomer


@pytest.mark.parametrize("code", ["", "x", "0000-0000", "\x00", "9" * 10_000, "٠" * 8])
def test_a_wrong_code_changes_nothing(client: StrictClient, ada: Person, code: str) -> None:
    ask(sign_in(client, ada))
    assert client.post(CODE, {"code": code}).status_code == 400
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


def test_codes_are_not_guessed(client: StrictClient, ada: Person) -> None:
    ask(sign_in(client, ada))
    for _ in range(5):
        assert client.post(CODE, {"code": "0000-0000"}).status_code == 400
    # Not even the right one counts after that.
    assert client.post(CODE, {"code": code_sent_to(NEW)})["Location"] == ADDRESS
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


def test_a_code_counts_for_a_while_and_for_the_last_wish(client: StrictClient, ada: Person) -> None:
    ask(sign_in(client, ada))
    first = code_sent_to(NEW)
    ask(client, "other@example.org", key=KEYS[1])
    assert client.post(CODE, {"code": first}).status_code == 400
    AddressChange.objects.update(code_ends_at=clock.now())
    assert client.post(CODE, {"code": code_sent_to("other@example.org")})["Location"] == ADDRESS


def test_a_code_is_no_use_to_another_person(ada: Person, manager: Person) -> None:
    ask(sign_in(StrictClient(), ada))
    other = sign_in(StrictClient(), manager)
    assert other.post(CODE, {"code": code_sent_to(NEW)})["Location"] == ADDRESS
    assert not Person.objects.filter(email=NEW).exists()


def test_a_second_click_sends_one_code(client: StrictClient, ada: Person) -> None:
    sign_in(client, ada)
    assert [ask(client), ask(client)] == [302, 302]
    assert len(letters_to(NEW)) == 1


def test_one_person_makes_us_write_to_ten_addresses_an_hour_at_most(client: StrictClient, ada: Person) -> None:
    sign_in(client, ada)
    asked = [ask(client, f"a{number}@example.org", key=key) for number, key in enumerate([*KEYS, KEYS[0]])]
    assert asked == [302] * 10 + [429]


@pytest.mark.parametrize("email", ["ada@example.org", "ADA@example.org", "x", "", "a\x00@example.org", "a" * 400])
def test_what_is_no_new_address_is_refused(client: StrictClient, ada: Person, email: str) -> None:
    assert ask(sign_in(client, ada), email) == 400
    assert not AddressChange.objects.exists()


def test_it_asks_for_a_recent_sign_in(client: StrictClient, ada: Person) -> None:
    sign_in(client, ada, minutes_ago=45)
    assert ask(client) == 403
    assert client.post(CODE, {"code": "1"}).status_code == 403


def test_the_suspended_change_no_address(ada: Person) -> None:
    deed = deed_by(ada)
    addresses.ask_for_address(person_id=ada.pk, email=NEW, language="en", deed=deed)
    change = addresses.waiting_change(person_id=ada.pk, now=deed.now)
    suspend_person(person_id=ada.pk, deed=deed_by(None))
    with pytest.raises(addresses.NoChange):
        addresses.confirm_address(change=change, code=code_sent_to(NEW), deed=deed)
    with pytest.raises(api.NotActive):
        addresses.ask_for_address(person_id=ada.pk, email=NEW, language="en", deed=deed)


def test_erasing_forgets_former_addresses_and_their_links(client: StrictClient, ada: Person) -> None:
    link = change_address(sign_in(client, ada))
    ask(client, "third@example.org", key=KEYS[1])
    erase_person(person_id=ada.pk, deed=deed_by(ada))
    assert not AddressChange.objects.exists()
    for address in ("ada@example.org", NEW):
        assert letters_to(address) == []
    assert StrictClient().post(link).status_code == 410


def test_erasing_leaves_the_mail_of_whoever_has_the_former_address_now(
    client: StrictClient, ada: Person, make_person: MakePerson
) -> None:
    change_address(sign_in(client, ada))
    make_person("ada@example.org")
    waiting = len(letters_to("ada@example.org"))
    erase_person(person_id=ada.pk, deed=deed_by(ada))
    assert len(letters_to("ada@example.org")) == waiting > 0


def test_addresses_are_forgotten_when_nothing_brings_them_back(
    ada: Person, manager: Person, operator: Person, referent: Person
) -> None:
    now = clock.now()
    for person, address in ((ada, NEW), (manager, "m@example.org"), (operator, "o@example.org")):
        addresses.ask_for_address(person_id=person.pk, email=address, language="en", deed=deed_by(person, now=now))
    for person, address in ((ada, NEW), (manager, "m@example.org")):
        change = addresses.waiting_change(person_id=person.pk, now=now)
        addresses.confirm_address(change=change, code=code_sent_to(address), deed=deed_by(person, now=now))
    AddressChange.objects.filter(person=manager).update(undo_ends_at=now + timedelta(days=30))
    later = now + timedelta(days=8)
    addresses.ask_for_address(
        person_id=referent.pk, email="r@example.org", language="en", deed=deed_by(referent, now=later)
    )
    assert addresses.forget_past_changes(now=later) == 2
    assert set(AddressChange.objects.values_list("person", flat=True)) == {manager.pk, referent.pk}
