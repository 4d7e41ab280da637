"""Mails that come again and again are ended by one click in a mail program, by the headers that a server was given."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest

from entraide.accounts import api as accounts
from entraide.accounts.models import Person, WorkMailWish
from entraide.foundation import clock
from entraide.foundation.mail import Urgency, queue_mail
from entraide.foundation.mail.sending import send_waiting
from entraide.volunteering.actions import saved_searches
from entraide.volunteering.actions.saved_searches import Saving
from entraide.volunteering.actions.telling_work import tell_managers, tell_moderators
from entraide.volunteering.models import SavedSearch
from entraide.volunteering.rules.saved_searches import Cadence
from entraide.volunteering.search_letters import tell_of_new_missions
from tests.mail_server import MailServer
from tests.strict_client import StrictClient
from tests.volunteering import situations as given
from tests.volunteering.test_telling_work import manager, referent

pytestmark = pytest.mark.django_db
Send = Callable[[], list[EmailMessage]]


@pytest.fixture
def now() -> datetime:
    """The present: searches and senders read the clock themselves."""
    return clock.now()


@pytest.fixture
def sent(settings: Any) -> Iterator[Send]:
    """Send what waits to a real server, and return what it was given."""
    with MailServer().listening() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port

        def send() -> list[EmailMessage]:
            while send_waiting(now=clock.now()) is True:
                pass
            return server.taken

        yield send


@pytest.fixture
def browser() -> StrictClient:
    """Somebody else's program: it has no cookie, and forms without a token are refused as they are in service."""
    return StrictClient(enforce_csrf_checks=True)


def stop_path(message: EmailMessage) -> str:
    """Return where the headers of a mail lead, which a mail program reads."""
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # A long header is folded on its way, which is read as a space.
    found = re.fullmatch(r"<(https?://[^<>\s]+)>", str(message["List-Unsubscribe"]).strip())
    assert found, message["List-Unsubscribe"]
    return urlsplit(found[1]).path


def one_click(browser: StrictClient, path: str) -> None:
    """Ask as a mail program does: it takes one answer, and follows nothing."""
    answer = browser.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


def a_search_told_of(now: datetime) -> SavedSearch:
    search = saved_searches.save_search(
        acting=given.acting(given.volunteer_adult()),
        query="?kind=food_aid",
        saving=Saving("Aide alimentaire", Cadence.AT_ONCE),
        now=now - timedelta(hours=3),
    )
    given.slot_tomorrow(given.mission_online(now=now - timedelta(hours=2)), now=now)
    assert tell_of_new_missions(cadence=Cadence.AT_ONCE, now=now) == 1
    return search


def test_a_search_s_mails_end_by_one_click(sent: Send, browser: StrictClient, now: datetime) -> None:
    search = a_search_told_of(now)
    [message] = sent()
    path = stop_path(message)
    # A program that only looks ends nothing.
    assert browser.get(path).status_code == 200
    search.refresh_from_db()
    assert search.cadence == Cadence.AT_ONCE
    one_click(browser, path)
    search.refresh_from_db()
    assert search.cadence == Cadence.FEED
    # Asked twice, nothing more happens; with the search itself gone, the program is told so.
    one_click(browser, path)
    search.delete()
    assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 404


def test_one_click_may_come_as_a_form_with_parts(sent: Send, browser: StrictClient, now: datetime) -> None:
    search = a_search_told_of(now)
    [message] = sent()
    assert browser.post(stop_path(message), {"List-Unsubscribe": "One-Click"}).status_code == 200
    search.refresh_from_db()
    assert search.cadence == Cadence.FEED


def test_whoever_opens_the_link_ends_them_by_its_button(sent: Send, browser: StrictClient, now: datetime) -> None:
    search = a_search_told_of(now)
    path = stop_path(sent()[0])
    answer = browser.post(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    search.refresh_from_db()
    assert search.cadence == Cadence.FEED


@pytest.fixture
def waiting(now: datetime) -> accounts.Organisation:
    """An organisation for whose answer somebody waits, and which itself waits for a check of another mission."""
    mission = given.mission_online(now=now, admission="review")
    given.joined(given.slot_tomorrow(mission, now=now, hours=24 * 6), now=now)
    given.mission_online(now=now, organisation=mission.organisation, state="submitted")
    return mission.organisation


def test_work_mails_end_by_one_click_kind_by_kind(
    sent: Send, browser: StrictClient, waiting: accounts.Organisation, now: datetime
) -> None:
    mona, rene = manager(waiting, now), referent("67", now)
    # Referents are told in the morning, which this may not be.
    now = (now + timedelta(days=1)).replace(hour=11)
    assert (tell_managers(now=now), tell_moderators(now=now)) == (1, 1)
    letters = {str(message["to"]): message for message in sent()}
    paths = {person.pk: stop_path(letters[person.email]) for person in (mona, rene)}
    assert browser.get(paths[mona.pk]).status_code == 200
    assert not WorkMailWish.objects.filter(cadence="never").exists()
    one_click(browser, paths[mona.pk])
    assert WorkMailWish.objects.get(cadence="never").person_id == mona.pk
    assert WorkMailWish.objects.get(cadence="never").kind == "candidates"
    # A person's button leads back to the page, which says so.
    assert browser.post(paths[rene.pk]).headers["Location"] == paths[rene.pk]
    assert "No such mail is sent to you any more" in browser.get(paths[rene.pk]).content.decode()
    tomorrow = now + timedelta(days=1)
    assert (tell_managers(now=tomorrow), tell_moderators(now=tomorrow)) == (0, 0)


@pytest.mark.parametrize("token", ["x", "0" * 32, f"{'0' * 32}.candidates:x", "é.candidates:x", "a.b.c:d:e"])
def test_a_link_that_was_never_made_ends_nothing(browser: StrictClient, token: str) -> None:
    path = f"/en/work-mail/{token}/stop/"
    assert browser.get(path).status_code == 404
    assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 404


def test_a_link_to_another_address_or_of_another_kind_ends_nothing(
    sent: Send, browser: StrictClient, waiting: accounts.Organisation, now: datetime
) -> None:
    mona = manager(waiting, now)
    tell_managers(now=now)
    path = stop_path(sent()[0])
    assert browser.post(path.replace("candidates", "moderation")).status_code == 404
    Person.objects.filter(pk=mona.pk).update(email="elsewhere@example.org")
    assert browser.post(path).status_code == 404
    assert not WorkMailWish.objects.filter(cadence="never").exists()


def test_a_mail_that_comes_once_offers_nothing_to_end(sent: Send, now: datetime) -> None:
    context = {"code": "1234-5678", "path": "/en/"}
    queue_mail(
        template="accounts/mail/sign_in_code",
        to="ada@example.org",
        language="en",
        context=context,
        urgency=Urgency.CODE,
    )
    [message] = sent()
    assert message["List-Unsubscribe"] is None
    assert message["List-Unsubscribe-Post"] is None
