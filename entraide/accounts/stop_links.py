"""The link of a mail about what waits for a role by which its reader ends such mails without signing in.

It holds the reader's id, the kind of mail, and a signature over their address: another address makes former links void.
"""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from entraide.accounts.models import Person
from entraide.accounts.readers import Reader
from entraide.accounts.rules import WorkMail


class NoSuchMail(Exception):
    """The link was never made here, or its reader's address has changed since."""


def stop_link(*, reader: Reader, kind: WorkMail) -> str:
    """Return the whole address by which a reader ends one kind of mail, in their language."""
    token = _signer(reader.email).sign(f"{reader.person_id.hex}.{kind.value}")
    with translation.override(reader.locale):
        return f"{settings.PUBLIC_URL}{reverse('accounts:stop-work-mail', args=[token])}"


def read_stop_link(token: str) -> tuple[UUID, WorkMail]:
    """Return whose mails a link ends, and which. One query at most. Raises NoSuchMail."""
    key, _, kind = token.partition(":")[0].partition(".")
    try:
        found = UUID(hex=key), WorkMail(kind)
    except ValueError:
        raise NoSuchMail from None
    email = Person.objects.filter(pk=found[0]).values_list("email", flat=True).first()
    try:
        _signer(email or "").unsign(token)
    except signing.BadSignature:
        raise NoSuchMail from None
    return found


def _signer(email: str) -> signing.Signer:
    return signing.Signer(salt=f"entraide.accounts.work-mail:{email}")
