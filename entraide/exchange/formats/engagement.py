"""Missions as API Engagement writes them (its version 2.0, and the older form of `/v0/`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.utils.html import linebreaks

from entraide.exchange.formats.addresses import mission_url
from entraide.exchange.rules import taxonomy
from entraide.volunteering import api as volunteering

OF_AGE = 18
LANGUAGE = "fr"
_LEGAL_FORMS = {
    "association": "Association",
    "local_authority": "Collectivité territoriale",
    "public_body": "Organisation publique",
    "private_body": "Organisation privée",
    "other": "Autre",
}
STATUS_IN = {name: ours for ours, name in _LEGAL_FORMS.items()}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a mission of a partner comes from: who sent it, under which id, and what it sent."""

    partner_id: UUID
    partner: str
    website: str
    client_id: str
    content: Mapping[str, Any]


def own_publisher() -> str:
    """Return the id under which this platform publishes: the same as long as its address is."""
    return str(uuid5(NAMESPACE_URL, settings.PUBLIC_URL))


def mission(found: volunteering.Published, origin: Origin | None) -> dict[str, Any]:
    """Return a mission as `/v0/` does. What a partner sent is given back as it was, less what runs in its HTML."""
    document = {**_own(found), **(origin.content if origin else {})}
    return {
        **document,
        "_id": str(found.id),
        "id": str(found.id),
        "clientId": origin.client_id if origin else str(found.id),
        "publisherId": str(origin.partner_id) if origin else own_publisher(),
        "publisherName": origin.partner if origin else "Entraide",
        "publisherUrl": origin.website if origin else settings.PUBLIC_URL,
        "activity": ", ".join(document.get("activities", [])),
        "openToMinors": _word(document.get("openToMinors")),
        "reducedMobilityAccessible": _word(document.get("reducedMobilityAccessible")),
        "statusCode": "ACCEPTED",
        "statusComment": "",
        "postedAt": document.get("postedAt") or told(found.published_at),
        "createdAt": told(found.published_at),
        "updatedAt": told(found.changed_at),
        "deletedAt": None,
        **_place(document),
    }


def _word(value: object) -> str | None:
    return None if value is None else "yes" if value else "no"


def told(at: datetime | None) -> str | None:
    """Return a moment as that API writes it: in UTC, to the millisecond."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z" if at else None


def _said(is_so: bool) -> bool | None:
    """Return yes, or that nothing is known: what an organisation did not say is no no."""
    return True if is_so else None


def _own(found: volunteering.Published) -> dict[str, Any]:
    organisation = found.organisation
    return {
        "title": found.title,
        # Whoever reads the field takes it for HTML.
        "description": linebreaks(found.description, autoescape=True),
        "applicationUrl": found.apply_url or mission_url(found.id, language=LANGUAGE),
        "image": None,
        "metadata": None,
        "domain": taxonomy.DOMAIN_OUT[found.domain],
        "activities": [taxonomy.ACTIVITY_OUT[each] for each in (found.activity, found.second_activity) if each],
        "tags": [],
        "audience": list(found.publics),
        "requirements": [_label(each) for each in found.requirements],
        "softSkills": [],
        "romeSkills": [],
        "remote": taxonomy.REMOTE_OUT[found.mode],
        "schedule": None,
        "duration": _hours(found),
        "startAt": told(found.starts_at),
        "endAt": told(found.ends_at),
        "places": max(1, found.places_left),
        # Nobody is paid here.
        "compensationAmount": None,
        "compensationAmountMax": None,
        "compensationUnit": None,
        "compensationType": None,
        "openToMinors": found.age_min < OF_AGE,
        "reducedMobilityAccessible": _said("reduced_mobility" in found.welcomes),
        "closeToTransport": _said("public_transport" in found.accessibility),
        "addresses": [_address(place) for place in found.places],
        "type": "benevolat",
        "organizationClientId": str(organisation.id),
        "organizationName": organisation.name,
        "organizationDescription": organisation.description,
        "organizationUrl": organisation.website,
        "organizationType": None,
        "organizationLogo": None,
        "organizationRNA": organisation.rna,
        "organizationSiren": organisation.siren,
        "organizationSiret": organisation.siret,
        "organizationFullAddress": None,
        "organizationPostCode": None,
        "organizationCity": None,
        "organizationDepartmentCode": None,
        "organizationDepartmentName": None,
        "organizationStatusJuridique": _LEGAL_FORMS.get(organisation.legal_form, "Autre"),
        "organizationBeneficiaries": [],
        "organizationActions": [],
        "organizationReseaux": [],
    }


def _hours(found: volunteering.Published) -> int | None:
    """Return how long the next slot lasts, in whole hours; None where it is not known."""
    if not found.slots:
        return None
    first = found.slots[0]
    return max(1, round((first.ends_at - first.starts_at).total_seconds() / 3600))


def organisation(found: volunteering.PublishedOrganisation) -> dict[str, Any]:
    """Return an organisation as `/v0/organization` does."""
    return {
        "_id": str(found.id),
        "id": str(found.id),
        "title": found.name,
        "description": found.description or None,
        "url": found.website or None,
        "rna": found.rna or None,
        "siren": found.siren or None,
        "siret": found.siret or None,
        "status": _LEGAL_FORMS.get(found.legal_form, "Autre"),
    }


def _label(requirement: Mapping[str, Any]) -> str:
    label = requirement.get("label") or {}
    return str(label.get(LANGUAGE) or requirement.get("code", ""))


def _address(place: volunteering.PublishedPlace) -> dict[str, Any]:
    latitude, longitude = place.address.point or (None, None)
    return {
        "street": place.address.street,
        "postalCode": place.address.postcode,
        "city": place.address.commune,
        "departmentCode": place.departement_code,
        "departmentName": place.departement,
        "region": place.region,
        "country": "FR",
        "location": None if latitude is None else {"lat": latitude, "lon": longitude},
    }


def _place(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first address once more, as fields of the mission itself: the older form has no list."""
    first: Mapping[str, Any] = next(iter(document.get("addresses") or []), {})
    names = ("postalCode", "city", "departmentCode", "departmentName", "region", "country", "location")
    return {"address": first.get("street"), **{name: first.get(name) for name in names}}


def buckets(counted: Sequence[tuple[str, int]], words: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a facet, of words of ours, in theirs: the commonest first."""
    found: dict[str, int] = {}
    for word, count in counted:
        found[words.get(word, word)] = found.get(words.get(word, word), 0) + count
    return [
        {"key": key, "doc_count": count} for key, count in sorted(found.items(), key=lambda each: (-each[1], each[0]))
    ]
