"""The demonstration's plan is the same each time, follows the clock, and names nobody who exists."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from stdnum.fr import siren

from entraide.pages.demo import cast, plan
from entraide.pages.demo.accounts import demo_accounts
from entraide.pages.demo.plan import TemplateFacts

PARIS = ZoneInfo("Europe/Paris")
TEMPLATES = [
    TemplateFacts(slug=kind, kind=kind, remote=False, duration=timedelta(hours=2), capacity=6)
    for each in cast.ORGANISATIONS
    for kind in each.kinds
]


def all_planned() -> list[plan.PlannedMission]:
    return [each for organisation in cast.ORGANISATIONS for each in plan.missions_of(organisation, TEMPLATES)]


def test_the_plan_is_the_same_each_time() -> None:
    assert all_planned() == all_planned()
    assert 110 <= len(all_planned()) <= 130
    assert len({each.key for each in all_planned()}) == len(all_planned())


@pytest.mark.parametrize("days_later", [0, 1, 5, 30, 400])
def test_there_are_always_slots_ahead(now: datetime, days_later: int) -> None:
    later = now + timedelta(days=days_later)
    for each in all_planned():
        times = each.times(zone=PARIS, since=later, until=later + plan.AHEAD)
        assert times, each.key
        assert all(later < start < later + plan.AHEAD for start, _ in times)


def test_times_do_not_depend_on_when_they_are_asked_for(now: datetime) -> None:
    mission = all_planned()[0]
    early = set(mission.times(zone=PARIS, since=now, until=now + timedelta(days=14)))
    late = set(mission.times(zone=PARIS, since=now + timedelta(days=3), until=now + timedelta(days=10)))
    assert late < early


def test_a_slot_keeps_its_hour_when_clocks_change() -> None:
    mission = all_planned()[0]
    before = datetime(2026, 10, 20, tzinfo=UTC)
    times = mission.times(zone=PARIS, since=before, until=before + timedelta(days=14))
    assert {start.astimezone(PARIS).time() for start, _ in times} == {mission.starts}


def test_numbers_are_well_formed_and_names_plainly_invented() -> None:
    for number, organisation in enumerate(cast.ORGANISATIONS):
        details = cast.details(organisation, number)
        assert details.name.endswith("(démo)")
        assert details.description.startswith(cast.NOTE)
        assert details.siren == "" or siren.is_valid(details.siren)
    assert {each.last for each in cast.VOLUNTEERS} == {"Démo", "Exemple", "Essai", "Modèle", "Spécimen"}
    assert len({each.email for each in cast.VOLUNTEERS}) == len(cast.VOLUNTEERS) == 60


def test_every_role_has_an_account_at_an_address_of_nobody() -> None:
    accounts = demo_accounts()
    assert len({each.address for each in accounts}) == len(accounts) == 6
    assert all(each.address.endswith(".example") for each in accounts)
