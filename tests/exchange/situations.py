"""Situations that the tests of the exchange start from."""

from datetime import datetime
from typing import Any

from entraide.accounts.api import Deed
from entraide.exchange.actions.partners import PartnerDetails, add_partner
from entraide.exchange.models import Partner
from entraide.exchange.rules.words import FeedKind, Moderation
from entraide.territories.models import Postcode
from tests.volunteering.situations import strasbourg

# Numbers that pass their checks, of nobody in the tests.
SIREN, RNA = "732829320", "W751234567"


def partner_of(now: datetime, *, name: str = "Benevo", **changes: Any) -> tuple[Partner, str]:
    """Return a partner that sends missions, and its key."""
    values: dict[str, Any] = {
        "name": name, "website": "https://benevo.example/", "moderation": Moderation.QUEUE, "sends_missions": True,
        "sends_alerts": False, "feed_url": "", "feed_kind": FeedKind.MISSIONS, "is_active": True,
    }  # fmt: skip
    return add_partner(details=PartnerDetails(**{**values, **changes}), deed=Deed(actor=None, role="operator", now=now))


def strasbourg_with_postcodes() -> None:
    """Put the commune of most tests on the map with its postcodes."""
    for postcode in ("67000", "67100"):
        Postcode.objects.get_or_create(postcode=postcode, commune=strasbourg())


def mission_given(client_id: str = "m-1", **changes: Any) -> dict[str, Any]:
    """Return a mission as partners send it."""
    return {
        "clientId": client_id,
        "title": "Distribution de repas chauds",
        "description": "<p>Servir des repas.</p><script>alert(1)</script>",
        "applicationUrl": f"https://benevo.example/missions/{client_id}",
        "domain": "solidarite-insertion",
        "activities": ["distribution"],
        "remote": "no",
        "places": 4,
        "openToMinors": False,
        "addresses": [{"street": "1 place Kléber", "postalCode": "67000", "city": "Strasbourg", "country": "FR"}],
        "organizationName": "Les Repas du cœur",
        "organizationSiren": SIREN,
        "organizationRNA": RNA,
        **changes,
    }
