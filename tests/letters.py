"""The mails that wait in the outbox, written as they would be sent."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from entraide.foundation.mail.composing import composed
from entraide.foundation.mail.outbox import Attachment, Taken, take
from entraide.foundation.mail.writing import write


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A mail of the outbox, as its reader would see it."""

    to: str
    subject: str
    text: str
    html: str
    template: str
    language: str
    attachments: tuple[Attachment, ...]


def waiting_letters(*, to: str = "") -> list[WaitingLetter]:
    """Return the mails of the outbox that are wanted, to an address or to everyone, in the order of their queueing."""
    with transaction.atomic():
        taken = sorted(take(limit=10_000, now=datetime.now(UTC)), key=lambda mail: mail.id)
        letters = [letter for mail in taken if (letter := _written(mail))]
        # Looking takes nothing out.
        transaction.set_rollback(True)
    return [letter for letter in letters if to in ("", letter.to)]


def _written(taken: Taken) -> WaitingLetter | None:
    mail = composed(taken)
    if mail is None:
        return None
    letter = write(template=mail.template, to=mail.to, language=mail.language, context=mail.context)
    return WaitingLetter(
        to=letter.to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        template=mail.template,
        language=mail.language,
        attachments=tuple(mail.attachments),
    )
