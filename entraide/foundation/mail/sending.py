"""Sending what waits in the outbox: at the provider's pace, most urgent first, a few at a time.

A sender takes mails under a lease and sends them outside any transaction; one that was sent is dropped at once. A
sender that is killed between the two sends that one mail again after the lease: mail arrives at least once, and only
the one mail that a killed sender was at may arrive twice, with the same Message-ID.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, transaction

from entraide.foundation import jobs, metrics
from entraide.foundation.mail import bucket, outbox
from entraide.foundation.mail.answers import Answer, Meaning, answer_of
from entraide.foundation.mail.composing import composed
from entraide.foundation.mail.outbox import Taken
from entraide.foundation.mail.writing import message_of, write

SENT_AT_ONCE = 10
# A sender stops early enough that its lease still lasts when the mail that is under way has ended.
SENDING_SECONDS = outbox.LEASE.total_seconds() / 2
# Tokens come one by one: a sender that waits for several of them asks the database less often.
SHORTEST_WAIT = timedelta(seconds=0.5)
logger = logging.getLogger(__name__)


def send_waiting(*, now: datetime) -> bool | timedelta:
    """Send some of what waits. Return False when nothing does, True when more may, or how long the pace makes it wait.

    What an error means is decided by `answers`: a dead address is recorded, one bad mail is put off, and a provider in
    trouble pauses all mail, each mail then waiting as before.
    """
    outbox.move_due(now=now)
    taken, wait = bucket.take_at_pace(per_second=settings.MAIL_PER_SECOND, limit=SENT_AT_ONCE, now=now)
    if not taken:
        return max(wait, SHORTEST_WAIT) if wait else False
    provider = get_connection()
    try:
        provider.open()
    except Exception as error:  # noqa: BLE001 - whatever a provider's library raises, all mail waits.
        _pause(taken, answer_of(error), now)
        return True
    try:
        _send_all(taken, provider, now)
    finally:
        provider.close()
    return True


def _send_all(taken: Sequence[Taken], provider: BaseEmailBackend, now: datetime) -> None:
    started = monotonic()
    for index, mail in enumerate(taken):
        if monotonic() - started > SENDING_SECONDS:
            outbox.give_back(mail_ids=_ids(taken[index:]))
            break
        outcome = _send(mail, provider)
        answer = outcome.answer
        if answer is None:
            outbox.drop(mail_id=mail.id)
            metrics.mails.labels("sent" if outcome.address else "not wanted").inc()
        elif answer.meaning == Meaning.ADDRESS_REFUSES:
            _record_bounce(mail, outcome.address, answer)
        elif answer.meaning == Meaning.MAIL_WAITS:
            _put_off(mail, answer, now)
        else:
            # Another mail goes first after the pause: if this one alone causes the trouble, it holds up nobody.
            _put_off(mail, answer, now, gives_up=False)
            _pause(taken[index + 1 :], answer, now)
            return
    bucket.calm()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """To whom a mail was sent, nobody when it was not wanted any more, and what the error means if there was one."""

    address: str = ""
    answer: Answer | None = None


def _send(taken: Taken, provider: BaseEmailBackend) -> _Outcome:
    """Compose, write and send one mail."""
    address = taken.to
    try:
        mail = composed(taken)
        if mail is None:
            return _Outcome()
        address = mail.to
        letter = write(template=mail.template, to=mail.to, language=mail.language, context=mail.context)
        message = message_of(letter, mail.attachments, key=taken.key)
        message.connection = provider
        message.send()
    except (OperationalError, InterfaceError):
        # The lease brings the mail back when the database has recovered.
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail must not block the others.
        return _Outcome(address, answer_of(error))
    return _Outcome(address)


@transaction.atomic
def _record_bounce(mail: Taken, address: str, answer: Answer) -> None:
    outbox.drop(mail_id=mail.id)
    jobs.defer("accounts.record_bounce", address=address, reason=answer.words)
    metrics.mails.labels("refused").inc()


def _put_off(mail: Taken, answer: Answer, now: datetime, *, gives_up: bool = True) -> None:
    logger.warning("mail %s (%s) is put off: %s", mail.id, mail.template, answer.kind)
    seconds = jobs.pause_seconds(attempts=mail.attempts - 1)
    if seconds is None and not gives_up:
        seconds = jobs.LONGEST_PAUSE_SECONDS
    until = None if seconds is None else now + timedelta(seconds=seconds)
    outbox.put_off(mail_id=mail.id, until=until, reason=answer.words[:500], now=now)
    metrics.mails.labels("failed" if until is None else "delayed").inc()


def _pause(unsent: Sequence[Taken], answer: Answer, now: datetime) -> None:
    logger.error("the mail provider is in trouble, all mail waits: %s", answer.kind)
    metrics.mail_pauses.inc()
    with transaction.atomic():
        outbox.give_back(mail_ids=_ids(unsent))
        bucket.pause(reason=answer.words[:500], asked=answer.asked, per_second=settings.MAIL_PER_SECOND, now=now)


def _ids(mails: Sequence[Taken]) -> list[int]:
    return [mail.id for mail in mails]
