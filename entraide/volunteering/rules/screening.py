"""What the machine notices in a submitted mission, for the referent who decides. It advises and decides nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from entraide.volunteering.rules.publication import OrganisationStanding
from entraide.volunteering.rules.words import gettext_noop

URGENT = timedelta(hours=48)
SHORT_TEXT = 120
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_PHONE = re.compile(r"(?:\+\d{2}|\b0)\s?\(?\d\)?(?:[\s.-]?\d{2}){4}\b")
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_MONEY = re.compile(
    r"€|\beuros?\b|\bpay(?:er|ant|ment|ée?s?|ing)\b|\br[ée]mun[ée]r|\bsalaires?\b|\bfrais d|\bfees?\b|\bpaid\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Screened:
    """What is looked at: the words that are the organisation's own, when the mission begins, who asks.

    `own_text` leaves out what stands in the template, which was checked once for all; `length` is that of the
    description in characters.
    """

    own_text: str
    length: int
    follows_template: bool
    first_start_at: datetime | None
    organisation: OrganisationStanding


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth a look. `is_grave` ones come first."""

    code: str
    message: str
    is_grave: bool = False


def findings(screened: Screened, *, now: datetime) -> tuple[Finding, ...]:
    """Return what was noticed, the gravest first."""
    return tuple(sorted(_findings(screened, now), key=lambda finding: not finding.is_grave))


def is_urgent(first_start_at: datetime | None, *, now: datetime) -> bool:
    """Say whether a mission begins so soon that its referent should look at it first."""
    return first_start_at is not None and first_start_at <= now + URGENT


def _findings(screened: Screened, now: datetime) -> Iterator[Finding]:
    text = screened.own_text
    if screened.organisation is OrganisationStanding.BARRED:
        yield Finding("barred", gettext_noop("The organisation is suspended or flagged."), is_grave=True)
    if screened.organisation is OrganisationStanding.NOT_YET:
        yield Finding("not_validated", gettext_noop("The organisation is not validated yet."))
    if _MONEY.search(text):
        yield Finding("money", gettext_noop("The text seems to speak of money."), is_grave=True)
    if _MAIL.search(text) or _PHONE.search(text):
        yield Finding(
            "contact", gettext_noop("The text holds a telephone number or an e-mail address that everyone would read.")
        )
    if _LINK.search(text):
        yield Finding("link", gettext_noop("The text leads to another site."))
    if not screened.follows_template:
        yield Finding("own_words", gettext_noop("The organisation changed the template's text."))
    if screened.length < SHORT_TEXT:
        yield Finding("short", gettext_noop("The description is very short."))
    if screened.first_start_at is None or screened.first_start_at <= now:
        yield Finding("past", gettext_noop("No slot is ahead any more."), is_grave=True)
    elif is_urgent(screened.first_start_at, now=now):
        yield Finding("urgent", gettext_noop("It begins within two days."))
