"""The pages of planned meetings: planning, the people, links, what is shown before, after, and to whom not."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from entraide.accounts.models import Person
from entraide.meetings.actions import inviting, scheduling
from entraide.meetings.models import Invitation, Meeting, Participant, Room
from entraide.meetings.rules.guests import Guest
from entraide.meetings.rules.names import shown
from tests.letters import waiting_letters
from tests.meetings.situations import host_person, invitation_to, moved_by, planned
from tests.strict_client import StrictClient
from tests.volunteering import situations as given
from tests.volunteering.desk_situations import desk, signed_in

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=10)
BO = Guest("bo@example.org", name="Bo Exemple")
TOMORROW = (datetime.now(ZoneInfo("Europe/Paris")) + timedelta(days=1)).date()


@pytest.fixture
def ada() -> Person:
    return host_person()


@pytest.fixture
def hers(ada: Person) -> StrictClient:
    client = StrictClient()
    client.force_login(ada)
    return client


def wish(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Réunion d’équipe", "day": TOMORROW.isoformat(), "starts": "09:30", "minutes": "60",
        "zone": "Europe/Paris", "most_heads": "30", "invited": "", "hosts": "", "key": str(uuid4()), **fields,
    }  # fmt: skip


def knocks(client: StrictClient, meeting: Meeting, *, link: str = "") -> Any:
    wanted = {"display": "Bo", "invitation": link}
    return client.post(f"/en/meet/{meeting.name}/door/", wanted)


def test_a_meeting_is_planned_once_however_often_the_form_arrives(hers: StrictClient, ada: Person) -> None:
    page = hers.get("/en/meet/planned/new/").content.decode()
    assert 'value="Europe/Paris" selected' in page
    form = wish(invited="Bo Exemple <BO@example.org>\ncleo@example.org", hosts="dee@example.org", listens="on")
    answers = [hers.post("/en/meet/planned/new/", form) for _ in range(2)]
    assert answers[0].status_code == 302 and answers[0]["Location"] == answers[1]["Location"]
    meeting = Meeting.objects.get()
    assert meeting.starts_at.astimezone(ZoneInfo("Europe/Paris")).strftime("%H:%M") == "09:30"
    roles = dict(Invitation.objects.values_list("email", "role"))
    assert roles == {"bo@example.org": "listener", "cleo@example.org": "listener", "dee@example.org": "moderator"}
    assert len(waiting_letters()) == 3
    page = hers.get(answers[0]["Location"]).content.decode()
    assert "Bo Exemple" in page and "cleo@example.org" in page
    assert meeting.title in hers.get("/en/meet/planned/").content.decode()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": " "}, "required"),
        ({"day": "2020-01-01"}, "past"),
        ({"day": (TOMORROW + timedelta(days=800)).isoformat()}, "more than a year"),
        ({"day": "9999-12-31"}, "more than a year"),
        ({"day": "0001-01-01"}, "more than a year"),
        ({"day": "2027-03-28", "starts": "02:30"}, "skips this hour"),
        ({"minutes": "100000"}, "valid choice"),
        ({"zone": "Mars/Olympus"}, "valid choice"),
        ({"most_heads": "1"}, "greater than or equal to 2"),
        ({"most_heads": "100000"}, "less than or equal to 500"),
        ({"invited": "bo@example.org\nnot an address"}, "“not an address” is no mail address"),
        ({"invited": "\n".join(f"{number}@example.org" for number in range(301))}, "At most 300"),
        ({"invited": "\n".join(f"{number}@example.org" for number in range(61))}, "You can invite 60 more people"),
        ({"key": "x"}, "valid UUID"),
    ],
)
def test_what_is_not_right_is_said_and_nothing_is_lost(hers: StrictClient, fields: dict[str, str], told: str) -> None:
    answer = hers.post("/en/meet/planned/new/", wish(**{"title": "Kept", **fields}))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert told in page.replace("&#x27;", "'")
    assert not Meeting.objects.exists()
    assert waiting_letters() == []
    if "title" not in fields:
        assert 'value="Kept"' in page


def test_a_meeting_is_its_hosts_alone(hers: StrictClient, ada: Person) -> None:
    theirs = planned(host_person("Eve"), BO)
    link = invitation_to(theirs, BO.email)
    base = f"/en/meet/planned/{theirs.pk}/"
    for path in ("", "edit/", "cancel/"):
        assert hers.get(base + path).status_code == 404
        assert StrictClient().get(base + path).status_code == 302
    for path in ("edit/", "cancel/", "invite/", "guests/", f"links/{link.pk}/revoke/"):
        assert hers.post(base + path, wish()).status_code == 404
    assert waiting_letters(to=BO.email)[0].subject.startswith("Eve")


def test_an_empty_list_says_what_to_do(hers: StrictClient) -> None:
    page = hers.get("/en/meet/planned/").content.decode()
    assert "No meeting is ahead" in page
    assert "/en/meet/planned/new/" in page


def test_the_list_costs_the_same_however_many_meetings(
    hers: StrictClient, ada: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    hers.get("/en/meet/planned/")
    for _ in range(6):
        planned(ada, BO)
        planned(host_person(f"H{uuid4().hex[:6]}"), Guest(ada.email, person_id=ada.pk))
    with django_assert_max_num_queries(11):
        assert hers.get("/en/meet/planned/").status_code == 200


def test_before_its_time_a_link_says_when_it_begins(ada: Person) -> None:
    meeting = planned(ada, BO, zone="America/Martinique", begins_in=timedelta(days=3))
    link = inviting.secret_for(invitation_to(meeting, BO.email))
    for path in (
        f"/en/meet/with/{link}/",
        f"/en/meet/{shown(meeting.name)}/",
    ):
        answer = StrictClient().get(path)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "This meeting has not begun" in page and "time of Martinique" in page
        assert f'data-own-time="{meeting.starts_at.astimezone(ZoneInfo("America/Martinique")).isoformat()}"' in page
    assert knocks(StrictClient(), meeting, link=link).status_code == 404
    assert not Room.objects.exists()


def test_a_link_leads_to_the_door_with_the_name_known_and_looking_uses_nothing_up(ada: Person) -> None:
    meeting = planned(ada, BO, begins_in=SOON)
    invitation = invitation_to(meeting, BO.email)
    link = inviting.secret_for(invitation)
    for _ in range(10):
        answer = StrictClient().get(f"/fr/meet/with/{link}/")
    page = answer.content.decode()
    assert 'value="Bo Exemple"' in page and link in page and meeting.title in page
    assert answer["Permissions-Policy"].startswith("camera=(self)")
    assert not Room.objects.exists()
    told = knocks(StrictClient(), meeting, link=link)
    assert told.json()["state"] == "admitted"
    assert Participant.objects.get().role == "speaker"
    assert knocks(StrictClient(), meeting).json()["state"] == "waiting"
    # What others copy in the room is no one's own link.
    shared = re.search(r'id="link" readonly value="([^"]*)"', page)
    assert shared and link not in shared[1]


def test_a_link_that_leads_nowhere_says_why(ada: Person) -> None:
    meeting = planned(ada, BO, begins_in=SOON)
    invitation = invitation_to(meeting, BO.email)
    path = f"/en/meet/with/{inviting.secret_for(invitation)}/"
    Invitation.objects.update(uses_left=0)
    assert "As many people as it was made for" in StrictClient().get(path).content.decode()
    Invitation.objects.update(ends_at=datetime.now(UTC))
    assert "Its time is over" in StrictClient().get(path).content.decode()
    inviting.revoke_invitation(meeting_id=meeting.pk, host_id=ada.pk, invitation_id=invitation.pk)
    answer = StrictClient().get(path)
    assert (answer.status_code, "taken the invitation back" in answer.content.decode()) == (410, True)
    for secret in ("x", "%00", "a" * 300, "entraide_meet_" + "A" * 43):
        assert StrictClient().get(f"/en/meet/with/{secret}/").status_code == 404


def test_whoever_tries_links_has_few_tries(ada: Person) -> None:
    statuses = [StrictClient().get(f"/en/meet/with/{number}/").status_code for number in range(25)]
    assert statuses[0] == 404 and statuses[-1] == 429


def test_after_its_end_and_once_cancelled_it_is_said_plainly(ada: Person) -> None:
    over, off = planned(ada, BO, begins_in=SOON), planned(ada, BO, begins_in=SOON)
    scheduling.cancel_meeting(meeting_id=off.pk, host_id=ada.pk)
    moved_by(over, timedelta(hours=3))
    for meeting, told in ((over, "This meeting is over"), (off, "This meeting was cancelled")):
        link = inviting.secret_for(invitation_to(meeting, BO.email))
        answer = StrictClient().get(f"/en/meet/with/{link}/")
        assert (answer.status_code, told in answer.content.decode()) == (410, True)
        assert knocks(StrictClient(), meeting, link=link).status_code == 404


def test_people_are_added_links_made_and_taken_back(hers: StrictClient, ada: Person) -> None:
    meeting = planned(ada, BO)
    base = f"/en/meet/planned/{meeting.pk}/"
    bad = hers.post(f"{base}invite/", {"invited": "nonsense", "role": "speaker"})
    assert bad.status_code == 400 and "“nonsense” is no mail address" in bad.content.decode()
    assert hers.post(f"{base}guests/", {"most": "0"}).status_code == 400
    assert hers.post(f"{base}invite/", {"invited": "cleo@example.org", "role": "owner"}).status_code == 400
    hers.post(f"{base}invite/", {"invited": "cleo@example.org, bo@example.org", "role": "moderator"})
    guests = {"most": "7", "key": str(uuid4())}
    for _ in range(2):
        hers.post(f"{base}guests/", guests)
    page = hers.get(base).content.decode()
    assert "7 guests may still come by it" in page
    assert [letter.to for letter in waiting_letters()] == [BO.email, "cleo@example.org"]
    guest_link = Invitation.objects.get(email="")
    assert inviting.secret_for(guest_link) in page
    hers.post(f"{base}links/{guest_link.pk}/revoke/")
    assert inviting.secret_for(guest_link) not in hers.get(base).content.decode()


def test_a_meeting_is_changed_and_cancelled_from_its_pages(hers: StrictClient, ada: Person) -> None:
    meeting = planned(ada, BO)
    base = f"/en/meet/planned/{meeting.pk}/"
    assert 'value="Réunion d’équipe"' in hers.get(f"{base}edit/").content.decode()
    assert hers.post(f"{base}edit/", wish(title="")).status_code == 400
    assert hers.post(f"{base}edit/", wish(title="Other")).status_code == 302
    page = hers.get(f"{base}cancel/").content.decode()
    assert "1 person who is invited will be told" in page
    assert Meeting.objects.get().cancelled_at is None
    hers.post(f"{base}cancel/")
    assert "Cancelled" in hers.get(base).content.decode()
    assert waiting_letters()[0].subject == "Annulation : Other"


def test_the_people_of_an_organisation_are_invited_from_its_page(ada: Person) -> None:
    work = desk()
    member = signed_in("member", work.organisation.pk)
    manager = signed_in("manager", work.organisation.pk)
    path = f"/en/meet/planned/new/{work.organisation.pk}/"
    assert path in manager.get(f"/en/organisation/{work.organisation.pk}/").content.decode()
    assert "1 person of the organisation is invited" in manager.get(path).content.decode()
    meeting_page = manager.post(path, wish())
    assert meeting_page.status_code == 302
    (invited,) = Invitation.objects.all()
    assert (invited.email.startswith("member"), invited.is_typed) == (True, False)
    assert invited.email not in manager.get(meeting_page["Location"]).content.decode()
    assert Meeting.objects.get().about_id == work.organisation.pk
    assert "Réunion d’équipe" in member.get("/en/meet/planned/").content.decode()
    other = given.organisation_validated(now=work.now, name="Une autre")
    assert signed_in("manager", other.pk).post(path, wish()).status_code == 403


def test_those_who_take_part_in_a_mission_are_invited_from_its_page() -> None:
    work = desk()
    coming, waiting = work.candidates[0], work.candidates[1]
    type(coming).objects.filter(pk=coming.pk).update(state="confirmed")
    manager = signed_in("manager", work.organisation.pk)
    base = f"/en/organisation/{work.organisation.pk}/missions/{work.mission.pk}/"
    assert f"{base}meeting/" in manager.get(base).content.decode()
    page = manager.get(f"{base}meeting/").content.decode()
    assert "1 person who has a place is invited by mail" in page
    assert coming.volunteer.person.email not in page
    assert manager.post(f"{base}meeting/", wish(title="")).status_code == 400
    assert manager.post(f"{base}meeting/", wish()).status_code == 302
    assert [letter.to for letter in waiting_letters() if letter.template == "meetings/mail/invitation"] == [
        coming.volunteer.person.email
    ]
    assert waiting.volunteer.person.email not in set(Invitation.objects.values_list("email", flat=True))


def test_what_a_person_takes_along_has_their_plans_and_invitations(hers: StrictClient, ada: Person) -> None:
    planned(ada, BO)
    planned(host_person("Eve"), Guest(ada.email, person_id=ada.pk))
    found = json.loads(hers.get("/en/me/data/").content)
    assert (len(found["planned_meetings"]), len(found["meeting_invitations"])) == (1, 1)
    assert "digest" not in found["meeting_invitations"][0]
    assert BO.email not in json.dumps(found)
