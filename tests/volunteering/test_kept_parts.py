"""Parts of pages that are kept change with what they show: at the next request, whatever was shown before."""

from datetime import datetime

import pytest

from entraide.foundation import clock
from entraide.volunteering.models import Mission, Slot
from tests.strict_client import StrictClient
from tests.volunteering.situations import joined, mission_online, organisation_validated, slot_tomorrow

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """The present: pages read the clock themselves."""
    return clock.now()


def page(client: StrictClient, path: str) -> str:
    found = client.get(path)
    assert found.status_code == 200
    return str(found.content.decode())


def test_a_mission_page_follows_each_thing_that_it_shows(client: StrictClient, now: datetime) -> None:
    mission = mission_online(now=now)
    slot = slot_tomorrow(mission, now=now, capacity=3)
    path = f"/en/missions/{mission.pk}/"
    assert page(client, path) == page(client, path)
    assert '<progress max="3" value="0"' in page(client, path)
    joined(slot, now=now)
    after_joining = page(client, path)
    assert "2 of 3 places left" in after_joining
    assert '<progress max="3" value="1"' in after_joining
    assert '"remainingAttendeeCapacity": 2' in after_joining
    Slot.objects.update(capacity_max=1, state="full")
    full = page(client, path)
    assert "Full" in full
    assert "Take part" not in full
    Mission.objects.update(title="Autre titre", age_min=16, requirements=[{"code": "car", "label": {"en": "A car"}}])
    changed = page(client, path)
    assert "Autre titre</h1>" in changed
    assert "At least 16 years old" in changed
    assert "A car" in changed
    Mission.objects.update(age_min=0, requirements=[])
    assert "At any age" in page(client, path)
    Mission.objects.update(state="paused")
    assert "takes nobody at the moment" in page(client, path)


def test_a_page_in_another_language_has_that_language_s_texts(client: StrictClient, now: datetime) -> None:
    mission = mission_online(now=now)
    slot_tomorrow(mission, now=now, capacity=3)
    english = page(client, f"/en/missions/{mission.pk}/")
    french = page(client, f"/fr/missions/{mission.pk}/")
    assert "3 of 3 places left" in english
    assert "3 of 3 places left" not in french
    assert "/fr/slots/" in french
    assert "/fr/slots/" not in english
    assert page(client, f"/en/missions/{mission.pk}/") == english


def test_a_list_follows_its_lines_and_their_order(client: StrictClient, now: datetime) -> None:
    organisation = organisation_validated(now=now)
    first = mission_online(now=now, organisation=organisation, title="Une.")
    other = mission_online(now=now, organisation=organisation, title="Deux.")
    slot_tomorrow(first, now=now, hours=24, capacity=5)
    slot_tomorrow(other, now=now, hours=48, capacity=5)

    def titles() -> list[str]:
        found = page(client, "/en/missions/?sort=soon").split('<h3 class="card__title">')[1:]
        return [line.split("</a>")[0].split('">', 1)[1] for line in found]

    assert titles() == ["Une.", "Deux."]
    Mission.objects.filter(pk=first.pk).update(title="Première.")
    assert titles() == ["Première.", "Deux."]
    Mission.objects.filter(pk=first.pk).update(places_left=0)
    assert titles() == ["Deux."]
    Mission.objects.filter(pk=other.pk).update(places_left=1)
    assert "<strong>1 place left</strong>" in page(client, "/en/missions/?sort=soon")
