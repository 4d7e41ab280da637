"""The demonstration loads whole, is added to and never doubled, mails nobody, and keeps out of production."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker, Settings

from entraide.accounts import api as accounts
from entraide.crises import api as crises
from entraide.pages.demo import story
from entraide.pages.demo.accounts import account_of, demo_accounts
from entraide.territories import loading
from entraide.volunteering.models import Mission, Participation, Slot
from entraide.volunteering.rules.states import OCCUPIES, TAKES, ParticipationState

NOW = datetime(2026, 4, 15, 8, 30, tzinfo=UTC)
STATES = ("confirmed", "held", "refused", "expired", "cancelled_by_volunteer", "present", "absent")


@pytest.fixture(scope="module")
def told_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[story.Loaded]:
    """Load it once for all tests of this file, in a transaction that is undone at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        loading.load(now=NOW)
        yield story.tell(now=NOW)
        transaction.set_rollback(True)


@pytest.fixture
def loaded(told_once: story.Loaded, db: None) -> story.Loaded:
    """The demonstration, as it was just loaded; what a test changes is undone after it."""
    return told_once


@pytest.fixture
def now() -> datetime:
    return NOW


def test_it_shows_every_state_and_counts_right(loaded: story.Loaded, now: datetime) -> None:
    assert loaded.missions >= 110
    assert loaded.slots >= 500
    found = set(Participation.objects.values_list("state", flat=True))
    assert found >= set(STATES)
    assert {"online", "submitted"} <= set(Mission.objects.values_list("state", flat=True))
    for slot in Slot.objects.prefetch_related("participations"):
        rows = [(ParticipationState(each.state), each.seats) for each in slot.participations.all()]
        assert slot.taken == sum(seats for state, seats in rows if state in TAKES)
        assert slot.taken + slot.held == sum(seats for state, seats in rows if state in OCCUPIES)
    assert Participation.objects.filter(seats=2, state="confirmed").exists()
    current = crises.current_crisis(now)
    assert current is not None
    assert current.level == crises.Level.MOBILISATION


def test_the_volunteer_to_sign_in_as_meets_every_fate(loaded: story.Loaded) -> None:
    own = Participation.objects.filter(volunteer__person__email=account_of(None).address)
    assert {"confirmed", "held", "refused", "cancelled_by_volunteer", "present"} <= set(
        own.values_list("state", flat=True)
    )


def test_every_account_holds_its_role(loaded: story.Loaded, now: datetime) -> None:
    for each in demo_accounts():
        person = accounts.person_by_email(email=each.address)
        assert person is not None
        held = [role.role for role in accounts.held_roles(person_id=person.pk, now=now)]
        assert held == ([each.role] if each.role else [])


def test_a_second_run_adds_nothing_and_one_days_later_adds_slots(loaded: story.Loaded, now: datetime) -> None:
    ids = set(Mission.objects.values_list("pk", flat=True))
    assert story.tell(now=now + timedelta(minutes=1)) == story.Loaded(missions=0, slots=0, participations=0)
    later = story.tell(now=now + timedelta(days=5))
    assert (later.missions, later.slots > 100, later.participations > 0) == (0, True, True)
    assert set(Mission.objects.values_list("pk", flat=True)) == ids


def test_a_mission_that_ended_is_followed_by_another(loaded: story.Loaded, now: datetime) -> None:
    ended = Mission.objects.filter(state="online").order_by("pk")[:3]
    Mission.objects.filter(pk__in=[each.pk for each in ended]).update(state="done")
    assert story.tell(now=now + timedelta(minutes=1)).missions == 3


def test_a_crisis_that_an_operator_closed_stays_closed(loaded: story.Loaded, now: datetime) -> None:
    (crisis,) = crises.all_crises()
    for seen, wanted in [("mobilisation", "recovery"), ("recovery", "closed")]:
        crises.change_level(
            crisis_id=crisis.pk,
            seen=crises.Level(seen),
            wanted=crises.Level(wanted),
            actor=None,
            role="operator",
            now=now + timedelta(hours=1),
        )
    story.tell(now=now + timedelta(days=1))
    assert crises.current_crisis(now + timedelta(days=1)) is None


def test_nobody_is_mailed(loaded: story.Loaded) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)


def test_production_refuses_it(db: None, settings: Settings) -> None:
    settings.PRODUCTION = True
    before = Mission.objects.count()
    with pytest.raises(CommandError, match="--force"):
        call_command("load_demo")
    assert Mission.objects.count() == before


def test_the_command_says_how_to_sign_in(loaded: story.Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entraide.foundation.clock.now", lambda: NOW)
    told = io.StringIO()
    call_command("load_demo", "--json", stdout=told)
    assert {each["address"] for each in json.loads(told.getvalue())} == {each.address for each in demo_accounts()}
