"""The feed of changes: whoever follows it from the beginning holds what the public may read."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from django.test import Client

from entraide.exchange.actions.noting import note_changes
from entraide.exchange.models import Change
from entraide.volunteering.models import Mission
from tests.volunteering.situations import mission_online, organisation_validated, slot_tomorrow

pytestmark = pytest.mark.django_db
FEED = "/feeds/changes"
# After the specification of Realtime Paged Data Exchange 1.0.
PAGE = {
    "type": "object",
    "required": ["next", "items", "license"],
    "properties": {
        "next": {"type": "string", "format": "uri", "pattern": "^https?://"},
        "license": {"type": "string", "pattern": "^https://"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["state", "kind", "id", "modified"],
                "properties": {
                    "state": {"enum": ["updated", "deleted"]}, "kind": {"type": "string"}, "id": {"type": "string"},
                    "modified": {"type": "integer"}, "data": {"type": "object"},
                },
                "if": {"properties": {"state": {"const": "deleted"}}},
                "then": {"not": {"required": ["data"]}},
                "else": {"required": ["data"]},
            },
        },
    },
}  # fmt: skip


@pytest.fixture
def today() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


class Follower:
    """A program that follows the feed, as the specification says, and keeps what it was told."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.next = FEED
        self.held: dict[str, Any] = {}

    def follow(self) -> int:
        """Read on until a page leads to itself; return how many items came."""
        count = 0
        while True:
            answer = self._client.get(self.next)
            page = answer.json()
            jsonschema.validate(page, PAGE, cls=jsonschema.Draft202012Validator)
            order = [(item["modified"], item["id"]) for item in page["items"]]
            assert order == sorted(order)
            for item in page["items"]:
                if item["state"] == "updated":
                    self.held[item["id"]] = item["data"]
                else:
                    self.held.pop(item["id"], None)
            parts = urlsplit(page["next"])
            leads_to, count = f"{parts.path}?{parts.query}".rstrip("?"), count + len(page["items"])
            if leads_to == self.next:
                assert page["items"] == []
                return count
            self.next = leads_to


def offered(today: datetime) -> Mission:
    found = mission_online(now=today)
    slot_tomorrow(found, now=today)
    return found


def test_an_empty_feed_is_a_page_that_leads_to_itself(client: Client) -> None:
    assert Follower(client).follow() == 0


def test_a_follower_holds_what_the_public_may_read(
    client: Client, today: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("entraide.exchange.endpoints.changes.PAGE_ITEMS", 2)
    missions = [offered(today) for _ in range(5)]
    follower = Follower(client)
    note_changes(now=today)
    assert follower.follow() == 5
    assert set(follower.held) == {str(each.pk) for each in missions}
    Mission.objects.filter(pk=missions[0].pk).update(title="Un autre titre")
    Mission.objects.filter(pk=missions[1].pk).update(state="paused")
    note_changes(now=today)
    assert follower.follow() == 2
    assert follower.held[str(missions[0].pk)]["title"] == "Un autre titre"
    assert str(missions[1].pk) not in follower.held
    Mission.objects.filter(pk=missions[1].pk).update(state="online")
    note_changes(now=today)
    assert follower.follow() == 1
    late = Follower(client)
    assert late.follow() == 5
    assert late.held == follower.held


def test_a_round_without_a_change_says_nothing(client: Client, today: datetime) -> None:
    offered(today)
    assert [note_changes(now=today), note_changes(now=today), note_changes(now=today)] == [1, 0, 0]


def test_time_and_the_organisation_change_a_mission_too(client: Client, today: datetime) -> None:
    organisation = organisation_validated(now=today)
    mission = mission_online(now=today, organisation=organisation)
    slot_tomorrow(mission, now=today)
    slot_tomorrow(mission, now=today, hours=48)
    note_changes(now=today)
    assert note_changes(now=today + timedelta(hours=25)) == 1, "a slot has begun"
    organisation.state = "suspended"
    organisation.save()
    assert note_changes(now=today + timedelta(hours=25)) == 1
    follower = Follower(client)
    follower.follow()
    assert follower.held == {}
    assert Change.objects.get().is_deleted


def test_the_order_grows_even_when_the_clock_goes_back(client: Client, today: datetime) -> None:
    first = offered(today)
    note_changes(now=today)
    second = offered(today)
    note_changes(now=today - timedelta(days=1))
    order = list(Change.objects.order_by("modified").values_list("mission", flat=True))
    assert order == [first.pk, second.pk]


@pytest.mark.parametrize(
    "query",
    ["afterTimestamp=x", "afterTimestamp=-1", "afterTimestamp=" + "9" * 40, "afterTimestamp=1&afterId=x", "afterId=1",
     "afterTimestamp=1&afterId=%00", "afterTimestamp=%D9%A1"],
)  # fmt: skip
def test_a_place_that_there_is_not_is_refused(client: Client, query: str) -> None:
    assert client.get(f"{FEED}?{query}").status_code == 400


def test_the_feed_is_kept_by_caches(client: Client, today: datetime) -> None:
    answer = client.get(FEED)
    assert "s-maxage" in answer["Cache-Control"]
    assert answer["Content-Type"] == "application/vnd.openactive.rpde+json; version=1"
