"""The referent's queue: whose it is, its order, decisions one and many, two at once, garbage."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from entraide.volunteering.models import Mission
from tests.volunteering import situations as given
from tests.volunteering.desk_situations import signed_in

pytestmark = pytest.mark.django_db
QUEUE = "/fr/moderation/"


def submitted(title: str, *, hours: int = 24 * 6, waits_hours: int = 1, **changes: Any) -> Mission:
    now = datetime.now(UTC)
    values = {"state": "submitted", "published_at": None, "state_changed_at": now - timedelta(hours=waits_hours)}
    mission = given.mission_online(now=now, title=title, **{**values, **changes})
    given.slot_tomorrow(mission, now=now, hours=hours)
    return mission


def state(mission: Mission) -> str:
    mission.refresh_from_db()
    return mission.state


@pytest.mark.parametrize(
    ("who", "scope", "status"),
    [("nobody", "", 302), ("volunteer", "", 403), ("manager", "own", 403), ("member", "own", 403),
     ("referent", "67", 200), ("operator", "", 200)],
)  # fmt: skip
def test_the_queue_is_open_to_those_who_moderate(who: str, scope: str, status: int) -> None:
    mission = submitted("Une mission")
    client = signed_in(who, mission.organisation_id if scope == "own" else scope)
    assert client.get(QUEUE).status_code == status
    assert client.get(reverse("volunteering:moderated-mission", args=[mission.pk])).status_code == status


def test_another_territorys_missions_are_not_there() -> None:
    mission = submitted("Une mission")
    client = signed_in("referent", "75")
    assert "Une mission" not in client.get(QUEUE).content.decode()
    assert client.get(reverse("volunteering:moderated-mission", args=[mission.pk])).status_code == 404
    client.post(QUEUE, {"decision": f"validate:{mission.pk}"})
    assert state(mission) == "submitted"


def test_what_begins_soon_comes_first_then_the_longest_waiting(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    submitted("Récente", waits_hours=1)
    submitted("Ancienne", waits_hours=50)
    submitted("Urgente", hours=20)
    client = signed_in("referent", "67")
    with django_assert_max_num_queries(12):
        page = client.get(QUEUE).content.decode()
    places = [page.index(title) for title in ("Urgente", "Ancienne", "Récente")]
    assert places == sorted(places)


def test_missions_are_validated_one_and_many() -> None:
    first, second, third = (submitted(title) for title in ("Un", "Deux", "Trois"))
    client = signed_in("referent", "67")
    client.post(QUEUE, {"decision": f"validate:{first.pk}"})
    assert [state(each) for each in (first, second, third)] == ["online", "submitted", "submitted"]
    client.post(QUEUE, {"decision": "validate", "chosen": [second.pk, third.pk]})
    assert [state(each) for each in (second, third)] == ["online", "online"]


@pytest.mark.parametrize(("word", "target"), [("ask", "more_info"), ("flag", "flagged")])
def test_asking_and_flagging_need_a_message(word: str, target: str) -> None:
    mission, client = submitted("Une mission"), signed_in("referent", "67")
    assert client.post(QUEUE, {"decision": word, "chosen": [mission.pk]}).status_code == 200
    assert client.post(QUEUE, {"decision": f"told-{word}", "chosen": [mission.pk], "text": " "}).status_code == 400
    assert state(mission) == "submitted"
    client.post(QUEUE, {"decision": f"told-{word}", "chosen": [mission.pk], "text": "Précisez le lieu."})
    assert state(mission) == target
    assert mission.state_reason == "Précisez le lieu."


def test_the_second_of_two_referents_is_told_what_the_first_decided() -> None:
    mission = submitted("Une mission")
    signed_in("referent", "67").post(QUEUE, {"decision": f"validate:{mission.pk}"})
    second = signed_in("operator").post(
        QUEUE, {"decision": "told-ask", "chosen": [mission.pk], "text": "Précisez."}, follow=True
    )
    assert state(mission) == "online"
    assert "notice--warning" in second.content.decode()
    assert "Une mission" in second.content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"decision": "validate"},
        {"decision": "validate", "chosen": ["x"]},
        {"decision": "validate:\x00"},
        {"decision": "validate", "chosen": [str(uuid4())]},
        {"decision": "validate", "chosen": [str(uuid4()) for _ in range(501)]},
        {"decision": "bless", "chosen": [str(uuid4())]},
        {"decision": "told-ask", "chosen": [str(uuid4())], "text": "a\x00b"},
        {"decision": "told-flag", "chosen": [str(uuid4())], "text": "x" * 5000},
    ],
)
def test_garbage_decides_nothing(data: dict[str, Any]) -> None:
    mission = submitted("Une mission")
    assert signed_in("referent", "67").post(QUEUE, data).status_code in (302, 400)
    assert state(mission) == "submitted"
