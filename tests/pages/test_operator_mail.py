"""Mail on the operator's pages: what waits, what was given up and is settled, whom nothing reaches."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from entraide.accounts import api as accounts
from entraide.foundation import jobs
from entraide.foundation.mail import Urgency, bucket, mail_standing, queue_mail
from entraide.foundation.mail.sending import send_waiting
from entraide.journal import api as journal
from tests.pages.conftest import SignIn
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db


def read(client: StrictClient, name: str) -> str:
    """Return a page in English."""
    with translation.override("en"):
        return client.get(reverse(f"pages:{name}")).content.decode()


def test_reading_addresses_that_bounced_is_journaled(signed_in_as: SignIn) -> None:
    client = signed_in_as("operator")
    accounts.record_bounce(address="operator@example.org", reason="550 no such mailbox")
    assert "550 no such mailbox" in client.get(reverse("pages:operator-mail")).content.decode()
    (entry,) = journal.latest(verbs=("mail.bounces_read",))
    assert entry.detail == {"count": 1}


@pytest.fixture
def failed_mails(now: datetime) -> None:
    """Two mails whose template is gone, tried until they were given up."""
    for name in ("ada", "bob"):
        queue_mail(
            template="gone/letter", to=f"{name}@example.org", language="fr", context={}, urgency=Urgency.REMINDER
        )
    at = now
    for _ in range(jobs.MAX_ATTEMPTS):
        send_waiting(now=at)
        at += timedelta(hours=1)


def test_mail_that_failed_is_shown_with_its_reason_and_tried_again(signed_in_as: SignIn, failed_mails: None) -> None:
    client = signed_in_as("operator")
    assert "2 mails could not be sent" in read(client, "operator")
    page = read(client, "operator-mail")
    assert "gone/letter" in page
    assert "TemplateDoesNotExist" in page
    for _ in range(2):
        assert client.post(reverse("pages:operator-mail-retry")).status_code == 302
    standing = mail_standing(now=datetime.now(UTC))
    assert (standing.failed, standing.waiting[Urgency.REMINDER]) == (0, 2)
    # The second click found nothing to do.
    assert [entry.detail for entry in journal.latest(verbs=("mail.retried",))] == [{"count": 2}]


def test_mail_that_failed_is_forgotten_after_a_question(signed_in_as: SignIn, failed_mails: None) -> None:
    client, address = signed_in_as("operator"), reverse("pages:operator-mail-forget")
    assert client.get(address).status_code == 200
    assert mail_standing(now=datetime.now(UTC)).failed == 2
    client.post(address)
    standing = mail_standing(now=datetime.now(UTC))
    assert (standing.failed, standing.total) == (0, 0)
    assert [entry.detail for entry in journal.latest(verbs=("mail.forgotten",))] == [{"count": 2}]


@pytest.mark.parametrize("name", ["operator-mail-retry", "operator-mail-forget"])
def test_only_operators_decide_about_mail_that_failed(signed_in_as: SignIn, failed_mails: None, name: str) -> None:
    assert signed_in_as("referent 67").post(reverse(f"pages:{name}")).status_code == 403
    assert mail_standing(now=datetime.now(UTC)).failed == 2


def test_a_provider_in_trouble_is_told_with_its_answer(signed_in_as: SignIn) -> None:
    client = signed_in_as("operator")
    now = datetime.now(UTC)
    queue_mail(
        template="accounts/mail/sign_in_code", to="ada@example.org", language="fr",
        context={"code": "1234-5678", "path": "/"}, urgency=Urgency.CODE,
    )  # fmt: skip
    bucket.pause(reason="421 4.7.0 too many connections", asked=timedelta(minutes=10), per_second=20, now=now)
    assert "the provider is in trouble" in read(client, "operator")
    page = read(client, "operator-mail")
    assert "421 4.7.0 too many connections" in page
    assert "mails wait in the outbox" in page
