"""Applying over the HTTP API: once per key, never somebody else's, each refusal with its reason."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from entraide.foundation import clock
from entraide.volunteering.models import Participation, Slot
from tests.api.conftest import Caller
from tests.volunteering.situations import books_balance, mission_online, slot_tomorrow

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot() -> Slot:
    now = clock.now()
    return slot_tomorrow(mission_online(now=now), now=now, capacity=2)


def test_applying_gives_a_participation_to_read_and_cancel(caller: Caller, slot: Slot) -> None:
    made = caller.post("/participations", {"slot": str(slot.pk)})
    assert made.status_code == 201
    assert made.json()["state"] == "confirmed"
    path = f"/participations/{made.json()['id']}"
    assert caller.get(path).json() == made.json()
    cancelled = caller.post(f"{path}/cancellation", {"reason": "not_available"})
    assert cancelled.json()["state"] == "cancelled_by_volunteer"
    assert caller.post(f"{path}/cancellation", {"reason": "not_available"}).json() == cancelled.json()
    books_balance()


def test_a_place_asked_about_is_kept_by_its_own_volunteer(calling: Callable[..., Caller], slot: Slot) -> None:
    mine, other = calling(), calling()
    path = f"/participations/{mine.post('/participations', {'slot': str(slot.pk)}).json()['id']}"
    until = clock.now() + timedelta(hours=6)
    Participation.objects.update(state="to_reconfirm", reconfirm_until=until)
    assert mine.get(path).json()["reconfirm_until"] is not None
    assert other.post(f"{path}/confirmation", {}).status_code == 404
    for _ in range(2):
        kept = mine.post(f"{path}/confirmation", {}).json()
        assert (kept["state"], kept["reconfirm_until"]) == ("confirmed", None)
    mine.post(f"{path}/cancellation", {"reason": "other"})
    assert mine.post(f"{path}/confirmation", {}).status_code == 409
    books_balance()


def test_a_retry_with_the_same_key_makes_no_second_one(caller: Caller, slot: Slot) -> None:
    first = caller.post("/participations", {"slot": str(slot.pk)}, idempotency_key="k-1")
    again = caller.post("/participations", {"slot": str(slot.pk)}, idempotency_key="k-1")
    assert first.json() == again.json()
    assert Participation.objects.count() == 1


def test_a_key_used_for_another_slot_is_a_conflict(caller: Caller, slot: Slot) -> None:
    now = clock.now()
    other = slot_tomorrow(mission_online(now=now), now=now, hours=72)
    caller.post("/participations", {"slot": str(slot.pk)}, idempotency_key="k-1")
    assert caller.post("/participations", {"slot": str(other.pk)}, idempotency_key="k-1").status_code == 409


def test_a_full_slot_says_so(calling: Callable[..., Caller], slot: Slot) -> None:
    for _ in range(2):
        assert calling().post("/participations", {"slot": str(slot.pk)}).status_code == 201
    refused = calling().post("/participations", {"slot": str(slot.pk)})
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:entraide:problem:join-refused"
    assert [error["code"] for error in refused.json()["errors"]] == ["slot_full"]


def test_somebody_elses_participation_is_not_there(calling: Callable[..., Caller], slot: Slot) -> None:
    made = calling().post("/participations", {"slot": str(slot.pk)}).json()
    other = calling()
    assert other.get(f"/participations/{made['id']}").status_code == 404
    cancelling = other.post(f"/participations/{made['id']}/cancellation", {"reason": "other"})
    assert cancelling.status_code == 404
    assert Participation.objects.get().state == "confirmed"


def test_the_list_is_mine_alone_and_the_latest_comes_first(calling: Callable[..., Caller]) -> None:
    now, mine = clock.now(), calling()
    mission = mission_online(now=now)
    for hours in (24, 48, 72):
        slot = slot_tomorrow(mission, now=now, hours=hours)
        for who in (mine, calling()):
            assert who.post("/participations", {"slot": str(slot.pk)}).status_code == 201
    starts = [row["starts_at"] for row in mine.get("/participations").json()["items"]]
    assert starts == sorted(starts, reverse=True)
    assert len(starts) == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 422),
        (b"null", 422),
        (b'{"slot": "\xff\xfe"}', 400),
        (b'{"slot": 1}', 422),
        (b'{"slot": "00000000-0000-7000-8000-000000000000"}', 422),
        (b"{}", 422),
        (b'{"slot": "' + b"a" * 900_000 + b'"}', 422),
        (b'{"slot": "' + b"a" * 10_000_000 + b'"}', 413),
        (b"9" * 100_000, 400),
        (b"[" * 100_000, 400),
    ],
)
def test_garbage_gets_a_problem_and_changes_nothing(caller: Caller, body: bytes, status: int) -> None:
    answer = caller.post("/participations", body)
    assert answer.status_code == status, answer.content[:200]
    assert answer["Content-Type"] == "application/problem+json"
    assert not Participation.objects.exists()


@pytest.mark.parametrize(
    "extra",
    [
        {"motivation": "a\x00b"},
        {"motivation": "x" * 2001},
        {"declared": ["x"] * 61},
        {"insist": "perhaps"},
        {"more": 1},
        {"seats": 0},
        {"seats": 21},
        {"seats": "many"},
        {"seats": 1.5},
        {"seats": None},
        {"seats": 10**30},
    ],
)
def test_bad_fields_are_named(caller: Caller, slot: Slot, extra: dict[str, object]) -> None:
    answer = caller.post("/participations", {"slot": str(slot.pk), **extra})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith(next(iter(extra)))
    assert not Participation.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"])
def test_an_unusable_key_is_refused(caller: Caller, slot: Slot, key: str) -> None:
    answer = caller.post("/participations", {"slot": str(slot.pk)}, idempotency_key=key)
    assert answer.status_code == 422
    assert not Participation.objects.exists()


def test_a_group_comes_on_one_participation_and_may_be_fewer(calling: Callable[..., Caller]) -> None:
    now, mine = clock.now(), calling()
    slot = slot_tomorrow(mission_online(now=now, groups_welcome=True), now=now, capacity=5)
    assert mine.get(f"/missions/{slot.mission_id}").json()["groups_welcome"] is True
    made = mine.post("/participations", {"slot": str(slot.pk), "seats": 4})
    assert (made.status_code, made.json()["seats"]) == (201, 4)
    refused = calling().post("/participations", {"slot": str(slot.pk), "seats": 2})
    assert refused.status_code == 409
    assert [error["code"] for error in refused.json()["errors"]] == ["too_few_places"]
    assert ": 1." in refused.json()["errors"][0]["detail"], "it says how many are left"

    path = f"/participations/{made.json()['id']}"
    assert calling().post(f"{path}/seats", {"seats": 1}).status_code == 404
    larger = mine.post(f"{path}/seats", {"seats": 5})
    assert (larger.status_code, larger.json()["errors"][0]["field"]) == (422, "seats")
    for _ in range(2):
        assert mine.post(f"{path}/seats", {"seats": 3}).json()["seats"] == 3
    mine.post(f"{path}/cancellation", {"reason": "other"})
    assert mine.post(f"{path}/seats", {"seats": 1}).status_code == 409
    books_balance()


def test_a_group_is_refused_where_each_asks_for_themselves(caller: Caller, slot: Slot) -> None:
    refused = caller.post("/participations", {"slot": str(slot.pk), "seats": 2})
    assert refused.status_code == 409
    assert [error["code"] for error in refused.json()["errors"]] == ["groups_not_welcome"]
    assert caller.post("/participations", {"slot": str(slot.pk), "seats": 1}).json()["seats"] == 1
