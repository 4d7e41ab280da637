"""Meetings are planned, come to by links, changed, cancelled and forgotten."""

from datetime import timedelta

import pytest

from entraide.accounts.models import Person
from entraide.foundation.secrets import digest_of
from entraide.meetings.actions import inviting, moderating, scheduling
from entraide.meetings.actions.entering import Entry, Joined, NotAdmitted, come_to_door, join_room
from entraide.meetings.actions.forgetting import forget_ended
from entraide.meetings.actions.opening import end_room
from entraide.meetings.actions.watching import end_outlived_rooms
from entraide.meetings.models import Invitation, Meeting, Participant, Room
from entraide.meetings.queries.moment import database_now
from entraide.meetings.queries.plans import coming, past
from entraide.meetings.rules.admission import Refused
from entraide.meetings.rules.guests import Guest
from entraide.meetings.rules.invitations import FOR_ONE_ADDRESS_A_DAY, MOST_CHANGES, PERSONAL_USES, TYPED_A_DAY
from entraide.meetings.rules.roles import Role
from entraide.meetings.rules.schedule import Phase
from entraide.meetings.rules.visitors import Visitor
from tests.meetings.situations import (
    KEY,
    host_person,
    invitation_to,
    moved_by,
    node_well,
    planned,
    pool_named,
    time_passes,
)

pytestmark = pytest.mark.django_db
BO = Guest("bo@example.org", name="Bo")
SOON = timedelta(minutes=10)


@pytest.fixture
def ada() -> Person:
    return host_person()


def at_door(meeting: Meeting, who: str, *, link: Invitation | None = None, person: Person | None = None) -> Entry:
    assert scheduling.open_when_due(name=meeting.name) is Phase.OPEN
    secret = inviting.secret_for(link) if link else ""
    visitor = Visitor(key=who, display=who, person_id=person.pk if person else None)
    return come_to_door(name=meeting.name, visitor=visitor, key=KEY, invitation=secret)


def joins(entry: Entry) -> Joined:
    return join_room(token=entry.token, keys=(KEY,))


def state_of(entry: Entry) -> tuple[str, str]:
    return entry.participant.state, entry.participant.role


def changed(meeting: Meeting, **fields: object) -> scheduling.Plan:
    values = {name: getattr(meeting, name) for name in ("title", "starts_at", "ends_at", "zone", "most_heads")}
    return scheduling.Plan(**{**values, **fields})


def test_who_is_invited_comes_in_at_once_and_all_others_wait_until_the_host_lets_them_in(ada: Person) -> None:
    meeting = planned(ada, BO, begins_in=SOON)
    assert state_of(at_door(meeting, "bo", link=invitation_to(meeting, BO.email))) == ("admitted", "speaker")
    assert state_of(at_door(meeting, "stranger")) == ("waiting", "speaker")
    host = joins(at_door(meeting, "", person=ada)).participant
    assert host.role == "owner"
    moderating.admit_all(by_id=host.pk)
    assert at_door(meeting, "stranger").token


def test_where_the_host_chose_so_even_the_invited_wait_but_those_who_host_too_do_not(ada: Person) -> None:
    cleo = Guest("cleo@example.org", role=Role.MODERATOR)
    meeting = planned(ada, BO, cleo, begins_in=SOON, invited_wait=True)
    assert state_of(at_door(meeting, "bo", link=invitation_to(meeting, BO.email))) == ("waiting", "speaker")
    assert state_of(at_door(meeting, "cleo", link=invitation_to(meeting, cleo.email))) == ("admitted", "moderator")


def test_whoever_knocked_as_nobody_gets_what_their_link_gives_and_no_more(ada: Person) -> None:
    meeting = planned(ada, Guest("eli@example.org", role=Role.LISTENER), begins_in=SOON)
    assert state_of(at_door(meeting, "eli")) == ("waiting", "speaker")
    assert state_of(at_door(meeting, "eli", link=invitation_to(meeting, "eli@example.org"))) == ("admitted", "listener")


def test_a_personal_link_serves_a_few_browsers_and_counts_each_once(ada: Person) -> None:
    meeting = planned(ada, BO, begins_in=SOON)
    link = invitation_to(meeting, BO.email)
    for browser in range(PERSONAL_USES):
        assert at_door(meeting, f"bo {browser}", link=link).token
        assert at_door(meeting, f"bo {browser}", link=link).token
    assert state_of(at_door(meeting, "one too many", link=link))[0] == "waiting"
    assert at_door(meeting, "bo 0", link=link).token


def test_a_guest_link_lets_in_as_many_as_were_said_and_a_new_one_ends_it(ada: Person) -> None:
    meeting = planned(ada, begins_in=SOON)
    first = inviting.make_guest_link(meeting_id=meeting.pk, host_id=ada.pk, most=2)
    states = [state_of(at_door(meeting, who, link=first))[0] for who in ("a", "b", "c")]
    assert states == ["admitted", "admitted", "waiting"]
    second = inviting.make_guest_link(meeting_id=meeting.pk, host_id=ada.pk, most=2)
    assert state_of(at_door(meeting, "d", link=first))[0] == "waiting"
    assert state_of(at_door(meeting, "d", link=second))[0] == "admitted"


def test_a_link_that_was_taken_back_or_belongs_elsewhere_gives_nothing(ada: Person) -> None:
    meeting, other = planned(ada, BO, begins_in=SOON), planned(ada, BO, begins_in=SOON)
    assert state_of(at_door(meeting, "x", link=invitation_to(other, BO.email)))[0] == "waiting"
    link = invitation_to(meeting, BO.email)
    assert inviting.revoke_invitation(meeting_id=meeting.pk, host_id=ada.pk, invitation_id=link.pk)
    assert not inviting.revoke_invitation(meeting_id=meeting.pk, host_id=ada.pk, invitation_id=link.pk)
    assert state_of(at_door(meeting, "y", link=link))[0] == "waiting"


def test_who_is_put_out_does_not_come_back_by_their_link_from_another_browser(ada: Person) -> None:
    meeting = planned(ada, BO, begins_in=SOON)
    link = invitation_to(meeting, BO.email)
    host, bo = joins(at_door(meeting, "", person=ada)), joins(at_door(meeting, "bo", link=link))
    moderating.kick(by_id=host.participant.pk, target_id=bo.participant.pk)
    with pytest.raises(NotAdmitted) as refused:
        at_door(meeting, "bo", link=link)
    assert refused.value.reason == Refused.BANNED
    assert state_of(at_door(meeting, "another browser", link=link))[0] == "waiting"


def test_one_who_is_put_out_takes_the_guest_link_from_nobody_else(ada: Person) -> None:
    meeting = planned(ada, begins_in=SOON)
    link = inviting.make_guest_link(meeting_id=meeting.pk, host_id=ada.pk, most=5)
    host, guest = joins(at_door(meeting, "", person=ada)), joins(at_door(meeting, "guest", link=link))
    moderating.kick(by_id=host.participant.pk, target_id=guest.participant.pk)
    assert state_of(at_door(meeting, "another guest", link=link))[0] == "admitted"


def test_before_its_time_a_meeting_has_no_room_and_nobody_comes_in(ada: Person) -> None:
    meeting = planned(ada, BO)
    assert scheduling.open_when_due(name=meeting.name) is Phase.EARLY
    assert not Room.objects.exists()
    with pytest.raises(NotAdmitted):
        come_to_door(name=meeting.name, visitor=Visitor(key="a"), key=KEY)
    assert scheduling.open_when_due(name="abcd-efgh-ijkl-mnop") is None


def test_the_room_waits_for_those_who_come_late_and_ends_once_the_time_is_over(ada: Person) -> None:
    meeting = planned(ada, begins_in=SOON)
    joins(at_door(meeting, "", person=ada))
    time_passes(timedelta(minutes=20))
    assert end_outlived_rooms() == 0
    moved_by(meeting, timedelta(hours=2))
    assert end_outlived_rooms() == 1
    assert scheduling.open_when_due(name=meeting.name) is Phase.OVER


def test_a_meeting_that_was_ended_for_all_is_over_and_does_not_open_again(ada: Person) -> None:
    meeting = planned(ada, begins_in=SOON)
    host = joins(at_door(meeting, "", person=ada))
    moderating.end_for_all(by_id=host.participant.pk)
    assert scheduling.open_when_due(name=meeting.name) is Phase.OVER
    assert Room.objects.count() == 1


def test_a_place_is_reserved_for_all_who_are_invited(ada: Person) -> None:
    node = node_well("one", pool=pool_named("public"))
    meeting = planned(ada, *(Guest(f"{number}@example.org") for number in range(9)), begins_in=SOON)
    at_door(meeting, "", person=ada)
    node.refresh_from_db()
    assert (Room.objects.get().size_hint, node.load_pps > 0) == (10, True)


def test_a_change_moves_the_links_and_counts_up_and_one_that_changes_nothing_does_not(ada: Person) -> None:
    meeting = planned(ada, BO)
    guest = inviting.make_guest_link(meeting_id=meeting.pk, host_id=ada.pk, most=2)
    same = changed(meeting)
    assert not scheduling.change_meeting(meeting_id=meeting.pk, host_id=ada.pk, plan=same)
    later = changed(meeting, ends_at=meeting.ends_at + timedelta(hours=1), title="Autre chose")
    assert scheduling.change_meeting(meeting_id=meeting.pk, host_id=ada.pk, plan=later)
    meeting.refresh_from_db()
    guest.refresh_from_db()
    assert (meeting.sequence, meeting.title, guest.ends_at) == (1, "Autre chose", meeting.ends_at)


def test_what_has_begun_is_over_or_was_changed_very_often_is_not_changed(ada: Person) -> None:
    begun, often = planned(ada, begins_in=SOON), planned(ada)
    at_door(begun, "", person=ada)
    Meeting.objects.filter(pk=often.pk).update(sequence=MOST_CHANGES)
    for meeting in (begun, often):
        with pytest.raises(scheduling.NotChangeable):
            scheduling.change_meeting(meeting_id=meeting.pk, host_id=ada.pk, plan=changed(meeting, title="Other"))
    with pytest.raises(Meeting.DoesNotExist):
        scheduling.cancel_meeting(meeting_id=often.pk, host_id=host_person("Eve").pk)


def test_cancelling_ends_the_room_and_is_done_once(ada: Person) -> None:
    meeting = planned(ada, BO, begins_in=SOON)
    bo = joins(at_door(meeting, "bo", link=invitation_to(meeting, BO.email))).participant
    assert scheduling.cancel_meeting(meeting_id=meeting.pk, host_id=ada.pk)
    assert not scheduling.cancel_meeting(meeting_id=meeting.pk, host_id=ada.pk)
    bo.refresh_from_db()
    assert (bo.state, scheduling.open_when_due(name=meeting.name)) == ("left", Phase.CANCELLED)
    with pytest.raises(inviting.NotOpen):
        inviting.invite(meeting_id=meeting.pk, host_id=ada.pk, guests=[Guest("z@example.org")])


def test_typed_addresses_are_bounded_by_host_and_day_over_all_meetings(ada: Person) -> None:
    own = [Guest(f"own{number}@example.org", is_typed=False) for number in range(TYPED_A_DAY)]
    meeting = planned(ada, *own, *(Guest(f"{number}@example.org") for number in range(TYPED_A_DAY - 1)))
    with pytest.raises(inviting.TooManyInvited) as refused:
        planned(ada, Guest("a@example.org"), Guest("b@example.org"))
    assert refused.value.left == 1
    assert Meeting.objects.count() == 1
    scheduling.cancel_meeting(meeting_id=meeting.pk, host_id=ada.pk)
    planned(ada, Guest("a@example.org"))
    with pytest.raises(inviting.TooManyInvited):
        planned(ada, Guest("b@example.org"))
    planned(host_person("Eve"), Guest("b@example.org"))
    Invitation.objects.update(created_at=database_now() - timedelta(hours=25))
    planned(ada, Guest("b@example.org"))


def test_nobody_is_flooded_however_many_hosts_invite_them(ada: Person) -> None:
    for number in range(FOR_ONE_ADDRESS_A_DAY):
        planned(host_person(f"Host{number}"), BO)
    with pytest.raises(inviting.AskedTooOften):
        planned(ada, BO)


def test_nobody_is_invited_twice_and_the_host_not_at_all(ada: Person) -> None:
    meeting = planned(ada, BO, BO, Guest(ada.email, person_id=ada.pk))
    assert inviting.invite(meeting_id=meeting.pk, host_id=ada.pk, guests=[BO]) == 0
    assert Invitation.objects.filter(meeting=meeting).count() == 1


def test_of_a_link_a_digest_alone_is_kept(ada: Person) -> None:
    link = invitation_to(planned(ada, BO), BO.email)
    secret = inviting.secret_for(link)
    assert link.digest == digest_of(secret)
    assert len(secret) > 50
    assert inviting.secret_for(Invitation()) != inviting.secret_for(Invitation())


def test_a_person_finds_their_meetings_ahead_and_past(ada: Person) -> None:
    bo = host_person("Bo")
    ahead, over = planned(ada, Guest(bo.email, person_id=bo.pk)), planned(ada, Guest(bo.email, person_id=bo.pk))
    planned(bo)
    gone = planned(ada, Guest(bo.email, person_id=bo.pk))
    inviting.revoke_invitation(meeting_id=gone.pk, host_id=ada.pk, invitation_id=invitation_to(gone, bo.email).pk)
    moved_by(over, timedelta(days=2))
    now = database_now()
    found = coming(person_id=bo.pk, now=now)
    assert [each.invitation is None for each in found] == [False, True]
    assert found[0].meeting == ahead
    rows, after = past(person_id=bo.pk, now=now)
    assert ([each.meeting for each in rows], after) == ([over], None)


def test_who_was_invited_is_forgotten_a_day_later_and_the_meeting_a_month_later(ada: Person) -> None:
    meeting, ahead = planned(ada, BO), planned(ada, BO)
    cancelled = planned(ada, BO, begins_in=timedelta(days=60))
    scheduling.cancel_meeting(meeting_id=cancelled.pk, host_id=ada.pk)
    moved_by(meeting, timedelta(days=2, hours=2))
    Meeting.objects.filter(pk=cancelled.pk).update(cancelled_at=database_now() - timedelta(hours=25))
    forget_ended()
    assert list(Invitation.objects.values_list("meeting", flat=True)) == [ahead.pk]
    assert Meeting.objects.count() == 3
    moved_by(meeting, timedelta(days=30))
    forget_ended()
    assert set(Meeting.objects.all()) == {ahead, cancelled}


def test_with_a_person_go_their_plans_and_the_invitations_that_they_had(ada: Person) -> None:
    bo = host_person("Bo")
    theirs = planned(bo, Guest("c@example.org"))
    planned(ada, Guest(bo.email, person_id=bo.pk))
    scheduling.forget_host(person_id=bo.pk)
    theirs.refresh_from_db()
    assert (theirs.cancelled_at is not None, theirs.title) == (True, "")
    assert not Invitation.objects.filter(person=bo).exists()


def test_a_room_that_ended_lets_nobody_take_its_name(ada: Person) -> None:
    meeting = planned(ada, begins_in=SOON)
    at_door(meeting, "", person=ada)
    room = Room.objects.get()
    end_room(room_id=room.pk)
    assert not Participant.objects.exclude(ticket=None).exists()
    assert scheduling.open_when_due(name=meeting.name) is Phase.OVER
