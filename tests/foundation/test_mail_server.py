"""Mail over SMTP to a real server: refusals, delays, one pace of several processes, a killed sender."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from entraide.accounts.models import Person
from entraide.accounts.tasks import note_bounce
from entraide.foundation.mail import Mail, Urgency, mail_standing, queue_mails
from entraide.foundation.mail.outbox import LEASE
from entraide.foundation.mail.pace import FIRST_PAUSE
from entraide.foundation.mail.sending import send_waiting
from tests.mail_server import MailServer

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "accounts/mail/sign_in_code"
# What a worker does, at a moment that the test gives: until nothing may leave any more.
SEND = """
import sys
from datetime import datetime
import django
django.setup()
from entraide.foundation.mail.sending import send_waiting
while send_waiting(now=datetime.fromisoformat(sys.argv[1])) is True:
    pass
"""
Sender = Callable[[datetime], subprocess.Popen[bytes]]


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A server to which this process sends ten mails a second."""
    with MailServer().listening() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.MAIL_PER_SECOND = 10
        yield server


@pytest.fixture
def sender(server: MailServer, node: dict[str, str]) -> Iterator[Sender]:
    """Another process that sends to the same server from the same outbox."""
    environment = {**node, "MAIL_URL": f"smtp://127.0.0.1:{server.port}", "MAIL_PER_SECOND": "10"}
    started: list[subprocess.Popen[bytes]] = []

    def start(now: datetime) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", SEND, now.isoformat()]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def queue(*names: str, urgency: Urgency = Urgency.WELCOME) -> None:
    context = {"code": "1234-5678", "path": "/en/"}
    queue_mails(
        mails=[
            Mail(template=TEMPLATE, to=f"{name}@example.org", language="en", context=context, urgency=urgency)
            for name in names
        ]
    )


def left() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient, state FROM foundation_mail")
        return dict(cursor.fetchall())


@pytest.mark.django_db
def test_an_address_that_the_server_refuses_for_good_marks_its_person(server: MailServer, now: datetime) -> None:
    Person.objects.create(email="gone@example.org")
    server.to_address = {"gone@example.org": "550 5.1.1 no such mailbox"}
    queue("gone", "here")

    send_waiting(now=now)

    assert server.addresses == ["here@example.org"]
    assert left() == {}
    note_bounce(**ProcrastinateJob.objects.get(task_name="accounts.record_bounce").args)
    person = Person.objects.get()
    assert (person.mail_state, person.mail_refusal) == ("bounced", "550 5.1.1 no such mailbox")


@pytest.mark.django_db
def test_an_address_that_is_put_off_waits_alone_and_is_tried_again(server: MailServer, now: datetime) -> None:
    Person.objects.create(email="full@example.org")
    server.to_address = {"full@example.org": "450 4.2.2 mailbox full"}
    queue("full", "here")

    send_waiting(now=now)

    assert server.addresses == ["here@example.org"]
    assert left() == {"full@example.org": "delayed"}
    server.to_address = {}
    send_waiting(now=now + timedelta(seconds=1))
    assert server.addresses == ["here@example.org"]
    send_waiting(now=now + timedelta(minutes=1))
    assert server.addresses == ["here@example.org", "full@example.org"]
    assert Person.objects.get().mail_state == "ok"


@pytest.mark.django_db
def test_a_server_in_trouble_is_left_alone_and_nothing_is_lost(server: MailServer, now: datetime) -> None:
    server.to_text = "451 4.3.0 try again later"
    queue("a", "b")

    send_waiting(now=now)

    standing = mail_standing(now=now)
    assert (standing.paused_until, standing.trouble) == (now + FIRST_PAUSE, "451 4.3.0 try again later")
    assert sorted(left()) == ["a@example.org", "b@example.org"]
    server.to_text = ""
    send_waiting(now=now + FIRST_PAUSE / 2)
    assert server.addresses == []
    # The pause took what might have left at once: time brings it again.
    send_waiting(now=now + timedelta(minutes=1))
    assert sorted(server.addresses) == ["a@example.org", "b@example.org"]


@pytest.mark.django_db(transaction=True)
def test_several_processes_share_one_pace_and_no_mail(server: MailServer, sender: Sender, now: datetime) -> None:
    queue(*(f"welcome{number}" for number in range(30)))
    queue("code", urgency=Urgency.CODE)

    def send_all(at: datetime) -> None:
        assert [process.wait() for process in [sender(at) for _ in range(3)]] == [0, 0, 0]

    send_all(now)
    # However many they are, a moment has one burst.
    assert len(server.taken) == 10
    assert "code@example.org" in server.addresses
    send_all(now + timedelta(seconds=0.5))
    assert len(server.taken) == 15
    send_all(now + timedelta(seconds=1.5))
    send_all(now + timedelta(seconds=2.5))
    assert set(Counter(server.addresses).values()) == {1}
    assert len(server.taken) == 31


@pytest.mark.django_db(transaction=True)
def test_a_killed_sender_loses_nothing_and_repeats_the_one_mail_that_it_was_at(
    server: MailServer, sender: Sender, now: datetime
) -> None:
    everybody = [f"person{number}" for number in range(8)]
    queue(*everybody)
    killed: list[subprocess.Popen[bytes]] = []

    def kill(number: int) -> None:
        # The server has the mail, and its sender never hears so.
        if number == 4:
            killed[0].kill()

    server.taking = kill
    killed.append(sender(now))
    assert killed[0].wait() != 0
    assert len(server.taken) == 4

    assert sender(now + LEASE / 2).wait() == 0
    assert len(server.taken) == 4
    assert sender(now + LEASE).wait() == 0

    assert left() == {}
    assert Counter(server.addresses) == Counter({f"{name}@example.org": 1 + (name == "person3") for name in everybody})
    twice = [message["message-id"] for message in server.taken if message["to"] == "person3@example.org"]
    assert twice[0] == twice[1]
