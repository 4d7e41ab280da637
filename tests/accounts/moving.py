"""Changing a mail address as a person does: what tests of it share."""

import re

from entraide.accounts.models import Person
from tests.accounts.conftest import code_sent_to, letters_to
from tests.strict_client import StrictClient

ADDRESS, CODE, PROFILE = "/en/me/address/", "/en/me/address/code/", "/en/me/profile/"
NEW = "ada.king@example.org"
KEYS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(10)]


def ask(client: StrictClient, email: str = NEW, *, key: str = KEYS[0]) -> int:
    """Ask for an address and return the status."""
    return client.post(ADDRESS, {"email": email, "key": key}).status_code


def change_address(client: StrictClient, email: str = NEW, *, key: str = KEYS[0]) -> str:
    """Change the address with the code that came there; return the path of the link that undoes it."""
    former = Person.objects.get(pk=client.session["_auth_user_id"]).email
    assert ask(client, email, key=key) == 302
    assert client.post(CODE, {"code": code_sent_to(email)})["Location"] == PROFILE
    return undo_link(former)


def undo_link(former: str) -> str:
    """Return the path of the link in the last mail to a former address."""
    found = re.search(r"/en/account/address/undo/\S+", letters_to(former)[-1].text)
    assert found, letters_to(former)[-1].text
    return found.group()
