"""Coming with others: one participation takes several places, gives some of them back, and everybody reads how many."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from icalendar import Calendar

from entraide.journal.models import Entry
from entraide.volunteering import letters, wordings
from entraide.volunteering.actions.deciding import accept_candidates, refuse_candidates
from entraide.volunteering.actions.holds import expire_holds
from entraide.volunteering.actions.joining import JoinRefused, Wish
from entraide.volunteering.actions.leaving import (
    Leave,
    OnlyFewer,
    TooLateToCancel,
    cancel_participation,
    come_with_fewer,
)
from entraide.volunteering.actions.reconfirming import ask_to_reconfirm, release_unanswered
from entraide.volunteering.actions.slots import CapacityTaken, cancel_slot, resize_slot
from entraide.volunteering.actions.terms import change_terms, digest_of_terms, terms_of
from entraide.volunteering.models import Mission, Notice, Participation, Slot
from entraide.volunteering.queries import desk as desk_queries
from entraide.volunteering.queries.home import home_numbers
from entraide.volunteering.queries.kept import forget_all
from entraide.volunteering.queries.mission_page import mission_page
from entraide.volunteering.queries.own_data import my_data
from entraide.volunteering.rules.refusals import GroupsNotWelcome, TooFewPlaces
from entraide.volunteering.rules.words import CancelReason, RefusalReason
from tests.letters import waiting_letters
from tests.volunteering.situations import (
    acting,
    books_balance,
    joined,
    mission_online,
    organiser,
    slot_tomorrow,
    volunteer_adult,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot(now: datetime) -> Slot:
    """A slot of ten places, tomorrow, of a mission that welcomes groups and confirms at once."""
    return slot_tomorrow(mission_online(now=now, groups_welcome=True), now=now, capacity=10)


@pytest.fixture
def reviewed(now: datetime) -> Slot:
    """A slot of five places in ten days, whose organisation welcomes groups and answers each request."""
    mission = mission_online(now=now, groups_welcome=True, admission="review")
    return slot_tomorrow(mission, now=now, capacity=5, hours=24 * 10)


def counters(slot: Slot) -> tuple[int, int, int, str]:
    """Return what is taken, held, and left in the mission, and the slot's state."""
    found = Slot.objects.select_related("mission").get(pk=slot.pk)
    return found.taken, found.held, found.mission.places_left, found.state


def test_a_group_takes_a_place_for_each(slot: Slot, now: datetime) -> None:
    participation = joined(slot, now=now, seats=4)
    assert (participation.seats, counters(slot)) == (4, (4, 0, 6, "open"))
    assert Entry.objects.get(verb="slot.joined").detail["seats"] == 4
    joined(slot, now=now, seats=6)
    assert counters(slot) == (10, 0, 0, "full")
    books_balance()


def test_a_group_is_given_all_its_places_or_none_and_told_how_many_are_left(slot: Slot, now: datetime) -> None:
    joined(slot, now=now, seats=8)
    with pytest.raises(JoinRefused) as refused:
        joined(slot, now=now, seats=3)
    [reason] = refused.value.reasons
    assert reason == TooFewPlaces(left=2, seats=3)
    assert reason.message % reason.values == "Places left in this slot: 2. You asked for 3."
    assert joined(slot, now=now, seats=2).seats == 2
    books_balance()


def test_nobody_brings_others_where_groups_are_not_welcome(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now), now=now, capacity=10)
    with pytest.raises(JoinRefused) as refused:
        joined(slot, now=now, seats=2)
    assert refused.value.reasons == (GroupsNotWelcome(2),)
    assert joined(slot, now=now).seats == 1
    books_balance()


@pytest.mark.parametrize("seats", [-1, 0, 21, 10**9])
def test_a_wish_for_nobody_or_for_a_crowd_is_none(seats: int) -> None:
    with pytest.raises(ValueError, match="not 1 to 20"):
        Wish(uuid4(), uuid4(), seats=seats)


@pytest.mark.parametrize("seats", [0, 21])
def test_the_database_keeps_the_size_of_a_group_too(slot: Slot, now: datetime, seats: int) -> None:
    participation = joined(slot, now=now)
    with pytest.raises(IntegrityError, match="participation_seats_in_range"), transaction.atomic():
        Participation.objects.filter(pk=participation.pk).update(seats=seats)


def test_an_answer_moves_all_places_of_a_group(reviewed: Slot, now: datetime) -> None:
    first, second = joined(reviewed, now=now, seats=3), joined(reviewed, now=now, seats=2)
    assert counters(reviewed) == (0, 5, 0, "full")
    by = organiser(reviewed.mission.organisation_id)
    accept_candidates(acting=by, participation_ids=[first.pk], now=now)
    assert counters(reviewed) == (3, 2, 0, "full")
    refuse_candidates(acting=by, participation_ids=[second.pk], reason=RefusalReason.ENOUGH_PEOPLE, text="", now=now)
    assert counters(reviewed) == (3, 0, 2, "open")
    books_balance()


def test_the_ended_hold_of_a_group_leaves_all_its_places(reviewed: Slot, now: datetime) -> None:
    joined(reviewed, now=now, seats=4)
    later = now + timedelta(hours=72)
    page = mission_page(mission_id=reviewed.mission_id, now=later)
    assert page and [line.places_left for line in page.slots] == [5]
    assert joined(reviewed, now=later, seats=5).state == "held"
    assert counters(reviewed) == (0, 5, 0, "full")
    assert expire_holds(now=later + timedelta(hours=72)) == 5
    assert counters(reviewed) == (0, 0, 5, "open")
    books_balance()


def test_ended_holds_count_for_a_group_although_a_place_is_free(reviewed: Slot, now: datetime) -> None:
    joined(reviewed, now=now, seats=3)
    later = now + timedelta(hours=72)
    assert joined(reviewed, now=later, seats=4).seats == 4
    books_balance()


def test_leaving_silence_and_the_organisation_each_give_all_places_back(now: datetime) -> None:
    mission = mission_online(now=now, groups_welcome=True)
    slot = slot_tomorrow(mission, now=now, capacity=10, hours=24 * 10)
    leaving, silent, cancelled = (joined(slot, now=now, seats=seats) for seats in (2, 3, 4))
    leave = Leave(leaving.pk, CancelReason.OTHER)
    cancel_participation(acting=acting(leaving.volunteer), leave=leave, now=now)
    assert counters(slot) == (7, 0, 3, "open")

    Participation.objects.filter(pk=cancelled.pk).update(confirmed_at=slot.starts_at)
    assert ask_to_reconfirm(now=slot.starts_at - timedelta(hours=47)) == 1
    assert release_unanswered(now=slot.starts_at - timedelta(hours=12)) == 1
    silent.refresh_from_db()
    assert (silent.state, counters(slot)) == ("released", (4, 0, 6, "open"))

    told = cancel_slot(acting=organiser(mission.organisation_id), slot_id=slot.pk, text="Fermé", now=now)
    assert (told, counters(slot)) == (1, (0, 0, 0, "cancelled"))
    books_balance()


def test_a_slot_is_not_made_smaller_than_its_groups(slot: Slot, now: datetime) -> None:
    joined(slot, now=now, seats=4)
    with pytest.raises(CapacityTaken) as taken:
        resize_slot(acting=organiser(slot.mission.organisation_id), slot_id=slot.pk, capacity_max=3, now=now)
    assert taken.value.occupied == 4


def test_fewer_come_and_the_others_places_are_free_at_once(now: datetime) -> None:
    slot = slot_tomorrow(mission_online(now=now, groups_welcome=True), now=now, capacity=4)
    group = joined(slot, now=now, seats=4)
    assert counters(slot) == (4, 0, 0, "full")
    for _ in range(2):
        kept = come_with_fewer(acting=acting(group.volunteer), participation_id=group.pk, seats=1, now=now)
        assert (kept.seats, kept.state) == (1, "confirmed")
    assert counters(slot) == (1, 0, 3, "open")
    assert Entry.objects.get(verb="participation.reduced").detail["count"] == 3
    joined(slot, now=now, seats=3)
    books_balance()


def test_a_group_that_waits_for_an_answer_may_be_fewer_too(reviewed: Slot, now: datetime) -> None:
    group = joined(reviewed, now=now, seats=4)
    come_with_fewer(acting=acting(group.volunteer), participation_id=group.pk, seats=2, now=now)
    assert counters(reviewed) == (0, 2, 3, "open")
    books_balance()


def test_a_group_never_becomes_larger_nor_nobody_nor_changes_too_late(slot: Slot, now: datetime) -> None:
    group = joined(slot, now=now, seats=2)
    for seats in (0, -1, 3):
        with pytest.raises(OnlyFewer):
            come_with_fewer(acting=acting(group.volunteer), participation_id=group.pk, seats=seats, now=now)
    with pytest.raises(TooLateToCancel):
        come_with_fewer(acting=acting(group.volunteer), participation_id=group.pk, seats=1, now=slot.starts_at)
    with pytest.raises(Participation.DoesNotExist):
        come_with_fewer(acting=acting(volunteer_adult()), participation_id=group.pk, seats=1, now=now)
    assert counters(slot) == (2, 0, 8, "open")


def test_an_ended_hold_has_no_places_to_give_back(reviewed: Slot, now: datetime) -> None:
    group = joined(reviewed, now=now, seats=3)
    with pytest.raises(TooLateToCancel):
        come_with_fewer(
            acting=acting(group.volunteer), participation_id=group.pk, seats=1, now=now + timedelta(hours=72)
        )
    books_balance()


def test_an_organisation_welcomes_groups_without_telling_those_who_come(slot: Slot, now: datetime) -> None:
    joined(slot, now=now, seats=3)
    before = terms_of(Mission.objects.get(pk=slot.mission_id))
    assert before.groups_welcome
    wanted = type(before)(**{**{name: getattr(before, name) for name in before.__slots__}, "groups_welcome": False})
    change_terms(
        acting=organiser(slot.mission.organisation_id),
        mission_id=slot.mission_id,
        wanted=wanted,
        seen=digest_of_terms(before),
        now=now,
    )
    assert not Mission.objects.get(pk=slot.mission_id).groups_welcome
    assert not Notice.objects.filter(kind="mission_changed").exists()
    assert Entry.objects.get(verb="mission.terms_changed").detail == {"changed": ["groups"]}
    assert counters(slot) == (3, 0, 7, "open")


def test_messages_say_how_many_places_in_the_mail_and_in_the_space(slot: Slot, now: datetime) -> None:
    group = joined(slot, now=now, seats=3)
    person = group.volunteer.person
    person.locale = "en"
    person.save(update_fields=["locale"])
    [notice] = Notice.objects.select_related("participation", "slot__mission__organisation")
    said = "You and 2 other people: 3 places."
    with translation.override("en"):
        assert said in wordings.wording(notice).sentences
    letters.send(notice_id=notice.pk, now=now)
    letter = waiting_letters(to=person.email)[-1]
    assert said in letter.text
    [event] = Calendar.from_ical(letter.attachments[0].content).walk("VEVENT")
    assert str(event["description"]).startswith("You and 2 other people: 3 places")


def test_somebody_alone_reads_nothing_of_groups(slot: Slot, now: datetime) -> None:
    joined(slot, now=now)
    [notice] = Notice.objects.select_related("participation", "slot__mission__organisation")
    with translation.override("en"):
        assert "other" not in " ".join(wordings.wording(notice).sentences)


def test_what_is_counted_counts_everybody_who_comes(slot: Slot, now: datetime) -> None:
    group = joined(slot, now=now, seats=4)
    forget_all()
    assert home_numbers(now=now + timedelta(minutes=1)).places_given == 4
    assert my_data(person_id=group.volunteer.person_id)["participations"][0]["seats"] == 4
    json.dumps(my_data(person_id=group.volunteer.person_id), default=str)
    by, organisation_id = organiser(slot.mission.organisation_id), slot.mission.organisation_id
    later = slot.ends_at + timedelta(hours=1)
    [unsaid] = desk_queries.lists_to_fill(acting=by, organisation_id=organisation_id, now=later)
    assert unsaid.unsaid == 4  # type: ignore[attr-defined] # It is annotated.
