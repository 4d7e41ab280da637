"""The older XML feed of missions: `<source><mission>…</mission>…</source>`, read in one pass.

Partners misspell its tags; those that are known to be meant are taken for the right ones.
"""

from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

ROOT, ITEM = "source", "mission"
MOST_ITEMS = 200_000
# A tag as it is met, in small letters, and the field that it means.
_MEANT = {
    "applicationurl": "applicationUrl", "clientid": "clientId", "organizationrna": "organizationRNA",
    "organizationbeneficiaires": "organizationBeneficiaries", "publicsbeneficiaires": "audience",
    "publicbeneficiaries": "audience", "soft_skills": "softSkills", "activity": "activities",
    "associationname": "organizationName", "associationrna": "organizationRNA", "associationsiren": "organizationSiren",
    "parentorganizationname": "organizationReseaux", "keyactions": "organizationActions",
    "organizationid": "organizationClientId",
}  # fmt: skip
_FIELDS = (
    "title", "description", "image", "metadata", "domain", "activities", "tags", "tasks", "audience", "requirements",
    "softSkills", "romeSkills", "remote", "schedule", "startAt", "endAt", "postedAt", "priority", "places",
    "compensationAmount", "compensationAmountMax", "compensationUnit", "compensationType", "openToMinors",
    "reducedMobilityAccessible", "closeToTransport", "addresses", "type", "organizationClientId", "organizationName",
    "organizationDescription", "organizationUrl", "organizationType", "organizationLogo", "organizationSiren",
    "organizationSiret", "organizationFullAddress", "organizationPostCode", "organizationCity",
    "organizationDepartmentCode", "organizationDepartmentName", "organizationStatusJuridique",
    "organizationBeneficiaries", "organizationActions", "organizationReseaux",
)  # fmt: skip
_NAMES = {name.lower(): name for name in _FIELDS} | _MEANT
_LISTS = {
    "activities", "tags", "tasks", "audience", "requirements", "softSkills", "romeSkills", "organizationBeneficiaries",
    "organizationActions", "organizationReseaux",
}  # fmt: skip
_BOOLEANS = {"openToMinors", "reducedMobilityAccessible", "closeToTransport"}
_ADDRESS = {
    "street": "street", "address": "street", "adresse": "street", "city": "city", "postalcode": "postalCode",
    "zip": "postalCode", "departmentcode": "departmentCode", "department": "departmentCode",
    "departmentname": "departmentName", "region": "region", "country": "country", "countrycode": "country",
}  # fmt: skip
_YES, _NO = {"yes", "true", "1", "oui"}, {"no", "false", "0", "non"}


class BadFeed(Exception):
    """The document cannot be read to its end. `reason` is a code, `detail` where."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail[:300]


def missions(source: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the missions of a feed as documents whose values are texts, and lists and addresses of texts.

    Nothing is known to be whole before the last one was yielded. Raises BadFeed.
    """
    try:
        yield from _read(source)
    except DefusedXmlException as error:
        raise BadFeed("FORBIDDEN_XML", type(error).__name__) from error
    except ParseError as error:
        raise BadFeed("BROKEN_XML", str(error)) from error
    except (LookupError, UnicodeError, ValueError) as error:
        raise BadFeed("BAD_ENCODING", type(error).__name__) from error


def _read(source: IO[bytes]) -> Iterator[dict[str, Any]]:
    depth, count, root = 0, 0, None
    for event, element in iterparse(source, ("start", "end"), forbid_dtd=True):
        if event == "start":
            depth += 1
            if root is None:
                root = element
                if _tag(element) != ROOT:
                    raise BadFeed("NOT_A_FEED", _tag(element))
            continue
        depth -= 1
        if depth == 1 and root is not None:
            if _tag(element) == ITEM:
                count += 1
                if count > MOST_ITEMS:
                    raise BadFeed("TOO_MANY", str(MOST_ITEMS))
                yield document(element)
            # What was read is let go of, so that a long feed holds one mission at a time.
            root.clear()


def document(element: Element) -> dict[str, Any]:
    """Return one mission as a document."""
    found: dict[str, Any] = {}
    own_address: dict[str, Any] = {}
    for child in element:
        tag = _tag(child)
        name = _NAMES.get(tag)
        if name == "addresses":
            found[name] = [_address(each) for each in child]
        elif name in _LISTS:
            found[name] = [*found.get(name, []), *_values(child, split=tag == "activity")]
        elif name in _BOOLEANS:
            if (value := _boolean(_text(child))) is not None:
                found[name] = value
        elif name:
            if text := _text(child):
                found[name] = text
        else:
            _read_address(child, own_address)
    if own_address and not found.get("addresses"):
        found["addresses"] = [own_address]
    return found


def _address(element: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element:
        _read_address(child, found)
    return found


def _read_address(child: Element, into: dict[str, Any]) -> None:
    tag = _tag(child)
    if tag == "location" and len(child):
        parts = {_tag(each): _text(each) for each in child}
        _point(parts.get("lat", ""), parts.get("lon", ""), into)
    elif tag in ("lonlat", "location"):
        longitude, _, latitude = _text(child).partition(",")
        _point(latitude, longitude, into)
    elif tag in _ADDRESS and (text := _text(child)):
        into.setdefault(_ADDRESS[tag], text)


def _point(latitude: str, longitude: str, into: dict[str, Any]) -> None:
    try:
        into["location"] = {"lat": float(latitude), "lon": float(longitude)}
    except ValueError:
        return


def _values(element: Element, *, split: bool) -> list[str]:
    """Return the words of a list: `<value>` each, or one text with commas."""
    if len(element):
        return [text for each in element if (text := _text(each))]
    return [text.strip() for text in _text(element).split("," if split else "\0") if text.strip()]


def _boolean(text: str) -> bool | None:
    lowered = text.lower()
    return True if lowered in _YES else False if lowered in _NO else None


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()
