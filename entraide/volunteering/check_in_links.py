"""The link of a slot by which those who have a place in it check in at its door, and the QR code that holds it.

It holds the slot's id and a signature. Whoever has it still needs to be signed in, to have a place, and to come at the
time of the slot, wherever that has moved to.
"""

from uuid import UUID

import segno
from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from entraide.volunteering.models import Slot

# A phone reads it from a sheet on a door, with a fold or a drop of rain.
LEVEL = "m"


class NoSuchDoor(Exception):
    """The link was never made here, or its slot is no more."""


def check_in_link(slot: Slot, *, language: str) -> str:
    """Return the whole address of a slot's link, in a language."""
    with translation.override(language):
        return f"{settings.PUBLIC_URL}{reverse('volunteering:check-in', args=[token_of(slot.pk)])}"


def token_of(slot_id: UUID) -> str:
    """Return what names a slot in its link."""
    return _signer().sign(slot_id.hex)


def slot_of_link(token: str) -> Slot:
    """Return the slot of a link, with what its page shows loaded. One query at most. Raises NoSuchDoor."""
    try:
        slot_id = UUID(hex=_signer().unsign(token))
    except (signing.BadSignature, ValueError):
        raise NoSuchDoor from None
    slot = Slot.objects.select_related("mission__organisation", "place__commune").filter(pk=slot_id).first()
    if slot is None:
        raise NoSuchDoor
    return slot


def code_of(link: str) -> SafeString:
    """Return a link as a QR code: an SVG picture without a size, black on white whatever the page's colours are."""
    drawn = segno.make(link, error=LEVEL, micro=False)
    svg = drawn.svg_inline(omitsize=True, dark="#000", light="#fff", svgclass="code__picture", lineclass=None)
    return mark_safe(svg)  # noqa: S308 (drawn here: the link is in it as squares alone)


def _signer() -> signing.Signer:
    return signing.Signer(salt="entraide.volunteering.check_in")
