"""Reads an alert of the Common Alerting Protocol 1.2; no document type, no entity, within bounds."""

import re
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from entraide.exchange.rules import alerts
from entraide.exchange.rules.alerts import AlertMessage, Area, Circle, Info, Reference

MOST_BYTES = 1_000_000
MOST_INFOS, MOST_AREAS, MOST_POINTS = 20, 200, 2_000
LONGEST = 200
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
# CAP asks for a zone in every time.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


class BadAlert(Exception):
    """The document is no alert that can be read; `field` is the element at fault."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


def read_alert(document: bytes) -> AlertMessage:
    """Return the alert that a document holds. Raises BadAlert."""
    if len(document) > MOST_BYTES:
        raise BadAlert("alert", f"is longer than {MOST_BYTES} bytes")
    try:
        root = fromstring(document, forbid_dtd=True)
    except DefusedXmlException as error:
        raise BadAlert("alert", "must have no document type and no entities") from error
    except (ParseError, LookupError, UnicodeError, ValueError) as error:
        raise BadAlert("alert", "is not well-formed XML") from error
    if root.tag != _name("alert"):
        raise BadAlert("alert", f"is not of the namespace {alerts.NAMESPACE}")
    return AlertMessage(
        identifier=_identifier(root, "identifier"),
        sender=_identifier(root, "sender"),
        sent=_moment(root, "sent"),
        status=_one_of(root, "status", alerts.STATUSES),
        message_type=_one_of(root, "msgType", alerts.MESSAGE_TYPES),
        scope=_one_of(root, "scope", alerts.SCOPES),
        references=_references(root),
        infos=tuple(_info(each) for each in root.findall(_name("info"))[:MOST_INFOS]),
        is_signed=root.find(_SIGNATURE) is not None,
    )


def _name(tag: str) -> str:
    return f"{{{alerts.NAMESPACE}}}{tag}"


def _text(element: Element, tag: str, *, required: bool = False) -> str:
    text = (element.findtext(_name(tag)) or "").strip()
    if required and not text:
        raise BadAlert(tag, "is missing")
    return text


def _identifier(root: Element, tag: str) -> str:
    """Return a name that references can hold: the standard forbids spaces, commas and `<`, `&` in it."""
    text = _text(root, tag, required=True)
    if len(text) > LONGEST or re.search(r"[\s,<&]", text):
        raise BadAlert(tag, "must not be long nor hold spaces, commas, < or &")
    return text


def _one_of(element: Element, tag: str, allowed: tuple[str, ...]) -> str:
    text = _text(element, tag, required=True)
    if text not in allowed:
        raise BadAlert(tag, f"must be one of {', '.join(allowed)}")
    return text


def _time(element: Element, tag: str) -> datetime | None:
    return _moment(element, tag) if _text(element, tag) else None


def _moment(element: Element, tag: str) -> datetime:
    text = _text(element, tag, required=True)
    try:
        found = datetime.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        raise BadAlert(tag, "must be a time with a zone, such as 2026-04-15T08:30:00+02:00")
    return found


def _references(root: Element) -> tuple[Reference, ...]:
    """Return the messages that this one follows: `sender,identifier,sent`, with spaces between them."""
    found = []
    for each in _text(root, "references").split()[:100]:
        parts = each.split(",")
        if len(parts) != 3:
            raise BadAlert("references", "must be sender,identifier,sent")
        found.append(Reference(parts[0][:LONGEST], parts[1][:LONGEST]))
    return tuple(found)


def _info(element: Element) -> Info:
    return Info(
        language=_text(element, "language") or "en-US",
        category=_one_of(element, "category", alerts.CATEGORIES),
        event=_text(element, "event", required=True)[:LONGEST],
        severity=_text(element, "severity", required=True),
        headline=_text(element, "headline")[:LONGEST],
        description=_text(element, "description")[:5_000],
        starts_at=_time(element, "onset") or _time(element, "effective"),
        expires_at=_time(element, "expires"),
        areas=tuple(_area(each) for each in element.findall(_name("area"))[:MOST_AREAS]),
    )


def _area(element: Element) -> Area:
    polygons = [_polygon(each.text or "") for each in element.findall(_name("polygon"))]
    circles = [_circle(each.text or "") for each in element.findall(_name("circle"))]
    geocodes = [
        (_text(each, "valueName")[:60], _text(each, "value")[:60]) for each in element.findall(_name("geocode"))
    ]
    return Area(
        description=_text(element, "areaDesc", required=True)[:1_000],
        polygons=tuple(polygons),
        circles=tuple(circles),
        geocodes=tuple(geocodes),
    )


def _polygon(text: str) -> tuple[tuple[float, float], ...]:
    points = tuple(_point(pair, "polygon") for pair in text.split()[:MOST_POINTS])
    if len(points) < 4:
        raise BadAlert("polygon", "must have four points or more")
    return points


def _circle(text: str) -> Circle:
    centre, _, radius = text.strip().partition(" ")
    latitude, longitude = _point(centre, "circle")
    km = _number(radius, "circle")
    if not 0 <= km <= 20_000:
        raise BadAlert("circle", "must have a radius in kilometres")
    return Circle(latitude, longitude, km)


def _point(text: str, field: str) -> tuple[float, float]:
    latitude, _, longitude = text.partition(",")
    point = _number(latitude, field), _number(longitude, field)
    if abs(point[0]) > 90 or abs(point[1]) > 180:
        raise BadAlert(field, "must be on earth")
    return point


def _number(text: str, field: str) -> float:
    if not re.fullmatch(r"[+-]?\d{1,6}(\.\d{0,15})?", text.strip(), re.ASCII):
        raise BadAlert(field, "must be numbers")
    return float(text)
