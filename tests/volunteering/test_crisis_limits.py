"""What a crisis allows of its missions: which causes go online, and who may come in person."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from entraide.crises import api as crises
from entraide.volunteering.actions.joining import JoinRefused
from entraide.volunteering.actions.missions import NewMission, NewPlace, create_mission
from entraide.volunteering.actions.publishing import Incomplete, submit_mission
from entraide.volunteering.models import Mission
from entraide.volunteering.rules.repetition import Window
from tests.strict_client import StrictClient
from tests.volunteering import situations as given
from tests.volunteering.desk_situations import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """Pages read the clock."""
    return datetime.now(UTC)


def page_of(client: StrictClient, mission: Mission) -> str:
    """Return a mission's page with plain spaces."""
    return client.get(f"/fr/missions/{mission.pk}/").content.decode().replace("\xa0", " ")


def flood(now: datetime, limits: crises.Limits, *, zones: tuple[str, ...] = ("67",)) -> crises.Crisis:
    opening = crises.Opening(
        slug="flood", name={"fr": "Crue", "en": "Flood"}, kind=crises.Kind.MET, level=crises.Level.ALERT, zones=zones,
        banner={},
    )  # fmt: skip
    crisis = crises.open_crisis(opening=opening, actor=None, role="operator", now=now)
    crises.set_limits(crisis_id=crisis.pk, seen_version=1, limits=limits, actor=None, role="operator", now=now)
    crisis.refresh_from_db()
    return crisis


def posted(now: datetime) -> Mission:
    """Return a draft in Strasbourg."""
    organisation = given.organisation_validated(now=now)
    home, starts_at = given.strasbourg(), given.slot_tomorrow(given.mission_online(now=now), now=now).starts_at
    new = NewMission(
        organisation_id=organisation.pk,
        template_id=given.template_of().pk,
        windows=(Window(starts_at, starts_at.replace(hour=23, minute=59)),)
        if starts_at.hour < 23
        else (Window(starts_at, starts_at.replace(minute=59, second=59)),),
        place=NewPlace(commune_code=home.code, postcode="67000"),
    )
    return create_mission(acting=given.organiser(organisation.pk), new=new, now=now)


def test_a_mission_is_part_of_the_crisis_that_reaches_its_place(now: datetime) -> None:
    far = flood(now, crises.NO_LIMITS, zones=("29",))
    assert posted(now).crisis_id is None
    crises.Crisis.objects.filter(pk=far.pk).update(zones=["67", "68"])
    assert posted(now).crisis_id == far.pk


def test_a_cause_that_is_not_called_for_does_not_go_online(now: datetime) -> None:
    crisis = flood(now, crises.Limits(domains=frozenset({"nature"})))
    mission = posted(now)
    acting = given.organiser(mission.organisation_id)
    with pytest.raises(Incomplete, match="domain_not_called_for"):
        submit_mission(acting=acting, mission_id=mission.pk, now=now)
    crises.Crisis.objects.filter(pk=crisis.pk).update(allowed_domains=[mission.domain])
    assert submit_mission(acting=acting, mission_id=mission.pk, now=now) == "online"


@pytest.mark.parametrize(("mode", "is_refused"), [("on_site", True), ("mobile", True), ("remote", False)])
def test_ages_of_a_crisis_bound_who_comes_in_person(now: datetime, mode: str, is_refused: bool) -> None:
    crisis = flood(now, crises.Limits(age_min=18, age_max=69))
    mission = given.mission_online(now=now, crisis_id=crisis.pk, mode=mode)
    slot = given.slot_tomorrow(mission, now=now)
    elder = given.volunteer_adult(birth_date=date(now.year - 75, 1, 1))
    if is_refused:
        with pytest.raises(JoinRefused, match="too_old"):
            given.joined(slot, now=now, volunteer=elder)
    else:
        given.joined(slot, now=now, volunteer=elder)
    given.joined(slot, now=now)


def test_the_page_tells_the_ages_that_hold(client: StrictClient, now: datetime) -> None:
    crisis = flood(now, crises.Limits(age_min=18, age_max=69))
    mission = given.mission_online(now=now, crisis_id=crisis.pk)
    given.slot_tomorrow(mission, now=now)
    assert "De 18 à 69 ans" in page_of(client, mission)
    crises.Crisis.objects.filter(pk=crisis.pk).update(level="closed")
    assert "À partir de 16 ans" in page_of(client, mission)


def test_the_operator_sets_limits_and_reads_them(now: datetime) -> None:
    crisis = flood(now, crises.NO_LIMITS)
    browser = signed_in("operator", "")
    address = reverse("pages:operator-limits", args=[crisis.pk])
    wrong = browser.post(address, {"age_min": "60", "age_max": "18", "seen": crisis.version})
    assert wrong.status_code == 400
    saved = browser.post(address, {"domains": ["health"], "age_max": "69", "seen": crisis.version})
    page = browser.get(saved["Location"]).content.decode()
    assert "Seules les missions de ces causes sont mises en ligne : Santé." in page
    assert "On vient sur place jusqu’à 69 ans." in page
    late = browser.post(address, {"age_max": "30", "seen": crisis.version})
    assert late["Location"] == address
    assert signed_in("referent", "67").get(address).status_code == 403
