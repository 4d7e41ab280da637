"""`bin/manage take-returned-mail`, as a mail server calls it: with one mail on its standard input."""

import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from entraide.accounts.models import Person
from entraide.foundation.mail.writing import message_of, write
from tests.foundation.test_returned_mail import FAILED, report

ROOT = Path(__file__).resolve().parents[2]


def mail_to(address: str) -> str:
    """Return a mail of ours as its reader's server has it."""
    letter = write(
        template="accounts/mail/sign_in_code", to=address, language="fr", context={"code": "1234-5678", "path": "/fr/"}
    )
    return message_of(letter, [], key=uuid4()).message().as_bytes().decode()


def take(content: bytes, node: dict[str, str], **variables: str) -> subprocess.CompletedProcess[bytes]:
    # The same folder, and so the same secret, as the process that wrote the mail.
    environment = {**node, "VAR_DIR": str(settings.VAR_DIR), **variables}
    command = [sys.executable, "-m", "config.manage", "take-returned-mail"]
    return subprocess.run(command, cwd=ROOT, env=environment, input=content, capture_output=True, check=False)


@pytest.mark.django_db(transaction=True)
def test_a_report_on_a_mail_that_we_sent_marks_its_person(node: dict[str, str]) -> None:
    for name in ("ada", "bob"):
        Person.objects.create(email=f"{name}@example.org")
    content = report(
        head=mail_to("ada@example.org"), fields=FAILED.format(address="ada@example.org"), quoted="message/rfc822"
    )
    for _ in range(2):
        done = take(content, node)
        assert done.returncode == 0, done.stderr
    assert {person.email: (person.mail_state, person.mail_refusal) for person in Person.objects.all()} == {
        "ada@example.org": ("bounced", "550 5.1.1 no such mailbox"),
        "bob@example.org": ("ok", ""),
    }


@pytest.mark.django_db(transaction=True)
def test_what_is_no_report_on_our_mail_is_passed_over(node: dict[str, str]) -> None:
    Person.objects.create(email="ada@example.org")
    for content in (b"", b"\x00\xff" * 1000, b"Subject: Absent du bureau\n\nJe reviens lundi.\n"):
        assert take(content, node).returncode == 0
    assert Person.objects.get().mail_state == "ok"


def test_while_the_database_is_away_the_mail_server_is_told_to_come_back(node: dict[str, str]) -> None:
    content = report(head=mail_to("ada@example.org"), fields=FAILED.format(address="ada@example.org"))
    done = take(content, node, DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing")
    assert (done.returncode, b"Traceback" in done.stderr) == (75, False)
