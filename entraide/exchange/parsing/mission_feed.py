"""The older XML feed of missions: `<source><mission>…</mission>…</source>`, read in one pass.

Partners misspell its tags; those that are known to be meant are taken for the right ones.
"""

import math
from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

ROOT, ITEM = "source", "mission"
MOST_ITEMS = 200_000
PART = 65_536
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
    except SAXParseException as error:
        where = f"line {error.getLineNumber()}, column {error.getColumnNumber()}"
        raise BadFeed("BROKEN_XML", f"{error.getMessage()}: {where}") from error
    except (LookupError, UnicodeError, ValueError) as error:
        raise BadFeed("BAD_ENCODING", type(error).__name__) from error


def _read(source: IO[bytes]) -> Iterator[dict[str, Any]]:
    parser, found = create_parser(forbid_dtd=True), _Missions()
    parser.setContentHandler(found)
    # Begun with nothing, so that a document of nothing ends too soon rather than never begins.
    parser.feed(b"")
    while part := source.read(PART):
        parser.feed(part)
        yield from found.taken()
    parser.close()
    yield from found.taken()


class _Missions(ContentHandler):
    """Builds each mission as an element of its own, so that a long feed holds a few at a time.

    The parser's events come here rather than through `iterparse`, whose safe form is written in Python and took three
    quarters of the time that a feed without a change took.
    """

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0
        self._builder: TreeBuilder | None = None
        self._whole: list[dict[str, Any]] = []

    def taken(self) -> list[dict[str, Any]]:
        """Return the missions that ended since this was asked last."""
        taken, self._whole = self._whole, []
        return taken

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        """Begin a mission, or a part of one."""
        self._depth += 1
        if self._builder is not None:
            self._builder.start(name, {})
        elif self._depth == 1:
            if _plain(name) != ROOT:
                raise BadFeed("NOT_A_FEED", _plain(name))
        elif self._depth == 2 and _plain(name) == ITEM:
            self._count += 1
            if self._count > MOST_ITEMS:
                raise BadFeed("TOO_MANY", str(MOST_ITEMS))
            self._builder = TreeBuilder()
            self._builder.start(name, {})

    def characters(self, content: str) -> None:
        """Add to the text of a part."""
        if self._builder is not None:
            self._builder.data(content)

    def endElement(self, name: str) -> None:
        """End a part, or a mission."""
        self._depth -= 1
        if self._builder is None:
            return
        element = self._builder.end(name)
        if self._depth == 1:
            self._whole.append(document(element))
            self._builder = None


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
        point = {"lat": float(latitude), "lon": float(longitude)}
    except ValueError:
        return
    # "nan" and "inf" are numbers too.
    if all(map(math.isfinite, point.values())):
        into["location"] = point


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
    return _plain(str(element.tag))


def _plain(name: str) -> str:
    """Return a name without its prefix, in small letters."""
    return name.rpartition(":")[2].lower()
