"""What a provider's refusal means: that the address is dead, that this mail is bad, or that all mail has to wait."""

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.core.exceptions import ImproperlyConfigured

TOO_LARGE = 552
# Statuses that an API gives to one bad mail. Every other error is about the provider or about our access to it.
ABOUT_THE_MAIL = (400, 404, 406, 413, 422)
# Answers to one address that may be temporary for it alone, such as a full mailbox or a greylist.
ABOUT_THE_MAILBOX = (450, 451, 452)


class Meaning(StrEnum):
    """What follows from an error: the address refuses for good, this mail waits, or all mail waits."""

    ADDRESS_REFUSES = "address refuses"
    MAIL_WAITS = "mail waits"
    ALL_WAIT = "all wait"


@dataclass(frozen=True, slots=True)
class Answer:
    """The meaning of an error, its kind, the provider's own words, and how long it asks to wait, if it does.

    The words may name the address: they are kept with the mail, and only the kind is logged.
    """

    meaning: Meaning
    kind: str
    words: str = ""
    asked: timedelta | None = None


def answer_of(error: Exception) -> Answer:
    """Return what an error that sending raised means."""
    kind = type(error).__name__
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return Answer(_of_recipient(code), f"{kind} {code}", f"{code} {_text(words)}")
    if isinstance(error, smtplib.SMTPResponseException):
        is_the_mail = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
        meaning = Meaning.MAIL_WAITS if is_the_mail or error.smtp_code == TOO_LARGE else Meaning.ALL_WAIT
        return Answer(meaning, f"{kind} {error.smtp_code}", f"{error.smtp_code} {_text(error.smtp_error)}")
    if isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress):
        return Answer(Meaning.ADDRESS_REFUSES, kind, kind)
    if isinstance(error, AnymailAPIError):
        meaning = Meaning.MAIL_WAITS if error.status_code in ABOUT_THE_MAIL else Meaning.ALL_WAIT
        kind = f"{kind} {error.status_code or 'no answer'}"
        return Answer(meaning, kind, kind, _retry_after(error))
    if isinstance(error, OSError | ImproperlyConfigured):
        # smtplib's own errors are OSErrors as well: the connection broke, or was refused.
        return Answer(Meaning.ALL_WAIT, kind, kind)
    return Answer(Meaning.MAIL_WAITS, kind, kind)


def _of_recipient(code: int) -> Meaning:
    if code >= 500:
        return Meaning.ADDRESS_REFUSES
    return Meaning.MAIL_WAITS if code in ABOUT_THE_MAILBOX else Meaning.ALL_WAIT


def _retry_after(error: AnymailAPIError) -> timedelta | None:
    """Return the seconds of a Retry-After header; a date there is passed over for our own pause."""
    headers = getattr(error.response, "headers", None) or {}
    text = str(headers.get("Retry-After", ""))
    return timedelta(seconds=min(int(text), 86_400)) if text.isascii() and text.isdecimal() else None


def _text(words: object) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
