"""The link of a mail by which a place is kept or given back without signing in.

It holds the participation's id and a signature over its owner's address: another address makes former links void.
Opening it changes nothing, since mail programs open links before their readers do; the buttons of its page do.
"""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from entraide.volunteering.models import Participation


class NoSuchPlace(Exception):
    """The link was never made here, or its owner's address has changed since."""


def place_link(participation: Participation, *, email: str, language: str) -> str:
    """Return the whole address of a participation's link, in its owner's language."""
    token = _signer(email).sign(participation.pk.hex)
    with translation.override(language):
        return f"{settings.PUBLIC_URL}{reverse('volunteering:place', args=[token])}"


def participation_of_link(token: str) -> Participation:
    """Return the participation of a link, with what its page shows loaded. One query at most. Raises NoSuchPlace."""
    try:
        pk = UUID(hex=token.partition(":")[0])
    except ValueError:
        raise NoSuchPlace from None
    rows = Participation.objects.select_related(
        "volunteer__person", "slot__mission__organisation", "slot__place__commune"
    )
    row = rows.filter(pk=pk, volunteer__person__is_active=True).first()
    if row is None:
        raise NoSuchPlace
    try:
        _signer(row.volunteer.person.email).unsign(token)
    except signing.BadSignature:
        raise NoSuchPlace from None
    return row


def _signer(email: str) -> signing.Signer:
    return signing.Signer(salt=f"entraide.volunteering.place:{email}")
