"""How often people with a role are told of what waits: the rule, their choice, and two workers at once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from entraide.accounts import api
from entraide.accounts.actions.work_mail import choose_cadences
from entraide.accounts.models import WorkMailWish
from entraide.accounts.readers import cadences_of
from tests.strict_client import StrictClient
from tests.volunteering.desk_situations import signed_in
from tests.volunteering.situations import organisation_validated

PARIS = ZoneInfo("Europe/Paris")
EACH, DAILY, NEVER = api.Cadence.EACH, api.Cadence.DAILY, api.Cadence.NEVER


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 4, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("cadence", "told_at", "newest_at", "now", "due"),
    [
        (NEVER, None, at(15, 9), at(15, 10), False),
        (EACH, None, at(15, 3), at(15, 3, 5), True),
        (EACH, at(15, 9), at(15, 9, 10), at(15, 9, 59), False),
        (EACH, at(15, 9), at(15, 9, 10), at(15, 10), True),
        (EACH, at(15, 9), at(15, 8), at(15, 23), False),
        (EACH, at(15, 9), at(15, 8), at(16, 6, 59), False),
        (EACH, at(15, 9), at(15, 8), at(16, 7), True),
        (DAILY, None, at(15, 3), at(15, 6, 59), False),
        (DAILY, None, at(15, 3), at(15, 7), True),
        (DAILY, at(15, 7), at(15, 9), at(15, 23), False),
        (DAILY, at(15, 7), at(15, 9), at(16, 7), True),
    ],
)
def test_when_somebody_is_told(
    cadence: api.Cadence, told_at: datetime | None, newest_at: datetime, now: datetime, due: bool
) -> None:
    said = api.work_mail_due(
        cadence=cadence,
        told_at=told_at and told_at.astimezone(UTC),
        newest_at=newest_at.astimezone(UTC),
        local_now=now,
    )
    assert said is due


def test_a_busy_day_is_a_mail_an_hour_at_most() -> None:
    told_at, mails = None, 0
    for minutes in range(0, 24 * 60, 5):
        now = at(15, 0) + timedelta(minutes=minutes)
        if api.work_mail_due(cadence=EACH, told_at=told_at, newest_at=now, local_now=now):
            told_at, mails = now, mails + 1
    assert mails <= 25


def person_id_of(client: StrictClient) -> str:
    return str(client.session["_auth_user_id"])


@pytest.mark.django_db
def test_a_choice_is_kept_and_shown_for_the_roles_that_one_holds(now: datetime) -> None:
    organisation = organisation_validated(now=now)
    client = signed_in("manager", organisation.pk)
    page = client.get("/en/me/work-mail/").content.decode()
    assert 'name="candidates"' in page and 'name="moderation"' not in page
    assert client.post("/en/me/work-mail/", {"candidates": "never"}).headers["Location"] == "/en/me/profile/"
    wish = WorkMailWish.objects.get()
    assert (wish.kind, wish.cadence, str(wish.person_id)) == ("candidates", "never", person_id_of(client))
    for sent in ({}, {"candidates": "hourly"}, {"candidates": "\x00"}, {"moderation": "never"}):
        assert client.post("/en/me/work-mail/", sent).status_code == 400
    assert '"cadence": "never"' in client.get("/en/me/data/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "scope", "kinds"), [("volunteer", "", set()), ("referent", "67", {"moderation"})])
def test_who_has_nothing_to_choose_is_told_so(who: str, scope: str, kinds: set[str]) -> None:
    client = signed_in(who, scope)
    page = client.get("/en/me/work-mail/").content.decode()
    assert {kind for kind in ("candidates", "moderation") if f'name="{kind}"' in page} == kinds


@pytest.mark.django_db
def test_one_of_two_workers_tells(now: datetime) -> None:
    person, _ = api.create_person(email="ada@example.org", profile=api.Profile(), deed=api.Deed(actor=None, now=now))
    claims = [
        api.claim_work_mail(person_id=person.pk, kind=api.WorkMail.CANDIDATES, seen=None, now=now) for _ in range(2)
    ]
    assert claims == [True, False]
    choose_cadences(person_id=person.pk, wishes={api.WorkMail.CANDIDATES: NEVER})
    wish = WorkMailWish.objects.get()
    assert (wish.cadence, wish.told_at) == ("never", now), "a choice does not forget when somebody was told"


@pytest.mark.django_db
def test_erasing_somebody_forgets_their_choice(now: datetime) -> None:
    deed = api.Deed(actor=None, now=now)
    person, _ = api.create_person(email="ada@example.org", profile=api.Profile(), deed=deed)
    choose_cadences(person_id=person.pk, wishes={api.WorkMail.MODERATION: NEVER})
    api.erase_person(person_id=person.pk, deed=deed)
    assert not WorkMailWish.objects.exists()
    assert cadences_of(person_id=person.pk, now=now) == {}
