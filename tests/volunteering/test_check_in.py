"""Checking in at the door: what is written, who may, the code that the organisation prints, the page behind it."""

import re
from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.db import IntegrityError, transaction

from entraide.accounts.api import Acting
from entraide.foundation import clock
from entraide.journal.models import Entry
from entraide.volunteering.actions.attendance import mark_absent, mark_present
from entraide.volunteering.actions.check_in import NotCheckedIn, check_in
from entraide.volunteering.actions.hours import count_hours
from entraide.volunteering.actions.slots import SlotNotChangeable, cancel_slot
from entraide.volunteering.check_in_links import NoSuchDoor, check_in_link, code_of, slot_of_link, token_of
from entraide.volunteering.models import Mission, Participation, Slot, Volunteer
from entraide.volunteering.permissions import NotAllowed
from entraide.volunteering.rules.words import CheckIn
from tests.strict_client import StrictClient
from tests.volunteering import desk_situations
from tests.volunteering.crowds import in_threads
from tests.volunteering.situations import (
    acting,
    books_balance,
    joined,
    mission_online,
    organiser,
    slot_tomorrow,
    volunteer_adult,
)


@pytest.fixture
def slot(now: datetime, db: None) -> Slot:
    """A slot of three places, tomorrow."""
    return slot_tomorrow(mission_online(now=now), now=now)


def scan(volunteer: Volunteer, slot: Slot, now: datetime) -> Participation:
    return check_in(acting=acting(volunteer), slot_id=slot.pk, by=CheckIn.QR, now=now)


def why_not(volunteer: Volunteer, slot: Slot, now: datetime) -> str:
    with pytest.raises(NotCheckedIn) as refused:
        scan(volunteer, slot, now)
    return refused.value.why.value


def test_somebody_at_the_door_is_present_since_then_and_once(slot: Slot, now: datetime) -> None:
    expected = joined(slot, now=now)
    arrived = slot.starts_at - timedelta(minutes=10)
    for minutes in (0, 5):
        here = scan(expected.volunteer, slot, arrived + timedelta(minutes=minutes))
        assert (here.state, here.checked_in_at, here.check_in_by) == ("present", arrived, "qr")
    [entry] = Entry.objects.filter(verb="participation.checked_in", thing_id=str(expected.pk))
    assert (entry.actor, entry.role, entry.detail["by"]) == (expected.volunteer.person_id, "volunteer", "qr")
    assert Slot.objects.get(pk=slot.pk).taken == 1
    books_balance()


def test_whoever_was_asked_and_comes_has_answered(slot: Slot, now: datetime) -> None:
    asked = joined(slot, now=now)
    Participation.objects.filter(pk=asked.pk).update(state="to_reconfirm", reconfirm_until=slot.starts_at)
    here = scan(asked.volunteer, slot, slot.starts_at)
    assert (here.state, here.reconfirm_until) == ("present", None)


def test_hours_are_counted_for_those_who_checked_in(slot: Slot, now: datetime) -> None:
    expected = joined(slot, now=now)
    scan(expected.volunteer, slot, slot.starts_at)
    assert count_hours(now=slot.ends_at) == 1
    expected.refresh_from_db()
    assert (expected.state, expected.minutes, expected.check_in_by) == ("done", 120, "qr")
    assert scan(expected.volunteer, slot, slot.ends_at + timedelta(days=1)).state == "done"


def test_nobody_checks_in_without_a_confirmed_place_at_another_time_or_to_what_is_cancelled(
    now: datetime, slot: Slot
) -> None:
    expected, stranger = joined(slot, now=now), volunteer_adult()
    assert why_not(stranger, slot, slot.starts_at) == "no_place"
    assert why_not(expected.volunteer, slot, slot.starts_at - timedelta(minutes=61)) == "too_early"
    assert why_not(expected.volunteer, slot, slot.ends_at) == "over"
    cancel_slot(acting=organiser(slot.mission.organisation_id), slot_id=slot.pk, text="Fermé", now=now)
    assert why_not(expected.volunteer, slot, slot.starts_at) == "cancelled"
    with pytest.raises(NotAllowed):
        check_in(acting=Acting(None), slot_id=slot.pk, by=CheckIn.QR, now=slot.starts_at)
    with pytest.raises(Slot.DoesNotExist):
        check_in(acting=acting(stranger), slot_id=uuid4(), by=CheckIn.QR, now=slot.starts_at)
    assert not Participation.objects.exclude(checked_in_at=None).exists()


def test_a_request_that_nobody_answered_is_no_place(now: datetime, db: None) -> None:
    slot = slot_tomorrow(mission_online(now=now, admission="review"), now=now)
    assert why_not(joined(slot, now=now).volunteer, slot, slot.starts_at - timedelta(minutes=5)) == "not_answered"


def test_the_list_says_who_noted_a_presence_and_takes_it_back(slot: Slot, now: datetime) -> None:
    ticked, scanned = joined(slot, now=now), joined(slot, now=now)
    by, ids = organiser(slot.mission.organisation_id), [ticked.pk, scanned.pk]
    scan(scanned.volunteer, slot, slot.starts_at)
    later = slot.starts_at + timedelta(minutes=30)
    assert mark_present(acting=by, participation_ids=ids, now=later).done == [ticked.pk]
    rows = Participation.objects.in_bulk(ids)
    assert (rows[ticked.pk].checked_in_at, rows[ticked.pk].check_in_by) == (later, "organiser")
    assert (rows[scanned.pk].checked_in_at, rows[scanned.pk].check_in_by) == (slot.starts_at, "qr")

    mark_absent(acting=by, participation_ids=[scanned.pk], now=later)
    absent = Participation.objects.get(pk=scanned.pk)
    assert (absent.state, absent.checked_in_at, absent.check_in_by) == ("absent", None, "")
    assert why_not(scanned.volunteer, slot, later) == "said_absent"
    mark_present(acting=by, participation_ids=[scanned.pk], now=later)
    assert Participation.objects.get(pk=scanned.pk).check_in_by == "organiser"
    books_balance()


@pytest.mark.parametrize(
    "wrong",
    [
        {"check_in_by": "qr"},
        {"checked_in_at": datetime.fromisoformat("2026-04-16T09:00:00Z")},
        {"checked_in_at": datetime.fromisoformat("2026-04-16T09:00:00Z"), "check_in_by": "nobody"},
    ],
    ids=str,
)
def test_the_database_keeps_a_check_in_whole(slot: Slot, now: datetime, wrong: dict[str, object]) -> None:
    row = joined(slot, now=now)
    with pytest.raises(IntegrityError, match="participation_check_"), transaction.atomic():
        Participation.objects.filter(pk=row.pk).update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_a_crowd_at_the_door_and_a_manager_who_cancels_leave_the_books_right(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now, capacity=20)
    people = [joined(slot, now=now).volunteer for _ in range(20)]
    early = slot.starts_at - timedelta(minutes=30)

    def arrive(volunteer: Volunteer) -> str:
        try:
            return scan(volunteer, slot, early).state
        except NotCheckedIn as refused:
            return refused.why.value

    def cancel() -> str:
        try:
            cancel_slot(acting=organiser(slot.mission.organisation_id), slot_id=slot.pk, text="Fermé", now=early)
        except SlotNotChangeable:
            return "too late"
        return "cancelled slot"

    told = in_threads([*[lambda who=who: arrive(who) for who in people for _ in range(2)], cancel])
    assert set(told) <= {"present", "cancelled", "no_place", "cancelled slot"}
    states = Counter(Participation.objects.values_list("state", flat=True))
    assert set(states) <= {"present", "cancelled_by_organisation"} and sum(states.values()) == 20
    books_balance()


# The link and its code.


def test_a_link_names_one_slot_and_cannot_be_made_elsewhere(slot: Slot) -> None:
    token = token_of(slot.pk)
    assert slot_of_link(token).pk == slot.pk
    other = slot_tomorrow(slot.mission, now=slot.mission.published_at or slot.starts_at)
    signature = token.partition(":")[2]
    elsewhere = signing.Signer(salt="entraide.volunteering.place").sign(slot.pk.hex)
    for wrong in ("", "x", slot.pk.hex, f"{other.pk.hex}:{signature}", f"{token}x", token.upper(), elsewhere):
        with pytest.raises(NoSuchDoor):
            slot_of_link(wrong)
    with pytest.raises(NoSuchDoor):
        slot_of_link(token_of(uuid4()))


def test_a_code_is_a_picture_without_a_size_style_or_script(slot: Slot) -> None:
    picture = code_of(check_in_link(slot, language="fr"))
    assert picture.startswith("<svg viewBox=")
    assert "style" not in picture and "script" not in picture and str(slot.pk.hex) not in picture


# The pages.


@pytest.fixture
def ahead(db: None) -> Slot:
    """A slot tomorrow by the clock, which pages read themselves; `begins` moves it."""
    now = clock.now()
    return slot_tomorrow(mission_online(now=now), now=now)


def begins(slot: Slot, *, minutes: int) -> None:
    """Move a slot so that it begins so many minutes from now, or began before it."""
    starts_at = clock.now() + timedelta(minutes=minutes)
    Slot.objects.filter(pk=slot.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))


def path_of(slot: Slot) -> str:
    return f"/en/here/{token_of(slot.pk)}/"


def test_the_code_leads_to_one_button_that_says_i_am_here(client: StrictClient, ahead: Slot) -> None:
    expected = joined(ahead, now=clock.now())
    begins(ahead, minutes=30)
    client.force_login(expected.volunteer.person)
    page = client.get(path_of(ahead))
    found = page.content.decode()
    assert page["Cache-Control"] == "private, no-store, no-transform"
    assert len(re.findall(r"<button[^>]*>I am here</button>", found)) == 1
    assert Participation.objects.get(pk=expected.pk).state == "confirmed", "opening it says nothing yet"
    for _ in range(2):
        done = client.post(path_of(ahead), follow=True).content.decode()
        assert "You are checked in" in done and "I am here</button>" not in done
    expected.refresh_from_db()
    assert (expected.state, expected.check_in_by) == ("present", "qr")
    assert Entry.objects.filter(verb="participation.checked_in").count() == 1
    assert "Presence noted:" in client.get(f"/en/me/participations/{expected.pk}/").content.decode()


def test_whoever_is_not_signed_in_signs_in_first(client: StrictClient, ahead: Slot) -> None:
    answer = client.get(path_of(ahead))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/en/account/login/?next=/en/here/")


@pytest.mark.parametrize(
    ("minutes", "status", "said"),
    [(90, 409, "It is too early"), (-180, 410, "This slot is over")],
)
def test_at_another_time_the_page_says_so_and_changes_nothing(
    client: StrictClient, ahead: Slot, minutes: int, status: int, said: str
) -> None:
    expected = joined(ahead, now=clock.now())
    begins(ahead, minutes=minutes)
    client.force_login(expected.volunteer.person)
    for answer in (client.get(path_of(ahead)), client.post(path_of(ahead))):
        assert answer.status_code == status
        assert said in answer.content.decode() and "I am here</button>" not in answer.content.decode()
    assert Participation.objects.get(pk=expected.pk).state == "confirmed"


def test_a_stranger_a_candidate_and_whoever_was_cancelled_are_told_why(client: StrictClient, ahead: Slot) -> None:
    stranger, expected = volunteer_adult(), joined(ahead, now=clock.now())
    Mission.objects.filter(pk=ahead.mission_id).update(admission="review")
    candidate = joined(ahead, now=clock.now())
    begins(ahead, minutes=30)
    for who, status, said in (
        (stranger, 403, "You have no place in this slot"),
        (candidate.volunteer, 409, "has not answered your request yet"),
    ):
        client.force_login(who.person)
        for answer in (client.get(path_of(ahead)), client.post(path_of(ahead))):
            assert (answer.status_code, said in answer.content.decode()) == (status, True)
    by = organiser(ahead.mission.organisation_id)
    cancel_slot(acting=by, slot_id=ahead.pk, text="Fermé", now=clock.now())
    client.force_login(expected.volunteer.person)
    assert client.post(path_of(ahead)).status_code == 410
    assert not Participation.objects.exclude(checked_in_at=None).exists()


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 32 + ":" + "a" * 43, "%00", "é:é"])
def test_a_wrong_code_leads_nowhere_and_says_what_to_do(client: StrictClient, token: str, db: None) -> None:
    client.force_login(volunteer_adult().person)
    for answer in (client.get(f"/en/here/{token}/"), client.post(f"/en/here/{token}/")):
        assert answer.status_code == 404
        assert "This code leads nowhere" in answer.content.decode()


def test_the_desk_shows_the_code_to_its_own_people_and_prints_it(db: None) -> None:
    made = desk_situations.desk(candidates=0)
    manager = desk_situations.signed_in("member", made.organisation.pk)
    base = f"/en/organisation/{made.organisation.pk}/slots/{made.slot.pk}/"
    for page in (base, f"{base}door/"):
        found = manager.get(page).content.decode()
        assert f"/en/here/{token_of(made.slot.pk)}/" in found
        assert "<svg viewBox=" in found and 'role="img"' in found
    assert f"{base}door/" in manager.get(f"{base}attendance/").content.decode()
    cancel_slot(acting=organiser(made.organisation.pk), slot_id=made.slot.pk, text="Fermé", now=made.now)
    assert "<svg viewBox=" not in manager.get(f"{base}door/").content.decode()


def test_the_list_shows_when_and_how_a_presence_was_noted(db: None) -> None:
    now = clock.now()
    slot = slot_tomorrow(mission_online(now=now), now=now)
    here = joined(slot, now=now)
    begins(slot, minutes=5)
    scan(here.volunteer, slot, clock.now())
    manager = desk_situations.signed_in("manager", slot.mission.organisation_id)
    page = f"/en/organisation/{slot.mission.organisation_id}/slots/{slot.pk}/attendance/"
    assert "by the code at the door" in manager.get(page).content.decode()
