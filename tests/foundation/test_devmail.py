"""The local mailbox: what it shows of a message, and what the message may do there."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from entraide.foundation import clock
from entraide.foundation.devmail import EmailBackend, newest
from tests.strict_client import StrictClient

# The strict client would refuse what the message brings along; the chrome around it asks for the crisis banner.
pytestmark = pytest.mark.django_db
ATTACK = '<html><head></head><body onload="alert(1)"><script>alert(1)</script><p>Hello</p></body></html>'


@pytest.fixture
def kept(tmp_path: Path, settings: Settings) -> Iterator[str]:
    """The key of a message with both parts, whose HTML tries what it may not."""
    settings.MAIL_DIR = tmp_path
    letter = EmailMultiAlternatives("Your code", "1234 https://example.org/", "us@example.org", ["ada@example.org"])
    letter.attach_alternative(ATTACK, "text/html")
    EmailBackend().send_messages([letter])
    (only,) = newest().rows
    yield only.key


def test_both_parts_of_a_message_are_shown(client: StrictClient, kept: str) -> None:
    answer = client.get(f"/dev/mail/{kept}/")
    page = answer.content.decode()
    assert "1234" in page
    assert "alert(1)" not in page
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    frame = re.search(r"<iframe[^>]*>", page)
    assert frame
    assert f'src="/dev/mail/{kept}/page/"' in frame[0]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame[0]


def test_a_message_was_kept_when_the_clock_on_the_wall_says(client: StrictClient, kept: str) -> None:
    (only,) = newest().rows
    assert only.at is not None
    assert abs(only.at - clock.now()) < timedelta(hours=1)
    assert timezone.localtime(only.at).strftime("%H:%M:%S") in client.get("/dev/mail/").content.decode()


def test_what_a_message_brings_along_runs_nothing_and_loads_nothing(kept: str) -> None:
    answer = Client().get(f"/dev/mail/{kept}/page/")
    assert '<base target="_blank">' in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert re.search(r"sandbox(?!.*allow-(scripts|same-origin|forms|top))", policy)
    assert "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_message_of_text_alone_has_no_page(client: StrictClient, kept: str) -> None:
    letter = EmailMultiAlternatives("Plain", "text", "us@example.org", ["ada@example.org"])
    EmailBackend().send_messages([letter])
    key = newest().rows[0].key
    assert "<iframe" not in client.get(f"/dev/mail/{key}/").content.decode()
    assert client.get(f"/dev/mail/{key}/page/").status_code == 404


def test_the_mailbox_is_read_to_its_end_and_by_address(client: StrictClient, kept: str) -> None:
    for number in range(120):
        to = ["bob@example.org" if number % 2 else "ada@example.org"]
        EmailBackend().send_messages([EmailMultiAlternatives(f"No {number}", "text", "us@example.org", to)])
    path, seen = "/dev/mail/?to=bob", []
    while path:
        page = client.get(path).content.decode()
        seen += re.findall(r">No (\d+)<", page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = html.unescape(found[1]) if found else ""
    assert [int(number) for number in seen] == list(range(119, 0, -2))


def test_what_is_no_place_in_the_mailbox_leads_to_its_start(client: StrictClient, kept: str) -> None:
    assert client.get("/dev/mail/?after=x")["Location"] == "/dev/mail/"
