"""Whether a partner's mission can be shown, and what it is in our words. Pure.

Never refused for being short, near or urgent: in a crisis those are the missions that are needed.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from entraide.exchange.rules import taxonomy
from entraide.exchange.rules.document import Address, Document
from entraide.exchange.rules.plain_text import from_html, safe_html

LONGEST_DESCRIPTION = 20_000
LONGEST_ADDRESS = 1_000
MOST_PLACES = 10_000
FIRST_YEAR, LAST_YEAR = 2000, 2100
MINORS_FROM, OF_AGE = 16, 18
# A text that was encoded twice, or whose entities were encoded: what a reader would see as gibberish.
_GIBBERISH = re.compile("&#|\N{REPLACEMENT CHARACTER}|Ã[©¨ª«§¢®´»¯ ]|â€[™œ“¦]")


class Refusal(StrEnum):
    """Why the machine refuses a mission."""

    MISSING_TITLE = "MISSING_TITLE"
    SHORT_TITLE = "SHORT_TITLE"
    BAD_ENCODING = "BAD_ENCODING"
    MISSING_CLIENT_ID = "MISSING_CLIENT_ID"
    DUPLICATE_CLIENT_ID = "DUPLICATE_CLIENT_ID"
    MISSING_DESCRIPTION = "MISSING_DESCRIPTION"
    MISSING_APPLICATION_URL = "MISSING_APPLICATION_URL"
    BAD_APPLICATION_URL = "BAD_APPLICATION_URL"
    BAD_COUNTRY = "BAD_COUNTRY"
    BAD_REMOTE = "BAD_REMOTE"
    BAD_PLACES = "BAD_PLACES"
    BAD_DOMAIN = "BAD_DOMAIN"
    BAD_TYPE = "BAD_TYPE"
    BAD_COMPENSATION = "BAD_COMPENSATION"
    BAD_DATE = "BAD_DATE"
    BAD_FIELD = "BAD_FIELD"
    MISSION_OVER = "MISSION_OVER"
    UNKNOWN_PLACE = "UNKNOWN_PLACE"
    BARRED_ORGANIZATION = "BARRED_ORGANIZATION"
    FLAGGED_HERE = "FLAGGED_HERE"


class Refused(Exception):
    """A mission cannot be shown. `field` is the one of the document at fault."""

    def __init__(self, code: Refusal, field: str) -> None:
        super().__init__(f"{code} {field}")
        self.code = code
        self.field = field


@dataclass(frozen=True, slots=True)
class Told:
    """A mission that can be shown, in our words. Its addresses are still to be found on the map."""

    title: str
    description: str
    apply_url: str
    domain: str
    activity: str
    mode: str
    places: int
    age_min: int
    starts_at: datetime | None
    ends_at: datetime | None
    addresses: tuple[Address, ...]


def judge(document: Document, *, now: datetime) -> Told:
    """Return what a document says, in our words. Raises Refused with the first thing that stands against it."""
    title = _text(document.title, Refusal.MISSING_TITLE, "title")
    if len(title.split()) < 2:
        raise Refused(Refusal.SHORT_TITLE, "title")
    if not document.client_id:
        raise Refused(Refusal.MISSING_CLIENT_ID, "clientId")
    description = _text((document.description or "")[:LONGEST_DESCRIPTION], Refusal.MISSING_DESCRIPTION, "description")
    if document.organization_name and _GIBBERISH.search(document.organization_name):
        raise Refused(Refusal.BAD_ENCODING, "organizationName")
    starts_at, ends_at = _times(document, now)
    _check_compensation(document)
    addresses = tuple(document.addresses or ())
    for address in addresses:
        _one_of((address.country or "FR").upper(), taxonomy.COUNTRIES, Refusal.BAD_COUNTRY, "addresses.country")
    _one_of(document.type or "benevolat", taxonomy.TYPES, Refusal.BAD_TYPE, "type")
    remote = _one_of(document.remote or "no", taxonomy.REMOTES, Refusal.BAD_REMOTE, "remote")
    domain = _one_of(document.domain or "autre", taxonomy.DOMAINS, Refusal.BAD_DOMAIN, "domain")
    return Told(
        title=title,
        description=description,
        apply_url=_address(document.application_url),
        domain=taxonomy.DOMAIN_IN[domain],
        activity=next(
            (taxonomy.ACTIVITY_IN[each] for each in document.activities or () if each in taxonomy.ACTIVITY_IN), "other"
        ),
        mode=taxonomy.REMOTE_IN[remote],
        places=_places(document.places),
        age_min=MINORS_FROM if document.open_to_minors else OF_AGE,
        starts_at=starts_at,
        ends_at=ends_at,
        addresses=addresses,
    )


def _text(given: str | None, missing: Refusal, field: str) -> str:
    if _GIBBERISH.search(given or ""):
        raise Refused(Refusal.BAD_ENCODING, field)
    text = from_html(given or "")
    if not text:
        raise Refused(missing, field)
    return text


def _one_of(value: str, allowed: tuple[str, ...], code: Refusal, field: str) -> str:
    if value not in allowed:
        raise Refused(code, field)
    return value


def _places(given: int | None) -> int:
    """Return how many places there are: one when it is not told, as that API holds."""
    places = 1 if given is None else given
    if not 0 < places <= MOST_PLACES:
        raise Refused(Refusal.BAD_PLACES, "places")
    return places


def _address(given: str | None) -> str:
    """Return where one applies: an address of the web, without anything that could be run or signs somebody in."""
    address = (given or "").strip()
    if not address:
        raise Refused(Refusal.MISSING_APPLICATION_URL, "applicationUrl")
    if not is_web_address(address):
        raise Refused(Refusal.BAD_APPLICATION_URL, "applicationUrl")
    return address


def is_web_address(address: str) -> bool:
    """Say whether a text is an address that a page may link to."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    is_plain = len(address) <= LONGEST_ADDRESS and address.isprintable() and not re.search(r"[\s<>\"\\]", address)
    return bool(is_plain and parts.scheme in ("http", "https") and host and "." in host and "@" not in parts.netloc)


def _times(document: Document, now: datetime) -> tuple[datetime | None, datetime | None]:
    starts_at, ends_at = (
        _time(getattr(document, name), field) for name, field in (("start_at", "startAt"), ("end_at", "endAt"))
    )
    if starts_at and ends_at and ends_at < starts_at:
        raise Refused(Refusal.BAD_DATE, "endAt")
    if ends_at and ends_at <= now:
        raise Refused(Refusal.MISSION_OVER, "endAt")
    if starts_at and starts_at == ends_at:
        ends_at = None
    return starts_at, ends_at


def _time(given: str | None, field: str) -> datetime | None:
    """Return an instant: a day alone begins at midnight in UTC. Raises Refused for a year that nobody means."""
    if not given or not given.strip():
        return None
    try:
        found = datetime.fromisoformat(given.strip())
        at = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(Refusal.BAD_DATE, field) from error
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise Refused(Refusal.BAD_DATE, field)
    return at


def _check_compensation(document: Document) -> None:
    wrong = {
        "compensationAmount": (document.compensation_amount or 0) < 0,
        "compensationAmountMax": (document.compensation_amount_max or 0) < (document.compensation_amount or 0)
        and document.compensation_amount_max is not None,
        "compensationUnit": bool(document.compensation_unit)
        and document.compensation_unit not in taxonomy.COMPENSATION_UNITS,
        "compensationType": bool(document.compensation_type)
        and document.compensation_type not in taxonomy.COMPENSATION_TYPES,
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise Refused(Refusal.BAD_COMPENSATION, field)


def harmless(content: dict[str, Any]) -> dict[str, Any]:
    """Return a document as it is kept: its HTML without what runs, loads or tracks."""
    cleaned = dict(content)
    for name in ("description", "organizationDescription"):
        if isinstance(cleaned.get(name), str):
            cleaned[name] = safe_html(cleaned[name][:LONGEST_DESCRIPTION])
    return cleaned
