"""Coming in by the link of the first mail: it signs in once, opening it spends nothing, and a code does as well."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress

from entraide.accounts.actions.people import sign_out_everywhere, suspend_person
from entraide.accounts.arrivals import COUNTS_FOR, arrival_path
from entraide.accounts.models import Person
from entraide.foundation import clock
from tests.accounts.conftest import MakePerson, code_sent_to, deed_by, is_signed_in, sign_in
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
THEN = "/en/me/volunteer/place/"


@pytest.fixture
def link(ada: Person) -> str:
    """The link of Ada's first mail."""
    return arrival_path(person=ada, then=THEN)


def press(client: StrictClient, link: str) -> str:
    """Open the link, press its button, and return where the browser is led, or nothing."""
    page = client.get(link)
    if page.status_code != 200:
        return ""
    found = re.search(r'name="next" value="([^"]*)"', page.content.decode())
    assert found
    path, _, _ = link.partition("?")
    return str(client.post(path, {"next": found.group(1)}).headers.get("Location", ""))


def test_the_link_signs_in_and_goes_on_where_it_leads(client: StrictClient, ada: Person, link: str) -> None:
    assert link.startswith("/en/account/welcome/")
    assert press(client, link) == THEN
    assert is_signed_in(client)
    ada.refresh_from_db()
    assert ada.last_seen_at
    assert EmailAddress.objects.get(user=ada).verified
    # Signed in this way a moment ago, a person may add a passkey.
    assert client.get("/en/account/passkeys/add/").status_code == 200


def test_opening_the_link_spends_nothing(client: StrictClient, ada: Person, link: str) -> None:
    for method in (client.get, client.head, client.get):
        response = method(link)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store, no-transform"
    assert not is_signed_in(client)
    assert press(StrictClient(), link) == THEN


def test_the_link_counts_once(client: StrictClient, ada: Person, link: str) -> None:
    press(client, link)
    again = StrictClient()
    path = link.partition("?")[0]
    assert again.get(link).status_code == 410
    assert again.post(path, {"next": THEN}).status_code == 410
    assert not is_signed_in(again)
    assert f"/en/account/login/?next={quote(THEN)}" in again.get(link).content.decode()


def test_whoever_came_in_and_opens_the_link_again_goes_on(client: StrictClient, ada: Person, link: str) -> None:
    press(client, link)
    assert client.get(link).headers["Location"] == THEN


def test_a_code_spends_the_link_too(client: StrictClient, ada: Person, link: str) -> None:
    client.post("/en/account/login/", {"email": ada.email})
    client.post("/en/account/login/code/confirm/", {"code": code_sent_to(ada.email)})
    assert is_signed_in(client)
    assert StrictClient().get(link).status_code == 410


def test_a_link_past_its_time_counts_no_more(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    made_at = clock.now() - COUNTS_FOR - timedelta(seconds=5)
    with monkeypatch.context() as then:
        then.setattr("django.core.signing.time.time", made_at.timestamp)
        link = arrival_path(person=ada, then=THEN)
    assert StrictClient().get(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 32 + ":x:y", "%00", "é:1:2", "9" * 4000])
def test_no_made_up_link_signs_in(client: StrictClient, ada: Person, token: str) -> None:
    assert client.get(f"/en/account/welcome/{quote(token, safe='%:')}/").status_code == 410


def test_the_link_of_one_does_not_sign_in_another(ada: Person, make_person: MakePerson, link: str) -> None:
    other = make_person("other@example.org", locale="en")
    forged = link.replace(ada.pk.hex, other.pk.hex)
    assert forged != link
    assert StrictClient().get(forged).status_code == 410


def test_a_suspended_person_does_not_come_in(ada: Person, link: str) -> None:
    suspend_person(person_id=ada.pk, deed=deed_by(None))
    assert StrictClient().get(link).status_code == 410


def test_signing_out_everywhere_makes_the_link_void(ada: Person, link: str) -> None:
    sign_out_everywhere(person_id=ada.pk, deed=deed_by(ada))
    assert StrictClient().get(link).status_code == 410


def test_the_link_never_leads_to_another_site(client: StrictClient, ada: Person) -> None:
    assert press(client, arrival_path(person=ada, then="https://elsewhere.example/")) == "/en/me/"


def test_somebody_else_signed_in_here_is_told_and_signed_out(
    client: StrictClient, ada: Person, make_person: MakePerson, link: str
) -> None:
    sign_in(client, make_person("other@example.org", locale="en"))
    assert "Somebody else is signed in on this device" in client.get(link).content.decode()
    assert press(client, link) == THEN
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_who_comes_by_no_page_lands_in_their_space(client: StrictClient, ada: Person) -> None:
    client.post("/en/account/login/", {"email": ada.email})
    response = client.post("/en/account/login/code/confirm/", {"code": code_sent_to(ada.email)})
    assert response.headers["Location"] == "/en/me/"
