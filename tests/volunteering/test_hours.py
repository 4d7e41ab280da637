"""Who came is counted once the slot is over, attested by the organisation or by a week of silence, and told."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest

from entraide.accounts.api import Acting
from entraide.volunteering.actions.attendance import mark_absent, mark_present
from entraide.volunteering.actions.hours import attest_hours, attest_untouched_hours, count_hours
from entraide.volunteering.actions.outcomes import Left
from entraide.volunteering.models import Notice, Participation, Slot
from entraide.volunteering.queries.mine import my_hours
from tests.volunteering import situations as given
from tests.volunteering.crowds import in_threads

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def came(now: datetime) -> Participation:
    """Somebody who came to a slot of two hours, which ended just now."""
    slot = given.slot_tomorrow(given.mission_online(now=now), now=now - timedelta(hours=26), hours=24)
    row = given.joined(slot, now=now - timedelta(hours=20))
    organiser = organiser_of(row)
    assert mark_present(acting=organiser, participation_ids=[row.pk], now=slot.starts_at).done
    return row


def organiser_of(row: Participation) -> Acting:
    return given.organiser(Slot.objects.select_related("mission").get(pk=row.slot_id).mission.organisation_id)


def as_it_is(row: Participation) -> tuple[str, int | None]:
    found = Participation.objects.get(pk=row.pk)
    return found.state, found.minutes


def test_hours_are_counted_when_the_slot_is_over_and_attested_a_week_later(came: Participation, now: datetime) -> None:
    assert count_hours(now=now - timedelta(seconds=1)) == 0
    assert [count_hours(now=now) for _ in range(2)] == [1, 0]
    assert as_it_is(came) == ("done", 120)
    assert attest_untouched_hours(now=now + WEEK - timedelta(seconds=1)) == 0
    assert [attest_untouched_hours(now=now + WEEK) for _ in range(2)] == [1, 0]
    assert as_it_is(came) == ("attested", 120)
    assert Notice.objects.filter(kind="attested").count() == 1
    given.books_balance()


def test_the_organisation_attests_other_hours_and_the_volunteer_sees_them(came: Participation, now: datetime) -> None:
    person_id = came.volunteer.person_id
    count_hours(now=now)
    assert (my_hours(person_id=person_id).attested, my_hours(person_id=person_id).counted) == (0, 120)
    outcome = attest_hours(acting=organiser_of(came), minutes={came.pk: 150}, now=now)
    assert outcome.done == [came.pk]
    assert as_it_is(came) == ("attested", 150)
    assert (my_hours(person_id=person_id).attested, my_hours(person_id=person_id).counted) == (150, 0)
    assert attest_hours(acting=organiser_of(came), minutes={came.pk: 10}, now=now).left == {came.pk: Left.STATE}
    assert as_it_is(came) == ("attested", 150)


def test_the_organisation_need_not_wait_for_the_worker(came: Participation, now: datetime) -> None:
    early = attest_hours(acting=organiser_of(came), minutes={came.pk: None}, now=now - timedelta(minutes=1))
    assert early.left == {came.pk: Left.NOT_OVER}
    assert attest_hours(acting=organiser_of(came), minutes={came.pk: None}, now=now).done == [came.pk]
    assert as_it_is(came) == ("attested", 120)


def test_only_who_came_has_hours_and_only_the_organisation_attests_them(came: Participation, now: datetime) -> None:
    slot = Slot.objects.get(pk=came.slot_id)
    other = given.joined(
        given.slot_tomorrow(slot.mission, now=now - timedelta(hours=26), hours=24), now=now - timedelta(hours=20)
    )
    outcome = attest_hours(acting=organiser_of(came), minutes={other.pk: 60, uuid4(): 60}, now=now)
    assert outcome.done == [] and set(outcome.left.values()) == {Left.STATE, Left.UNKNOWN}
    stranger = given.organiser(uuid4())
    assert attest_hours(acting=stranger, minutes={came.pk: 60}, now=now).left == {came.pk: Left.NOT_ALLOWED}


def test_a_list_that_was_wrong_takes_the_hours_back(came: Participation, now: datetime) -> None:
    count_hours(now=now)
    assert mark_absent(acting=organiser_of(came), participation_ids=[came.pk], now=now).done == [came.pk]
    assert as_it_is(came) == ("absent", None)
    assert attest_untouched_hours(now=now + WEEK) == 0
    mark_present(acting=organiser_of(came), participation_ids=[came.pk], now=now)
    assert count_hours(now=now) == 1
    given.books_balance()


@pytest.fixture
def crowd_that_came(now: datetime) -> Iterator[list[Participation]]:
    """Eight people who came to one slot."""
    slot = given.slot_tomorrow(given.mission_online(now=now), now=now - timedelta(hours=26), hours=24, capacity=8)
    rows = [given.joined(slot, now=now - timedelta(hours=20)) for _ in range(8)]
    mark_present(acting=organiser_of(rows[0]), participation_ids=[row.pk for row in rows], now=slot.starts_at)
    yield rows


@pytest.mark.django_db(transaction=True)
def test_managers_and_the_worker_at_once_attest_each_once(crowd_that_came: list[Participation], now: datetime) -> None:
    ids = [row.pk for row in crowd_that_came]
    organiser = organiser_of(crowd_that_came[0])

    def attest(minutes: int) -> str:
        return str(len(attest_hours(acting=organiser, minutes=dict.fromkeys(ids, minutes), now=now).done))

    calls: list[Callable[[], str]] = [partial(attest, minutes) for minutes in (60, 90, 120)]
    calls += [lambda: f"counted {count_hours(now=now)}" for _ in range(3)]
    told = in_threads(calls)
    assert sum(int(each) for each in told if each.isdigit()) == 8
    rows = Participation.objects.filter(pk__in=ids)
    assert set(rows.values_list("state", flat=True)) == {"attested"}
    assert len(set(rows.values_list("minutes", flat=True))) == 1
    assert Notice.objects.filter(kind="attested").count() == 8
