"""Missions and volunteers follow their organisation: validated, suspended, back, flagged, gone."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from entraide.accounts import api as accounts
from entraide.journal import api as journal
from entraide.volunteering import letters
from entraide.volunteering.actions.deciding import accept_candidates
from entraide.volunteering.actions.following_organisation import follow_organisation
from entraide.volunteering.actions.outcomes import Left
from entraide.volunteering.actions.publishing import flag_missions, submit_mission
from entraide.volunteering.models import Mission, Notice, Participation, Slot
from tests.letters import waiting_letters
from tests.volunteering import situations as given

pytestmark = pytest.mark.django_db
Step = accounts.OrganisationStep


@pytest.fixture
def place(now: datetime) -> Participation:
    """Somebody with a place at a validated organisation, tomorrow."""
    return given.joined(given.slot_tomorrow(given.mission_online(now=now), now=now), now=now)


def organisation_of(row: Participation) -> accounts.Organisation:
    return Slot.objects.get(pk=row.slot_id).mission.organisation


def step(organisation: accounts.Organisation, taken: Step, now: datetime) -> None:
    """Take a step as an operator, then let the worker do what it deferred."""
    wanted = accounts.Step(step=taken, actor=accounts.Actor.OPERATOR, reason="Signalements reçus")
    accounts.take_step(organisation_id=organisation.pk, step=wanted, deed=accounts.Deed(actor=None, now=now))
    jobs = ProcrastinateJob.objects.filter(task_name="volunteering.follow_organisation")
    assert {job.args["thing_id"] for job in jobs} == {str(organisation.pk)}
    for _ in range(2):
        follow_organisation(organisation_id=organisation.pk, now=now)


def told(now: datetime) -> list[str]:
    """Send what waits and return subject and text of each mail to a volunteer."""
    for pk in Notice.objects.filter(sent_at=None).order_by("created_at").values_list("pk", flat=True):
        letters.send(notice_id=pk, now=now)
    return [f"{mail.subject}\n{mail.text}" for mail in waiting_letters() if mail.template == "volunteering/mail/notice"]


def state(row: Participation) -> str:
    return Participation.objects.get(pk=row.pk).state


def test_a_suspension_keeps_places_and_tells_each_volunteer_once(place: Participation, now: datetime) -> None:
    before = len(told(now))
    step(organisation_of(place), Step.SUSPEND, now)
    assert (state(place), place.slot.mission.state) == ("confirmed", "online")
    [mail] = told(now)[before:]
    assert "suspendu" in mail or "suspended" in mail
    given.books_balance()


def test_who_was_told_of_a_suspension_is_told_when_it_is_over(place: Participation, now: datetime) -> None:
    organisation = organisation_of(place)
    for day, taken in enumerate([Step.SUSPEND, Step.REINSTATE, Step.SUSPEND, Step.REINSTATE]):
        step(organisation, taken, now + timedelta(hours=day))
    kinds = list(Notice.objects.order_by("created_at", "pk").values_list("kind", flat=True))
    assert sorted(kinds) == ["confirmed", "org_back", "org_back", "org_suspended", "org_suspended"]


def test_a_newcomer_hears_of_no_suspension_that_was_over(place: Participation, now: datetime) -> None:
    organisation = organisation_of(place)
    step(organisation, Step.SUSPEND, now)
    step(organisation, Step.REINSTATE, now)
    newcomer = given.joined(Slot.objects.get(pk=place.slot_id), now=now)
    follow_organisation(organisation_id=organisation.pk, now=now)
    assert list(Notice.objects.filter(participation=newcomer).values_list("kind", flat=True)) == ["confirmed"]


def test_a_suspended_organisation_accepts_nobody(now: datetime) -> None:
    mission = given.mission_online(now=now, admission="review")
    candidate = given.joined(given.slot_tomorrow(mission, now=now, hours=200), now=now)
    step(mission.organisation, Step.SUSPEND, now)
    organiser = given.organiser(mission.organisation_id)
    outcome = accept_candidates(acting=organiser, participation_ids=[candidate.pk], now=now)
    assert outcome.left == {candidate.pk: Left.BARRED}


@pytest.mark.parametrize(
    "taken, mission_state, words",
    [(Step.FLAG, "flagged", ("plateforme", "platform")), (Step.DEREGISTER, "cancelled", ("quitté", "left"))],
)
def test_a_flagged_or_departed_organisation_leaves_no_slot_and_nobody_untold(
    place: Participation, now: datetime, taken: Step, mission_state: str, words: tuple[str, str]
) -> None:
    mission = Slot.objects.get(pk=place.slot_id).mission
    elsewhere = given.slot_tomorrow(
        given.mission_online(now=now, organisation=given.organisation_validated(now=now, name="Voisins")), now=now
    )
    draft = given.mission_online(now=now, organisation=mission.organisation, state="draft")
    before = len(told(now))
    step(mission.organisation, taken, now)
    mission.refresh_from_db()
    assert (mission.state, state(place)) == (mission_state, "cancelled_by_organisation")
    assert Slot.objects.get(pk=place.slot_id).state == "cancelled"
    [mail] = told(now)[before:]
    assert any(word in mail for word in words)
    assert f"/missions/{elsewhere.mission_id}/" in mail, "another slot near is proposed"
    draft.refresh_from_db()
    assert draft.state == ("draft" if taken is Step.FLAG else "cancelled")
    verbs = [entry.verb for entry in journal.of_thing(thing_kind="mission", thing_id=str(mission.pk))]
    assert verbs.count(f"mission.{mission_state}") == 1
    given.books_balance()


def test_a_mission_that_a_referent_flags_does_not_blame_the_organisation(place: Participation, now: datetime) -> None:
    mission = Slot.objects.get(pk=place.slot_id).mission
    before = len(told(now))
    flag_missions(acting=given.referent("67"), mission_ids=[mission.pk], reason="Dangereux", now=now)
    [mail] = told(now)[before:]
    assert "plateforme" in mail or "platform" in mail


def test_validation_puts_template_missions_online_and_leaves_others_to_the_referent(now: datetime) -> None:
    organisation = given.organisation_validated(now=now, state="submitted")
    of_template = given.mission_online(now=now, organisation=organisation, state="draft", published_at=None)
    of_its_own = given.mission_online(
        now=now, organisation=organisation, state="draft", published_at=None, follows_template=False
    )
    without_slot = given.mission_online(now=now, organisation=organisation, state="submitted", published_at=None)
    organiser = given.organiser(organisation.pk)
    for mission in (of_template, of_its_own):
        given.slot_tomorrow(mission, now=now)
        assert submit_mission(acting=organiser, mission_id=mission.pk, now=now) == "submitted"
    step(organisation, Step.VALIDATE, now)
    found = {row.pk: row.state for row in Mission.objects.all()}
    assert found == {of_template.pk: "online", of_its_own.pk: "submitted", without_slot.pk: "submitted"}
    assert Mission.objects.get(pk=of_template.pk).published_at == now
    given.books_balance()


def test_an_organisation_that_is_none_is_passed_over(now: datetime) -> None:
    follow_organisation(organisation_id=uuid4(), now=now)
    assert not Notice.objects.exists()
