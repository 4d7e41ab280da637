"""Managers are told of candidates, referents of what to check: one mail for all of it, as often as they want it."""

from datetime import datetime, timedelta

import pytest

from entraide.accounts import api as accounts
from entraide.accounts.actions.work_mail import choose_cadences
from entraide.volunteering.actions.leaving import Leave, cancel_participation
from entraide.volunteering.actions.telling_work import tell_managers, tell_moderators
from entraide.volunteering.rules.words import CancelReason
from tests.letters import WaitingLetter, waiting_letters
from tests.volunteering import situations as given

pytestmark = pytest.mark.django_db
CANDIDATES, MODERATION = accounts.WorkMail.CANDIDATES, accounts.WorkMail.MODERATION
TEMPLATES = ("volunteering/mail/candidates", "volunteering/mail/moderation")


def with_role(
    role: accounts.Role, scope: accounts.Scope, now: datetime, *, name: str, locale: str = "en"
) -> accounts.Person:
    deed = accounts.Deed(actor=None, now=now)
    email, profile = f"{name}@example.org", accounts.Profile(first_name=name, locale=locale)
    person, _ = accounts.create_person(email=email, profile=profile, deed=deed)
    accounts.grant_role(person_id=person.pk, role=role, scope=scope, deed=deed)
    return person


def manager(
    organisation: accounts.Organisation, now: datetime, name: str = "mona", locale: str = "en"
) -> accounts.Person:
    scope = accounts.Scope(kind=accounts.ScopeKind.ORGANISATION, id=str(organisation.pk))
    return with_role(accounts.Role.ORGANISATION_MANAGER, scope, now, name=name, locale=locale)


def referent(departement: str, now: datetime, name: str = "rene") -> accounts.Person:
    given.strasbourg()
    scope = accounts.Scope(kind=accounts.ScopeKind.DEPARTEMENT, id=departement)
    return with_role(accounts.Role.REFERENT, scope, now, name=name)


def mails(to: accounts.Person) -> list[WaitingLetter]:
    return [mail for mail in waiting_letters(to=to.email) if mail.template in TEMPLATES]


@pytest.fixture
def reviewed(now: datetime) -> accounts.Organisation:
    """An organisation whose mission answers each request, with fifty people who wait."""
    mission = given.mission_online(now=now, admission="review")
    slot = given.slot_tomorrow(mission, now=now, hours=24 * 6, capacity=60)
    for _ in range(50):
        given.joined(slot, now=now)
    return mission.organisation


def test_fifty_candidates_are_one_mail(reviewed: accounts.Organisation, now: datetime) -> None:
    mona = manager(reviewed, now)
    assert [tell_managers(now=now + timedelta(minutes=minutes)) for minutes in (5, 10, 15)] == [1, 0, 0]
    [mail] = mails(mona)
    assert mail.subject == "50 people wait for your answer"
    for body in (mail.text, mail.html):
        assert f"/en/organisation/{reviewed.pk}/candidates/" in body and "/en/me/work-mail/" in body
        assert "Les Tabliers solidaires" in body and "Camille" not in body
    assert "18 April 2026 at 10:30" in mail.text, "until when the first one is held, where the mission is"


def test_the_mail_is_in_the_readers_language(reviewed: accounts.Organisation, now: datetime) -> None:
    mona = manager(reviewed, now, locale="fr")
    tell_managers(now=now)
    [mail] = mails(mona)
    assert mail.subject == "50 personnes attendent votre réponse"
    assert f"/fr/organisation/{reviewed.pk}/" in mail.text


def test_who_never_wants_it_who_left_and_whom_no_mail_reaches_are_not_told(
    reviewed: accounts.Organisation, now: datetime
) -> None:
    never, bounced, suspended = (manager(reviewed, now, name) for name in ("never", "bounced", "gone"))
    choose_cadences(person_id=never.pk, wishes={CANDIDATES: accounts.Cadence.NEVER})
    accounts.record_bounce(address=bounced.email, reason="full")
    type(suspended).objects.filter(pk=suspended.pk).update(state="suspended")
    assert tell_managers(now=now) == 0


def test_a_daily_reader_is_told_each_morning_while_somebody_waits(
    reviewed: accounts.Organisation, now: datetime
) -> None:
    mona = manager(reviewed, now)
    choose_cadences(person_id=mona.pk, wishes={CANDIDATES: accounts.Cadence.DAILY})
    # 10:30 in Strasbourg; 7:00 of the next days comes after 20 and a half hours.
    passed = (0, 1, 12, 20, 21, 40, 45, 80, 200)
    assert [tell_managers(now=now + timedelta(hours=hours)) for hours in passed] == [1, 0, 0, 0, 1, 0, 1, 0, 0]


def test_a_manager_of_two_organisations_gets_one_mail(reviewed: accounts.Organisation, now: datetime) -> None:
    other = given.organisation_validated(now=now, name="Voisins")
    given.joined(
        given.slot_tomorrow(given.mission_online(now=now, organisation=other, admission="review"), now=now), now=now
    )
    mona = manager(reviewed, now)
    manager(other, now)
    assert tell_managers(now=now) == 1
    [mail] = mails(mona)
    assert mail.subject == "51 people wait for your answer"
    assert mail.text.index("Voisins") < mail.text.index("Les Tabliers"), "the most urgent first"


def test_places_given_back_are_told_once_each(now: datetime) -> None:
    slot = given.slot_tomorrow(given.mission_online(now=now), now=now, hours=60)
    mona = manager(slot.mission.organisation, now)
    leaving = [given.joined(slot, now=now) for _ in range(3)]
    assert tell_managers(now=now) == 0, "people who come by themselves need no answer"
    told = []
    for hour, row in enumerate(leaving, start=1):
        at = now + timedelta(hours=2 * hour)
        leave = Leave(row.pk, CancelReason.OTHER)
        cancel_participation(acting=given.acting(row.volunteer), leave=leave, now=at)
        told += [tell_managers(now=at + timedelta(minutes=minutes)) for minutes in (1, 90)]
    assert told == [1, 0, 1, 0, 1, 0]
    assert [mail.subject for mail in mails(mona)] == ["1 place was given back"] * 3
    assert tell_managers(now=now + timedelta(days=1)) == 0, "the next morning has nothing new"
    assert f"/en/organisation/{slot.mission.organisation_id}/" in mails(mona)[0].text


def test_a_suspended_organisation_is_not_asked_to_answer(reviewed: accounts.Organisation, now: datetime) -> None:
    manager(reviewed, now)
    type(reviewed).objects.filter(pk=reviewed.pk).update(state="suspended")
    assert tell_managers(now=now) == 0


def test_a_referent_is_told_once_a_day_of_their_own_territory(now: datetime) -> None:
    rene = referent("67", now)
    assert tell_moderators(now=now) == 0
    waiting = given.organisation_validated(now=now, state="submitted", name="En attente")
    for _ in range(3):
        given.mission_online(now=now, organisation=waiting, state="submitted")
    given.mission_online(now=now, state="submitted", departement_code="2A")
    assert [tell_moderators(now=now + timedelta(hours=hours)) for hours in (0, 1, 20, 21)] == [1, 0, 0, 1]
    mail = mails(rene)[0]
    assert mail.subject == "3 missions wait for a check"
    assert "1 organisation waits for a check" in mail.text and "/en/moderation/organisations/" in mail.text
    assert "Where: 67\n" in mail.text


def test_what_no_referent_looks_after_is_told_to_operators(now: datetime) -> None:
    referent("67", now)
    scope = accounts.Scope(kind=accounts.ScopeKind.PLATFORM)
    olga = with_role(accounts.Role.OPERATOR, scope, now, name="olga")
    given.mission_online(now=now, state="submitted")
    assert tell_moderators(now=now) == 1
    assert mails(olga) == []
    given.mission_online(now=now, state="submitted", departement_code="2A")
    assert tell_moderators(now=now) == 1
    [mail] = mails(olga)
    assert mail.subject == "1 mission waits for a check" and "Where: 2A\n" in mail.text
