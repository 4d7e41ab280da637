"""The link by which a confirmed place becomes a certificate of being out for it, made on the volunteer's own phone.

What fills the form in stands in the fragment of the address, which browsers send to nobody.
"""

from datetime import datetime
from urllib.parse import quote, urlencode

from django.conf import settings

from entraide.volunteering.dates import local
from entraide.volunteering.models import Participation

FORM = "entraide.mission"


def certificate_link(participation: Participation, *, where: str) -> str:
    """Return the address that opens the form of a mission, filled in; nothing where there is no such site."""
    if not settings.CERTIFICATES_URL:
        return ""
    slot, person = participation.slot, participation.volunteer.person
    departement = slot.mission.departement_code
    values = {
        "form": FORM,
        "given_name": person.first_name,
        "family_name": person.last_name,
        "birth_date": participation.volunteer.birth_date.isoformat() if participation.volunteer.birth_date else "",
        "mission": slot.mission.title,
        "organisation": slot.mission.organisation.name,
        "place": where,
        "leaving_at": _field(local(slot.starts_at, departement)),
        "return_at": _field(local(slot.ends_at, departement)),
    }
    filled = {name: text for name, text in values.items() if text}
    return f"{settings.CERTIFICATES_URL}/#{urlencode(filled, quote_via=quote)}"


def _field(at: datetime) -> str:
    """Return a time as the field of a browser takes it, where the mission is."""
    return f"{at:%Y-%m-%dT%H:%M}"
