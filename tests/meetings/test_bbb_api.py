"""The BigBlueButton API, as learning platforms use it: their sequences, their faults, and what tenants may not see."""

from datetime import timedelta
from io import StringIO
from typing import cast
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client

from entraide.meetings import bounds
from entraide.meetings.actions.entering import come_to_door, join_room, leave_room
from entraide.meetings.actions.forgetting import forget_ended
from entraide.meetings.actions.moderating import kick
from entraide.meetings.actions.tenants import retire_tenant, rotate_secret, set_sha1
from entraide.meetings.models import Invitation, Participant, Room, Tenant, TenantMeeting
from entraide.meetings.rules import visitors
from entraide.meetings.rules.visitors import Visitor
from tests.meetings.platforms import API, Platform, key_of, read, spelt
from tests.meetings.situations import KEY

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform() -> Platform:
    """A learning platform that may open meetings."""
    return Platform("school")


def comes_by_link(platform: Platform, **given: object) -> tuple[Client, HttpResponse]:
    """Let somebody follow a link of a platform in a browser of their own; return it, and the page of the door."""
    browser = Client()
    wish = {"meetingID": "course-1", "fullName": "Ada", "role": "VIEWER", **given}
    moved = browser.get(platform.url("join", **wish))
    assert moved.status_code == 302
    page = browser.get(moved.headers["Location"], follow=True)
    return browser, cast(HttpResponse, page)


def is_in(browser: Client, name: str) -> Participant:
    """Go through the door as the page's script does, and be in the room."""
    key = browser.cookies[visitors.COOKIE].value
    entry = come_to_door(name=name, visitor=Visitor(key=key, display="somebody else"), key=KEY)
    return join_room(token=entry.token, keys=(KEY,)).participant


def test_whoever_asks_for_nothing_is_told_the_version() -> None:
    for path in ("/bigbluebutton/api", API):
        answer = read(cast(HttpResponse, Client().get(path)))
        assert (key_of(answer)[0], answer.findtext("version")) == ("SUCCESS", "2.0")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_a_platform_chooses_its_sum(algorithm: str) -> None:
    platform = Platform("school", algorithm=algorithm)
    assert key_of(platform.ask("getMeetings")) == ("SUCCESS", "noMeetings")


def test_sha1_can_be_switched_off_for_a_tenant() -> None:
    platform = Platform("school", algorithm="sha1")
    set_sha1(key="school", taken=False)
    assert key_of(platform.ask("getMeetings")) == ("FAILED", "checksumError")


def test_the_sum_is_over_what_was_sent_however_it_is_spelt(platform: Platform) -> None:
    query = platform.signed("create", spelt(name="Maths à 10 h", meetingID="a b"))
    assert key_of(read(cast(HttpResponse, Client().get(f"{API}create?{query}"))))[0] == "SUCCESS"
    assert TenantMeeting.objects.get().meeting_id == "a b"


@pytest.mark.parametrize("trouble", ["absent", "changed", "of another call", "twice", "a parameter added"])
def test_a_call_whose_sum_is_wrong_does_nothing(platform: Platform, trouble: str) -> None:
    url = platform.url("create", name="Course", meetingID="course-1")
    match trouble:
        case "absent":
            url = url.partition("&checksum")[0]
        case "changed":
            url = f"{url[:-1]}{'0' if url[-1] != '0' else '1'}"
        case "of another call":
            url = platform.url("getMeetingInfo", name="Course", meetingID="course-1").replace(
                "getMeetingInfo", "create"
            )
        case "twice":
            url = f"{url}&checksum={'0' * 64}"
        case _:
            url = f"{url}&record=true"
    assert key_of(read(cast(HttpResponse, Client().get(url)))) == ("FAILED", "checksumError")
    assert not TenantMeeting.objects.exists()


def test_what_is_said_in_a_form_counts_and_is_not_said_twice(platform: Platform) -> None:
    query = platform.signed("create", urlencode({"meetingID": "course-1"}))
    form = "application/x-www-form-urlencoded"
    posted = Client().post(f"{API}create?{query}", "name=Course&welcome=Hello", form)
    assert key_of(read(cast(HttpResponse, posted)))[0] == "SUCCESS"
    assert TenantMeeting.objects.get().parameters == {"welcome": "Hello"}
    twice = Client().post(f"{API}create?{query}", "name=Course&meetingID=course-2", form)
    assert key_of(read(cast(HttpResponse, twice))) == ("FAILED", "checksumError")


def test_a_whole_call_may_be_a_form_with_its_sum(platform: Platform) -> None:
    body = platform.signed("create", urlencode({"name": "Course", "meetingID": "course-1"}))
    posted = Client().post(f"{API}create", body, "application/x-www-form-urlencoded")
    assert key_of(read(cast(HttpResponse, posted)))[0] == "SUCCESS"


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ('<modules><module name="presentation"><document url="https://example.org/a.pdf"/></module></modules>', ""),
        ('<!DOCTYPE a [<!ENTITY b "c">]><modules>&b;</modules>', "validationError"),
        ("<modules>", "validationError"),
    ],
)
def test_slides_that_come_along_are_read_safely_and_left_alone(platform: Platform, document: str, key: str) -> None:
    posted = Client().post(platform.url("create", name="Course", meetingID="course-1"), document, "application/xml")
    assert key_of(read(cast(HttpResponse, posted)))[1] == key


def test_a_meeting_is_created_once_however_often_it_is_asked_for(platform: Platform) -> None:
    first = platform.meeting(moderatorPW="mp", attendeePW="ap", meta_Course="Maths", duration=90)
    again = platform.meeting(moderatorPW="mp", attendeePW="ap")
    assert (key_of(first), key_of(again)) == (("SUCCESS", ""), ("SUCCESS", "duplicateWarning"))
    for name in ("meetingID", "internalMeetingID", "createTime", "attendeePW", "moderatorPW", "voiceBridge"):
        assert first.findtext(name) == again.findtext(name) != ""
    assert len(first.findtext("createTime") or "") == 13
    assert (first.findtext("parentMeetingID"), first.findtext("duration")) == ("bbb-none", "90")
    assert key_of(platform.meeting(moderatorPW="another")) == ("FAILED", "idNotUnique")
    assert Room.objects.count() == 1


def test_what_is_said_of_a_meeting_is_told_again(platform: Platform) -> None:
    platform.meeting(**{"meta_Bbb-Origin": "Moodle <3", "logoutURL": "https://example.org", "newOption2031": "x"})
    told = platform.ask("getMeetingInfo", meetingID="course-1")
    assert told.findtext("metadata/bbb-origin") == "Moodle <3"
    assert TenantMeeting.objects.get().parameters == {"logoutURL": "https://example.org", "newOption2031": "x"}


def test_a_platform_goes_through_a_lesson(platform: Platform) -> None:
    """What Moodle does: look, create, look, send the teacher and a pupil in, look, end."""
    assert platform.ask("isMeetingRunning", meetingID="course-1").findtext("running") == "false"
    assert key_of(platform.ask("getMeetingInfo", meetingID="course-1")) == ("FAILED", "notFound")
    created = platform.meeting(moderatorPW="mp", attendeePW="ap")
    name = Room.objects.get().name
    when = created.findtext("createTime")
    teacher, page = comes_by_link(platform, fullName="Mr Teacher", role="MODERATOR", userID="t1", createTime=when)
    assert 'value="Mr Teacher"' in page.content.decode() and "readonly" in page.content.decode()
    pupil, _ = comes_by_link(platform, fullName="A Pupil", role="", password="ap", userID="p1", createTime=when)
    is_in(teacher, name)
    is_in(pupil, name)
    assert platform.ask("isMeetingRunning", meetingID="course-1").findtext("running") == "true"
    told = platform.ask("getMeetingInfo", meetingID="course-1")
    assert (told.findtext("participantCount"), told.findtext("moderatorCount")) == ("2", "1")
    people = [
        (each.findtext("userID"), each.findtext("fullName"), each.findtext("role")) for each in told.iter("attendee")
    ]
    assert people == [("t1", "Mr Teacher", "MODERATOR"), ("p1", "A Pupil", "VIEWER")]
    assert key_of(platform.ask("end", meetingID="course-1", password="mp")) == ("SUCCESS", "sentEndMeetingRequest")
    assert key_of(platform.ask("getMeetingInfo", meetingID="course-1")) == ("FAILED", "notFound")
    assert platform.meeting().findtext("createTime") != when


def test_another_platform_goes_through_its_calls(platform: Platform) -> None:
    """What Greenlight does: create with roles, send in by role, list, look for recordings and change them."""
    when = platform.meeting(record="true", **{"meta_endCallbackUrl": "https://example.org/end"}).findtext("createTime")
    comes_by_link(platform, avatarURL="https://example.org/a.png", createTime=when)
    listed = platform.ask("getMeetings")
    assert [each.findtext("meetingID") for each in listed.iter("meeting")] == ["course-1"]
    assert key_of(platform.ask("getRecordings", meetingID="course-1")) == ("SUCCESS", "noRecordings")
    for call in ("deleteRecordings", "updateRecordings"):
        assert key_of(platform.ask(call, recordID="r1", meta_name="x")) == ("FAILED", "notFound")
        assert key_of(platform.ask(call)) == ("FAILED", "missingParamRecordID")
    assert key_of(platform.ask("publishRecordings", recordID="r1", publish="true")) == ("FAILED", "notFound")
    assert key_of(platform.ask("publishRecordings", recordID="r1")) == ("FAILED", "missingParamPublish")
    assert key_of(platform.ask("insertDocument", meetingID="course-1")) == ("FAILED", "unsupportedRequest")
    assert key_of(platform.ask("sendSomething")) == ("FAILED", "unsupportedRequest")


def test_no_tenant_sees_reaches_or_ends_what_is_anothers(platform: Platform) -> None:
    other = Platform("other")
    platform.meeting()
    assert key_of(other.ask("getMeetings")) == ("SUCCESS", "noMeetings")
    for call in ("getMeetingInfo", "end"):
        assert key_of(other.ask(call, meetingID="course-1")) == ("FAILED", "notFound")
    assert key_of(other.ask("join", meetingID="course-1", fullName="Ada", role="MODERATOR")) == ("FAILED", "notFound")
    assert other.ask("isMeetingRunning", meetingID="course-1").findtext("running") == "false"
    # Ids are each tenant's own.
    assert key_of(other.meeting())[1] == ""
    hook = platform.ask("hooks/create", callbackURL="https://example.org/hook").findtext("hookID")
    assert key_of(other.ask("hooks/destroy", hookID=hook)) == ("FAILED", "destroyMissingHook")
    assert not list(other.ask("hooks/list").iter("hook"))
    assert Room.objects.open().count() == 2


@pytest.mark.parametrize(
    ("call", "given", "key"),
    [
        ("create", {"name": "Course"}, "missingParamMeetingID"),
        ("create", {"meetingID": "c1"}, "missingParamName"),
        ("create", {"meetingID": "c", "name": "Course"}, "sizeError"),
        ("create", {"meetingID": "c" * 257, "name": "Course"}, "sizeError"),
        ("create", {"meetingID": "c1", "name": "N" * 10_000}, "sizeError"),
        ("create", {"meetingID": "c1", "name": "\x00\x07"}, "sizeError"),
        ("create", {"meetingID": "c1,c2", "name": "Course"}, "validationError"),
        ("create", {"meetingID": "c1\x00", "name": "Course"}, "validationError"),
        ("create", {"meetingID": "c1", "name": "Course", "attendeePW": "x"}, "sizeError"),
        ("create", {"meetingID": "c1", "name": "Course", "attendeePW": "x\x00y"}, "validationError"),
        ("create", {"meetingID": "c1", "name": "Course", "duration": "long"}, "validationError"),
        ("create", {"meetingID": "c1", "name": "Course", "meta_a": "x" * 10_001}, "sizeError"),
        ("join", {"meetingID": "c1"}, "missingParamFullName"),
        ("join", {"meetingID": "c1", "fullName": "Ada", "role": "VIEWER"}, "notFound"),
        ("join", {"meetingID": "c1", "fullName": "A" * 10_000, "role": "VIEWER"}, "sizeError"),
        ("join", {"meetingID": "c1", "fullName": "\x07", "role": "VIEWER"}, "validationError"),
        ("join", {"meetingID": "c1", "fullName": "Ada", "createTime": "today"}, "validationError"),
        ("getMeetingInfo", {}, "missingParamMeetingID"),
        ("isMeetingRunning", {}, "missingParamMeetingID"),
        ("end", {"meetingID": "c1"}, "notFound"),
        ("hooks/create", {}, "missingParamCallbackURL"),
        ("hooks/create", {"callbackURL": "ftp://example.org"}, "validationError"),
        ("hooks/destroy", {"hookID": "9" * 40}, "destroyMissingHook"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_key(
    platform: Platform, call: str, given: dict[str, str], key: str
) -> None:
    assert key_of(platform.ask(call, **given)) == ("FAILED", key)


def test_control_characters_reach_neither_tables_nor_answers(platform: Platform) -> None:
    platform.meeting(name="Ma\x00ths\x1b[31m\u202e", welcome="a\x00b\nc", **{"meta_a\x01b": "x\x0cy"})
    meeting = TenantMeeting.objects.get()
    assert (meeting.name, meeting.parameters, meeting.metadata) == ("Ma ths [31m", {"welcome": "ab\nc"}, {"ab": "xy"})
    assert platform.ask("getMeetingInfo", meetingID="course-1").findtext("meetingName") == "Ma ths [31m"


def test_a_link_to_an_earlier_meeting_opens_nothing(platform: Platform) -> None:
    when = int(platform.meeting().findtext("createTime") or 0)
    wish = {"meetingID": "course-1", "fullName": "Ada", "role": "VIEWER", "createTime": when - 1}
    assert key_of(platform.ask("join", **wish)) == ("FAILED", "mismatchCreateTimeParam")


@pytest.mark.parametrize("given", [{}, {"password": "no"}, {"role": "ADMIN"}])
def test_whoever_has_neither_role_nor_password_is_not_sent_in(platform: Platform, given: dict[str, str]) -> None:
    platform.meeting()
    wish = {"meetingID": "course-1", "fullName": "Ada", **given}
    assert key_of(platform.ask("join", **wish)) == ("FAILED", "invalidPassword")


def test_an_address_in_the_answer_opens_the_meeting_once(platform: Platform) -> None:
    platform.meeting()
    wish = {"meetingID": "course-1", "fullName": "Ada", "role": "MODERATOR", "redirect": "false"}
    told = platform.ask("join", **wish)
    assert key_of(told) == ("SUCCESS", "successfullyJoined") and told.findtext("guestStatus") == "ALLOW"
    url = told.findtext("url") or ""
    first, second = Client(), Client()
    # Programs look at links ahead.
    assert first.head(url).status_code == 405
    assert first.get(url).status_code == 302
    assert second.get(url).status_code == 404
    assert Participant.objects.get().role == "moderator"


def test_an_address_opens_nothing_after_five_minutes(platform: Platform) -> None:
    platform.meeting()
    wish = {"meetingID": "course-1", "fullName": "Ada", "role": "VIEWER", "redirect": "false"}
    url = platform.ask("join", **wish).findtext("url") or ""
    invitation = Invitation.objects.get()
    Invitation.objects.update(ends_at=(invitation.ends_at or invitation.created_at) - timedelta(minutes=5))
    assert Client().get(url).status_code == 404


@pytest.mark.parametrize(
    ("policy", "state"), [("ALWAYS_ACCEPT", "admitted"), ("ASK_MODERATOR", "waiting"), ("ALWAYS_DENY", None)]
)
def test_guests_come_in_wait_or_are_refused_as_the_meeting_says(
    platform: Platform, policy: str, state: str | None
) -> None:
    platform.meeting(guestPolicy=policy)
    if state is None:
        wish = {"meetingID": "course-1", "fullName": "Ada", "role": "VIEWER", "guest": "true"}
        assert key_of(platform.ask("join", **wish)) == ("FAILED", "guestDeny")
    else:
        comes_by_link(platform, guest="true")
        assert Participant.objects.get().state == state
    # Whoever is no guest comes in.
    comes_by_link(platform, fullName="Grace")
    assert Participant.objects.get(display="Grace").state == "admitted"


def test_whoever_has_the_link_of_the_room_alone_waits_at_its_door(platform: Platform) -> None:
    platform.meeting()
    entry = come_to_door(name=Room.objects.get().name, visitor=Visitor(key="stranger", display="x"), key=KEY)
    assert (entry.token, entry.participant.state) == ("", "waiting")


def test_whoever_was_put_out_comes_in_by_no_new_link_and_in_no_other_browser(platform: Platform) -> None:
    platform.meeting()
    name = Room.objects.get().name
    teacher, _ = comes_by_link(platform, fullName="Teacher", role="MODERATOR", userID="t1")
    pupil, _ = comes_by_link(platform, fullName="Pupil", userID="p1")
    kick(by_id=is_in(teacher, name).pk, target_id=is_in(pupil, name).pk)
    wish = {"meetingID": "course-1", "fullName": "Pupil", "role": "VIEWER"}
    assert key_of(platform.ask("join", **wish, userID="p1")) == ("FAILED", "guestDeny")
    # Nor in the same browser under another id.
    moved = pupil.get(platform.url("join", **wish, userID="p2"))
    assert pupil.get(moved.headers["Location"]).status_code == 404


def test_a_former_secret_is_taken_until_its_time_and_no_retired_tenants(platform: Platform) -> None:
    secret = rotate_secret(key="school", former_lasts=timedelta(hours=1))
    assert key_of(platform.ask("getMeetings"))[0] == "SUCCESS"
    Tenant.objects.update(former_secret_until=Tenant.objects.get().created_at)
    assert key_of(platform.ask("getMeetings")) == ("FAILED", "checksumError")
    platform.secret = secret
    assert key_of(platform.ask("getMeetings"))[0] == "SUCCESS"
    retire_tenant(key="school")
    assert key_of(platform.ask("getMeetings")) == ("FAILED", "checksumError")


def test_a_tenant_has_so_many_meetings_and_heads_and_no_more() -> None:
    platform = Platform("small", most_rooms=1, most_heads=5)
    platform.meeting(maxParticipants=500)
    assert platform.ask("getMeetingInfo", meetingID="course-1").findtext("maxUsers") == "5"
    assert key_of(platform.meeting("course-2")) == ("FAILED", "tooManyMeetings")
    assert Room.objects.count() == 1


def test_whoever_tries_secrets_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "WRONG_SUMS_PER_CLIENT", 2)
    answers = [Client().get(f"{API}getMeetings?checksum={'0' * 64}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"]
    assert key_of(read(cast(HttpResponse, answers[-1]))) == ("FAILED", "tooManyRequests")


def test_what_is_told_counts_those_who_leave_no_more(platform: Platform) -> None:
    platform.meeting()
    browser, _ = comes_by_link(platform)
    leave_room(participant_id=is_in(browser, Room.objects.get().name).pk)
    told = platform.ask("getMeetingInfo", meetingID="course-1")
    assert (told.findtext("participantCount"), told.findtext("hasUserJoined")) == ("0", "true")


def test_the_operator_adds_lists_rotates_and_retires_tenants() -> None:
    said = StringIO()
    call_command("meeting_tenant", "add", "school", "--most-heads", "30", stdout=said)
    first = said.getvalue()
    assert "/bigbluebutton/" in first and Tenant.objects.get().secret in first
    call_command("meeting_tenant", "rotate", "school", stdout=said)
    call_command("meeting_tenant", "sha1", "school", "off", stdout=said)
    listed = StringIO()
    call_command("meeting_tenant", "list", stdout=listed)
    tenant = Tenant.objects.get()
    assert "no sha1" in listed.getvalue() and tenant.secret not in listed.getvalue()
    assert tenant.former_secret in first
    call_command("meeting_tenant", "retire", "school")
    assert Tenant.objects.get().retired_at


def test_what_a_platform_said_of_a_meeting_is_forgotten_a_day_after_its_end(platform: Platform) -> None:
    platform.meeting(**{"meta_teacher": "Ada"})
    forget_ended()
    assert TenantMeeting.objects.exists()
    platform.ask("end", meetingID="course-1")
    room = Room.objects.get()
    assert room.ended_at
    Room.objects.update(ended_at=room.ended_at - timedelta(hours=25))
    forget_ended()
    assert not TenantMeeting.objects.exists()
    assert Room.objects.exists()
