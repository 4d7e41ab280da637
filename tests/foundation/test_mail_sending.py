"""The outbox: mail leaves at the provider's pace, most urgent first, and waits when the provider is in trouble."""

import smtplib
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from entraide.foundation import mail
from entraide.foundation.jobs import MAX_ATTEMPTS
from entraide.foundation.mail import (
    Mail,
    Urgency,
    forget_mail_to,
    mail_standing,
    queue_mail,
    queue_mails,
    retry_failed_mail,
)
from entraide.foundation.mail.outbox import LEASE, TAKEN_AT_MOST, move_due, take
from entraide.foundation.mail.pace import FIRST_PAUSE
from entraide.foundation.mail.sending import SENT_AT_ONCE, send_waiting
from tests.letters import waiting_letters

pytestmark = pytest.mark.django_db
TEMPLATE = "accounts/mail/sign_in_code"


class Provider(EmailBackend):
    """A provider that takes mail, but for the addresses that have an error."""

    errors: dict[str, Exception] = {}
    down: Exception | None = None

    def open(self) -> bool:
        """Fail when the provider is down."""
        if Provider.down:
            raise Provider.down
        return True

    def send_messages(self, messages: Sequence[Any]) -> int:
        """Take the messages or raise the error of their address."""
        for message in messages:
            if error := Provider.errors.get(message.to[0]):
                raise error
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def provider(settings: Any) -> None:
    """Ten mails a second through a provider that works."""
    settings.EMAIL_BACKEND = "tests.foundation.test_mail_sending.Provider"
    settings.MAIL_PER_SECOND = 10
    Provider.errors, Provider.down = {}, None


def queue(to: str, urgency: Urgency = Urgency.WELCOME) -> None:
    context = {"code": "1234-5678", "path": "/en/"}
    queue_mail(template=TEMPLATE, to=to, language="en", context=context, urgency=urgency)


def sent() -> list[str]:
    return [message.to[0] for message in django_mail.outbox]


def send_for(seconds: float, *, since: datetime) -> datetime:
    """Send as the worker does: again at once while there is more, else when it said; return the moment reached."""
    at, end = since, since + timedelta(seconds=seconds)
    while at < end:
        outcome = send_waiting(now=at)
        at += outcome if isinstance(outcome, timedelta) else timedelta(0 if outcome else 1)
    return at


def states() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient, state FROM foundation_mail")
        return dict(cursor.fetchall())


def test_the_most_urgent_leaves_first_and_the_oldest_of_a_kind(now: datetime) -> None:
    for urgency in (Urgency.REMINDER, Urgency.WELCOME, Urgency.CONFIRMATION, Urgency.CHANGE, Urgency.CODE):
        queue(f"{urgency.name}1@example.org", urgency)
        queue(f"{urgency.name}2@example.org", urgency)

    assert send_waiting(now=now) is True

    order = ["CODE", "CHANGE", "CONFIRMATION", "WELCOME", "REMINDER"]
    assert sent() == [f"{name}{number}@example.org" for name in order for number in (1, 2)]
    assert waiting_letters() == []
    assert send_waiting(now=now + timedelta(seconds=1)) is False


def test_a_code_overtakes_whatever_waits(now: datetime) -> None:
    for number in range(50):
        queue(f"welcome{number}@example.org")
    later = send_for(1, since=now)
    queue("code@example.org", Urgency.CODE)

    send_for(0.5, since=later)

    assert sent().index("code@example.org") < 25


def test_mail_leaves_at_the_pace_of_the_provider(now: datetime) -> None:
    for number in range(100):
        queue(f"person{number}@example.org")

    at = send_for(4, since=now)

    # One burst of a second, then ten a second.
    assert 45 <= len(sent()) <= 52
    assert len(set(sent())) == len(sent())
    send_for(10, since=at)
    assert len(sent()) == 100


@pytest.mark.django_db(transaction=True)
def test_all_senders_share_one_pace_and_no_mail(now: datetime, transactional_db: None) -> None:
    for number in range(60):
        queue(f"person{number}@example.org")
    faults: list[Exception] = []

    def send() -> None:
        try:
            while send_waiting(now=now) is True:
                pass
        except Exception as error:  # noqa: BLE001 - the thread hands over whatever went wrong.
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert len(sent()) == len(set(sent())) == 10


def test_a_provider_that_is_away_pauses_all_mail_and_blames_none(now: datetime) -> None:
    Provider.down = ConnectionRefusedError()
    queue("a@example.org")
    queue("b@example.org")

    send_waiting(now=now)

    standing = mail_standing(now=now)
    assert (standing.total, standing.paused_until, standing.trouble) == (2, now + FIRST_PAUSE, "ConnectionRefusedError")
    assert send_waiting(now=now + FIRST_PAUSE / 2) == FIRST_PAUSE / 2
    # It is asked less and less often while it stays away.
    send_waiting(now=now + FIRST_PAUSE)
    assert send_waiting(now=now + FIRST_PAUSE * 2) == FIRST_PAUSE

    Provider.down = None
    send_for(20, since=now + FIRST_PAUSE * 3)
    assert sorted(sent()) == ["a@example.org", "b@example.org"]
    assert mail_standing(now=now + timedelta(minutes=1)).trouble == ""


def test_a_mail_that_alone_troubles_the_provider_holds_up_nobody(now: datetime) -> None:
    Provider.errors = {"a@example.org": smtplib.SMTPServerDisconnected("closed")}
    for name in "abc":
        queue(f"{name}@example.org")

    send_for(60, since=now)

    assert sorted(sent()) == ["b@example.org", "c@example.org"]
    assert states() == {"a@example.org": "delayed"}


def test_an_address_that_refuses_for_good_is_recorded_and_forgotten(now: datetime) -> None:
    Provider.errors = {"a@example.org": smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"unknown")})}
    queue("a@example.org")

    send_waiting(now=now)

    assert states() == {}
    job = ProcrastinateJob.objects.get(task_name="accounts.record_bounce")
    assert job.args == {"address": "a@example.org", "reason": "550 unknown"}


def test_a_mail_that_cannot_be_written_is_tried_again_then_kept_for_an_operator(
    now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    queue_mail(template="no/such", to="a@example.org", language="en", context={}, urgency=Urgency.CODE)
    queue("b@example.org")
    at = now
    for _ in range(MAX_ATTEMPTS):
        send_waiting(now=at)
        at += timedelta(hours=1)

    assert sent() == ["b@example.org"]
    assert states() == {"a@example.org": "failed"}
    assert mail_standing(now=at).failed == 1
    assert "a@example.org" not in caplog.text
    assert retry_failed_mail() == 1
    assert states() == {"a@example.org": "waiting"}


def test_what_a_killed_sender_had_taken_waits_again_after_its_lease(now: datetime) -> None:
    queue("a@example.org")
    assert len(take(limit=SENT_AT_ONCE, now=now)) == 1

    assert send_waiting(now=now + LEASE / 2) is False
    send_waiting(now=now + LEASE)

    assert sent() == ["a@example.org"]


@pytest.mark.django_db(transaction=True)
def test_mail_is_queued_with_the_change_or_not_at_all(now: datetime, transactional_db: None) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        queue("a@example.org")
        raise RuntimeError
    assert waiting_letters() == []


def test_what_waits_for_an_address_is_forgotten_with_it(now: datetime) -> None:
    queue("a@example.org")
    queue("b@example.org")
    forget_mail_to(address="a@example.org")
    assert list(states()) == ["b@example.org"]


def test_a_mail_that_kills_every_sender_is_kept_for_an_operator(now: datetime) -> None:
    queue("a@example.org")
    at = now
    for _ in range(TAKEN_AT_MOST):
        assert len(take(limit=1, now=at)) == 1
        at += LEASE
        move_due(now=at)

    assert take(limit=1, now=at) == []
    assert states() == {"a@example.org": "failed"}


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), uuid4(), {1, 2}], ids=["date", "uuid", "set"])  # noqa: DTZ001
def test_a_context_holds_plain_values(value: object) -> None:
    with pytest.raises(TypeError):
        queue_mails(
            mails=[Mail(template=TEMPLATE, to="a@b.fr", language="en", context={"code": value}, urgency=Urgency.CODE)]
        )


def test_what_is_attached_arrives(now: datetime) -> None:
    queue_mail(
        template=TEMPLATE, to="a@example.org", language="en", context={"code": "1", "path": "/"}, urgency=Urgency.CODE,
        attachments=[mail.Attachment(name="slot.ics", content="BEGIN:VCALENDAR", media_type="text/calendar")],
    )  # fmt: skip
    send_waiting(now=now)
    [message] = django_mail.outbox
    assert message.attachments == [("slot.ics", "BEGIN:VCALENDAR", "text/calendar")]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_the_outbox_says_how_long_it_takes(now: datetime) -> None:
    for number in range(30):
        queue(f"{number}@example.org", Urgency.REMINDER)
    standing = mail_standing(now=now)
    assert (standing.waiting[Urgency.REMINDER], standing.waiting[Urgency.CODE], standing.is_about) == (30, 0, False)
    assert standing.left == timedelta(seconds=3)
