"""Writes a mail from its template, in its reader's language, at the moment when it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from entraide.foundation.mail.outbox import Attachment
from entraide.foundation.mail.returned import message_id
from entraide.foundation.mail.stopping import stop_headers


class MailTemplateError(Exception):
    """A mail template does not begin with a line `Subject: …`."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


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
    return Letter(to=to, subject=subject, text=body.strip() + "\n", html=html, headers=stop_headers(context))


def message_of(letter: Letter, attachments: Sequence[Attachment], *, key: UUID) -> EmailMultiAlternatives:
    """Return the letter with what is attached to it, as Django's mail backends take it.

    The key makes its Message-ID: one that is sent again has the same, by which mailboxes know it.
    """
    message = EmailMultiAlternatives(subject=letter.subject, body=letter.text, to=[letter.to])
    message.attach_alternative(letter.html, "text/html")
    message.extra_headers.update(letter.headers)
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    message.extra_headers["Message-ID"] = message_id(key=key, to=letter.to)
    for attachment in attachments:
        message.attach(attachment.name, attachment.content, attachment.media_type)
    return message
