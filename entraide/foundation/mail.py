"""Mail: written from a template in the reader's language, queued with the change that causes it, sent by the worker."""

import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from entraide.foundation import jobs


class MailTemplateError(Exception):
    """A mail template does not begin with a line `Subject: …`."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text attached to a mail, such as a calendar entry."""

    name: str
    content: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent."""

    to: str
    subject: str
    text: str
    html: str


def write(*, template: str, to: str, language: str, context: Mapping[str, Any]) -> Letter:
    """Return the mail of `TEMPLATE.txt` and `TEMPLATE.html` in a language. The text begins with `Subject: …`.

    Raises MailTemplateError when it does not.
    """
    values = {**context, "public_url": settings.PUBLIC_URL, "language": language, "publisher": settings.PUBLISHER_NAME}
    with translation.override(language):
        text = render_to_string(f"{template}.txt", values).lstrip()
        first, _, body = text.partition("\n")
        if not first.startswith("Subject: "):
            raise MailTemplateError(f"{template}.txt must begin with 'Subject: '")
        subject = first.removeprefix("Subject: ").strip()
        html = render_to_string(f"{template}.html", {**values, "subject": subject})
    return Letter(to=to, subject=subject, text=body.strip() + "\n", html=html)


def queue_mail(
    *,
    template: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    attachments: Sequence[Attachment] = (),
    urgent: bool = False,
) -> None:
    """Queue a mail in the current transaction; `urgent` ones (codes) overtake the others."""
    letter = write(template=template, to=to, language=language, context=context)
    send_mail.configure(priority=10 if urgent else 0).defer(
        letter=asdict(letter), attachments=[asdict(attachment) for attachment in attachments]
    )


@jobs.task(name="foundation.send_mail", queue="mail")
def send_mail(*, letter: dict[str, str], attachments: list[dict[str, str]]) -> None:
    """Hand one mail to the provider. An address that is refused for good is recorded as bounced, not tried again."""
    message = EmailMultiAlternatives(subject=letter["subject"], body=letter["text"], to=[letter["to"]])
    message.attach_alternative(letter["html"], "text/html")
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    for attachment in attachments:
        message.attach(attachment["name"], attachment["content"], attachment["media_type"])
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        if code < 500:
            raise
        jobs.defer("accounts.record_bounce", address=letter["to"], reason=f"{code} {reason.decode('utf-8', 'replace')}")
