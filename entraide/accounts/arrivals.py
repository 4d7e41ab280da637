"""The link by which somebody new comes in: it stands in the first mail, and counts once.

It holds the person's id and a signature over their address and sign-in stamp. It counts while they have never signed
in: whichever comes first, the link or a code, spends it. Nothing is kept for it.
"""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from entraide.accounts.models import Person
from entraide.accounts.rules import PersonState

COUNTS_FOR = timedelta(days=3)


class LinkSpent(Exception):
    """The link was used, is past its time, or was never made here."""


def arrival_path(*, person: Person, then: str) -> str:
    """Return the path of a link that signs this person in once and goes on to `then`, in their language."""
    token = _signer(person).sign(person.pk.hex)
    with translation.override(person.locale):
        return f"{reverse('accounts:arrival', args=[token])}?{urlencode({'next': then})}"


def person_of_link(token: str) -> Person:
    """Return the person whom a link signs in, if it still counts. One query at most. Raises LinkSpent."""
    try:
        person_id = UUID(hex=token.partition(":")[0])
    except ValueError:
        raise LinkSpent from None
    person = Person.objects.filter(pk=person_id, state=PersonState.ACTIVE, last_seen_at=None).first()
    if person is None:
        raise LinkSpent
    try:
        _signer(person).unsign(token, max_age=COUNTS_FOR)
    except signing.BadSignature:
        raise LinkSpent from None
    return person


def _signer(person: Person) -> signing.TimestampSigner:
    """Return what signs for one person, as they can be reached now: another address or stamp makes links void."""
    return signing.TimestampSigner(salt=f"entraide.accounts.arrival:{person.email}:{person.sign_in_stamp}")
