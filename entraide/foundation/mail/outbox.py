"""The outbox: the table in which mails wait, and the statements that put them in, take them out and put them off.

A mail is `waiting`, then `sending` under a lease, then gone. One that could not be sent is `delayed` until `due_at` and
waits again afterwards; after the last attempt it is `failed` and stays until an operator decides. Taking reads one
index in the order of urgency, however many wait.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

LEASE = timedelta(seconds=60)
# However many leases ended at once, moving them back stays a short statement.
MOVED_AT_ONCE = 1000
# More often than any mail that is only put off.
TAKEN_AT_MOST = 30

QUEUE_SQL = """
WITH put AS (
    INSERT INTO foundation_mail (rank, template, recipient, language, context, attachments)
    SELECT * FROM json_to_recordset(%s::json)
        AS row(rank smallint, template text, recipient text, language text, context jsonb, attachments jsonb)
    RETURNING 1
)
SELECT count(*), pg_notify('entraide_mail', '') FROM put
"""
MOVE_DUE_SQL = """
UPDATE foundation_mail SET due_at = NULL,
    state = CASE WHEN attempts < %(attempts)s THEN 'waiting' ELSE 'failed' END,
    reason = CASE WHEN attempts < %(attempts)s THEN reason ELSE 'its senders were killed' END,
    failed_at = CASE WHEN attempts < %(attempts)s THEN NULL ELSE %(now)s END
WHERE id IN (
    SELECT id FROM foundation_mail WHERE state IN ('sending', 'delayed') AND due_at <= %(now)s
    ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
"""
TAKE_SQL = """
WITH taken AS (
    UPDATE foundation_mail SET state = 'sending', due_at = %s, attempts = attempts + 1
    WHERE id = ANY (ARRAY(
        SELECT id FROM foundation_mail WHERE state = 'waiting' ORDER BY rank, id LIMIT %s FOR UPDATE SKIP LOCKED
    ))
    RETURNING id, rank, key, template, recipient, language, context, attachments, attempts
)
SELECT id, key, template, recipient, language, context::text, attachments::text, attempts FROM taken ORDER BY rank, id
"""
FORGET_SQL = "DELETE FROM foundation_mail WHERE recipient = %s AND recipient <> ''"
DONE_SQL = "DELETE FROM foundation_mail WHERE id = %s AND state = 'sending'"
GIVE_BACK_SQL = """
UPDATE foundation_mail SET state = 'waiting', due_at = NULL, attempts = attempts - 1
WHERE id = ANY (%s) AND state = 'sending'
"""
PUT_OFF_SQL = """
UPDATE foundation_mail SET state = %s, due_at = %s, reason = %s, failed_at = %s WHERE id = %s AND state = 'sending'
"""


class Urgency(IntEnum):
    """Which mail goes first when more wait than the provider takes: the lower, the sooner."""

    CODE = 10
    CHANGE = 20
    CONFIRMATION = 30
    WELCOME = 40
    REMINDER = 50


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text attached to a mail, such as a calendar entry."""

    name: str
    content: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail to write and send. `context` holds texts, numbers, booleans, None, and lists and mappings of them.

    A `stop_address` in it makes the mail one that its reader may end (`stopping`).
    It may wait for hours: it says what was true when it was queued, and a new version of its template must read it.
    When `template` names a composer, `to` and `language` may be empty: the composer finds them when the turn comes.
    """

    template: str
    to: str = ""
    language: str = ""
    context: Mapping[str, Any]
    urgency: Urgency
    attachments: Sequence[Attachment] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that this process is about to send, for the `attempts`th time; its key is the same each time."""

    id: int
    key: UUID
    template: str
    to: str
    language: str
    context: Mapping[str, Any]
    attachments: tuple[Attachment, ...]
    attempts: int


def queue_mails(*, mails: Sequence[Mail]) -> None:
    """Queue mails in the current transaction, with one statement. Raises TypeError for a context that is not plain."""
    if not mails:
        return
    # Unlike msgspec, json refuses a date or a lazy text, whose template would show something else after the wait.
    document = json.dumps([_row(mail) for mail in mails], ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(QUEUE_SQL, [document])


def queue_mail(
    *,
    template: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    urgency: Urgency,
    attachments: Sequence[Attachment] = (),
) -> None:
    """Queue one mail in the current transaction. Raises TypeError for a context that is not plain."""
    mail = Mail(template=template, to=to, language=language, context=context, urgency=urgency, attachments=attachments)
    queue_mails(mails=[mail])


def move_due(*, now: datetime) -> int:
    """Let wait again what was put off until now, and what a killed sender had taken; return how many.

    One that was taken again and again, and perhaps kills its sender, has failed.
    """
    with connection.cursor() as cursor:
        cursor.execute(MOVE_DUE_SQL, {"now": now, "most": MOVED_AT_ONCE, "attempts": TAKEN_AT_MOST})
        return int(cursor.rowcount)


def take(*, limit: int, now: datetime) -> list[Taken]:
    """Take the most urgent mails that wait and that no other sender has; they are this sender's while LEASE lasts."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_SQL, [now + LEASE, limit])
        return [_taken(*row) for row in cursor.fetchall()]


def drop(*, mail_id: int) -> None:
    """Forget a mail that was sent, or that will never arrive: nothing personal stays."""
    with connection.cursor() as cursor:
        cursor.execute(DONE_SQL, [mail_id])


def give_back(*, mail_ids: Sequence[int]) -> None:
    """Let mails wait as before: it was not their fault that they were not sent."""
    if mail_ids:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BACK_SQL, [list(mail_ids)])


def forget_mail_to(*, address: str) -> None:
    """Forget, in the current transaction, what waits for an address. What a composer has yet to write is its own."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_SQL, [address])


def put_off(*, mail_id: int, until: datetime | None, reason: str, now: datetime) -> None:
    """Put off a mail that could not be sent; without `until` it has failed and waits for an operator."""
    state = "failed" if until is None else "delayed"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PUT_OFF_SQL, [state, until, reason, now, mail_id])


def _row(mail: Mail) -> dict[str, Any]:
    return {
        "rank": int(mail.urgency),
        "template": mail.template,
        "recipient": mail.to,
        "language": mail.language,
        "context": mail.context,
        "attachments": [asdict(attachment) for attachment in mail.attachments],
    }


def _taken(
    mail_id: int, key: UUID, template: str, recipient: str, language: str, context: str, attachments: str, attempts: int
) -> Taken:
    return Taken(
        id=mail_id,
        key=key,
        template=template,
        to=recipient,
        language=language,
        context=msgspec.json.decode(context),
        attachments=msgspec.json.decode(attachments, type=tuple[Attachment, ...]),
        attempts=attempts,
    )
