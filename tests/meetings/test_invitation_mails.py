"""The mails of invitations, and what they put into calendars, read by a library that knows RFC 5545."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event
from pytest_django.fixtures import Settings

from entraide.accounts.models import Person
from entraide.foundation.ids import new_id
from entraide.foundation.mail.writing import Letter, message_of
from entraide.meetings.actions import inviting, scheduling
from entraide.meetings.models import Meeting
from entraide.meetings.rules.guests import Guest
from tests.letters import WaitingLetter, waiting_letters
from tests.meetings.situations import host_person, invitation_to, moved_by, planned

pytestmark = pytest.mark.django_db
BO = Guest("bo@example.org", name="Bo", language="fr")
CLEO = Guest("cleo@example.org", language="en")


@pytest.fixture
def ada() -> Person:
    return host_person()


def calendar_of(letter: WaitingLetter) -> Calendar:
    (attachment,) = letter.attachments
    return Calendar.from_ical(attachment.content)


def event_of(letter: WaitingLetter) -> Event:
    (event,) = calendar_of(letter).events
    return event


def begin_of(event: Event) -> datetime:
    begin = event.start
    assert isinstance(begin, datetime)
    return begin


def test_each_is_written_to_in_their_language_with_a_link_of_their_own(ada: Person) -> None:
    meeting = planned(ada, BO, CLEO)
    (french,), (english,) = waiting_letters(to=BO.email), waiting_letters(to=CLEO.email)
    assert french.subject == "Ada Exemple vous invite : Réunion d’équipe"
    assert english.subject == "Ada Exemple invites you: Réunion d’équipe"
    for letter, guest in ((french, BO), (english, CLEO)):
        secret = inviting.secret_for(invitation_to(meeting, guest.email))
        assert f"/{guest.language}/meet/with/{secret}/" in letter.text
        assert secret in letter.html
    assert CLEO.email not in french.text + french.attachments[0].content


def test_a_calendar_takes_the_meeting_in_with_its_zone(ada: Person) -> None:
    meeting = planned(ada, BO, zone="Indian/Reunion")
    (letter,) = waiting_letters(to=BO.email)
    calendar, event = calendar_of(letter), event_of(letter)
    assert letter.attachments[0].media_type == "text/calendar; method=REQUEST"
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert begin_of(event).astimezone(ZoneInfo("UTC")) == meeting.starts_at
    assert event["DTSTART"].params["TZID"] == "Indian/Reunion"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Indian/Reunion"]
    assert (event["SEQUENCE"], event["STATUS"], event["SUMMARY"]) == (0, "CONFIRMED", meeting.title)
    assert str(event["ATTENDEE"]) == f"mailto:{BO.email}"
    assert ada.email not in letter.attachments[0].content
    assert not calendar.errors and not event.errors
    lines = letter.attachments[0].content.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75


def test_paris_has_both_of_its_times(ada: Person) -> None:
    planned(ada, BO)
    (zone,) = calendar_of(waiting_letters()[0]).walk("VTIMEZONE")
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}


def test_a_change_is_told_once_however_many_there_were_with_the_same_link(ada: Person) -> None:
    meeting = planned(ada, BO)
    before = waiting_letters()[0]
    for hours in (1, 2):
        meeting.refresh_from_db()
        moved = timedelta(hours=hours)
        plan = scheduling.Plan(
            meeting.title, meeting.starts_at + moved, meeting.ends_at + moved, meeting.zone, meeting.most_heads
        )
        scheduling.change_meeting(meeting_id=meeting.pk, host_id=ada.pk, plan=plan)
    (letter,) = waiting_letters()
    assert letter.subject == "Changement : Réunion d’équipe"
    event, former = event_of(letter), event_of(before)
    assert (event["UID"], event["SEQUENCE"]) == (former["UID"], 2)
    assert begin_of(event) - begin_of(former) == timedelta(hours=3)
    assert event["URL"] == former["URL"]


def test_who_is_invited_after_a_change_is_invited_and_told_of_no_change(ada: Person) -> None:
    meeting = planned(ada)
    Meeting.objects.filter(pk=meeting.pk).update(sequence=3)
    inviting.invite(meeting_id=meeting.pk, host_id=ada.pk, guests=[BO])
    (letter,) = waiting_letters()
    assert letter.subject.startswith("Ada Exemple vous invite")
    assert event_of(letter)["SEQUENCE"] == 3


def test_a_cancelled_meeting_is_struck_out(ada: Person) -> None:
    meeting = planned(ada, BO)
    first = event_of(waiting_letters()[0])
    scheduling.cancel_meeting(meeting_id=meeting.pk, host_id=ada.pk)
    (letter,) = waiting_letters()
    assert letter.subject == "Annulation : Réunion d’équipe"
    assert "/meet/with/" not in letter.text + letter.html + letter.attachments[0].content
    event = event_of(letter)
    assert calendar_of(letter)["METHOD"] == "CANCEL"
    assert (event["STATUS"], event["SEQUENCE"], event["UID"]) == ("CANCELLED", 1, first["UID"])


def test_who_is_not_invited_any_more_is_told_and_nobody_else(ada: Person) -> None:
    meeting = planned(ada, BO, CLEO)
    link = invitation_to(meeting, BO.email)
    inviting.revoke_invitation(meeting_id=meeting.pk, host_id=ada.pk, invitation_id=link.pk)
    assert [letter.subject.split(" :")[0].split(":")[0] for letter in waiting_letters(to=BO.email)] == ["Annulation"]
    (letter,) = waiting_letters(to=CLEO.email)
    assert calendar_of(letter)["METHOD"] == "REQUEST"


def test_a_mail_that_comes_to_its_turn_after_the_meeting_is_not_sent(ada: Person) -> None:
    meeting = planned(ada, BO)
    moved_by(meeting, timedelta(days=2))
    assert waiting_letters() == []


def test_what_a_host_types_stays_text(ada: Person) -> None:
    planned(ada, BO, title="Fin\r\nBCC: x@example.org;,\\ <b>ATTENDEE:mailto:y@example.org")
    (letter,) = waiting_letters()
    assert "\n" not in letter.subject
    assert "<b>" not in letter.html
    event = event_of(letter)
    assert str(event["SUMMARY"]) == "Fin BCC: x@example.org;,\\ <b>ATTENDEE:mailto:y@example.org"
    assert not isinstance(event["ATTENDEE"], list)


def test_the_attachment_travels_as_an_invitation(ada: Person) -> None:
    planned(ada, BO)
    (letter,) = waiting_letters()
    written = Letter(to=letter.to, subject=letter.subject, text=letter.text, html=letter.html)
    message = message_of(written, letter.attachments, key=new_id()).message()
    (part,) = [each for each in message.walk() if each.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert Calendar.from_ical(payload)["METHOD"] == "REQUEST"


def test_under_a_new_secret_of_the_deployment_the_next_mail_has_a_link_that_works(
    ada: Person, settings: Settings
) -> None:
    meeting = planned(ada, BO)
    settings.SECRET_KEY = "another secret of the tests, long enough for anybody"
    (letter,) = waiting_letters()
    link = invitation_to(meeting, BO.email)
    assert inviting.secret_for(link) in letter.text
