"""What the errors of providers mean: dead address, one bad mail, or all mail waits."""

import smtplib
from datetime import timedelta

import pytest
import requests
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core.exceptions import ImproperlyConfigured

from entraide.foundation.mail.answers import Meaning, answer_of


def refused(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"ada@example.org": (code, b"no, ada@example.org")})


def api_error(status: int, **headers: str) -> AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code = status
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return AnymailRequestsAPIError("no", response=response)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (refused(550), Meaning.ADDRESS_REFUSES),
        (refused(450), Meaning.MAIL_WAITS),
        (refused(421), Meaning.ALL_WAIT),
        (smtplib.SMTPDataError(554, b"looks like spam"), Meaning.MAIL_WAITS),
        (smtplib.SMTPDataError(451, b"try later"), Meaning.ALL_WAIT),
        (smtplib.SMTPSenderRefused(552, b"too large", "a@example.org"), Meaning.MAIL_WAITS),
        (smtplib.SMTPSenderRefused(530, b"who are you", "a@example.org"), Meaning.ALL_WAIT),
        (smtplib.SMTPAuthenticationError(535, b"no"), Meaning.ALL_WAIT),
        (smtplib.SMTPServerDisconnected("gone"), Meaning.ALL_WAIT),
        (ConnectionRefusedError(), Meaning.ALL_WAIT),
        (TimeoutError(), Meaning.ALL_WAIT),
        (ImproperlyConfigured("no key"), Meaning.ALL_WAIT),
        (AnymailRecipientsRefused(), Meaning.ADDRESS_REFUSES),
        (api_error(400), Meaning.MAIL_WAITS),
        (api_error(401), Meaning.ALL_WAIT),
        (api_error(429), Meaning.ALL_WAIT),
        (api_error(503), Meaning.ALL_WAIT),
        (AnymailAPIError("no answer"), Meaning.ALL_WAIT),
        (KeyError("a template's own fault"), Meaning.MAIL_WAITS),
    ],
    ids=lambda value: f"{type(value).__name__} {value!r}"[:60] if isinstance(value, Exception) else "",
)
def test_what_an_error_means(error: Exception, meaning: Meaning) -> None:
    assert answer_of(error).meaning == meaning


def test_a_provider_says_how_long_to_wait() -> None:
    assert answer_of(api_error(429, Retry_After="30")).asked == timedelta(seconds=30)
    assert answer_of(api_error(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT")).asked is None
    assert answer_of(api_error(429)).asked is None


def test_the_kind_names_nobody() -> None:
    answer = answer_of(refused(550))
    assert "ada@" in answer.words
    assert "ada@" not in answer.kind
