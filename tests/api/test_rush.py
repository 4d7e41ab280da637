"""Three hundred people apply at once, over HTTP, to a real process: never one place too many, everyone told why."""

import asyncio
import random
import threading
from collections import Counter
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from django.db import connection

from entraide.accounts.actions.tokens import create_token
from entraide.accounts.api import ApiScope, Deed
from entraide.foundation import clock
from entraide.volunteering.actions.deciding import accept_candidates, refuse_candidates
from entraide.volunteering.actions.holds import expire_holds
from entraide.volunteering.models import Participation, Slot
from entraide.volunteering.rules.words import RefusalReason
from tests.server import address_of, web_server
from tests.volunteering.situations import books_balance, mission_online, organiser, slot_tomorrow, volunteer_adult

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 300
AT_ONCE = 60


def tokens(count: int) -> list[str]:
    now = clock.now()
    made = []
    for _ in range(count):
        person_id = volunteer_adult().person_id
        deed = Deed(actor=person_id, role="", now=now)
        _, secret = create_token(
            person_id=person_id, name="rush", scopes=list(ApiScope), lasts=timedelta(hours=1), deed=deed
        )
        made.append(secret)
    return made


async def apply_all(
    address: str, slot: Slot, secrets: list[str], *, cancel_some: random.Random | None = None, largest: int = 1
) -> Counter[str]:
    """Let everyone apply at once, in groups up to the largest, and perhaps some cancel at once.

    Return how often each outcome came.
    """
    outcomes: Counter[str] = Counter()
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=120) as client:

        async def one(secret: str, seats: int) -> None:
            headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": secret[-20:]}
            body = {"slot": str(slot.pk), "seats": seats}
            answer = await client.post("/api/v1/participations", json=body, headers=headers)
            document = answer.json()
            if answer.status_code == 409:
                outcomes.update(error["code"] for error in document["errors"])
                return
            outcomes[f"application {answer.status_code}"] += 1
            if cancel_some and cancel_some.random() < 0.4:
                path = f"/api/v1/participations/{document['id']}/cancellation"
                gone = await client.post(path, json={"reason": "not_available"}, headers=headers)
                outcomes[f"cancellation {gone.status_code}"] += 1

        await asyncio.gather(*(one(secret, 1 + number % largest) for number, secret in enumerate(secrets)))
    return outcomes


def test_of_three_hundred_at_once_ten_are_confirmed_and_the_others_told_why() -> None:
    now = clock.now()
    slot = slot_tomorrow(mission_online(now=now), now=now, capacity=10)
    secrets = tokens(PEOPLE)
    with web_server(database_url=address_of(connection.settings_dict)) as address:
        outcomes = asyncio.run(apply_all(address, slot, secrets))
    assert outcomes == {"application 201": 10, "slot_full": PEOPLE - 10}
    slot.refresh_from_db()
    assert (slot.taken, slot.held, slot.state) == (10, 0, "full")
    assert Participation.objects.filter(state="confirmed").count() == Participation.objects.count() == 10
    books_balance()


def test_of_three_hundred_with_and_without_others_nobody_comes_to_a_place_too_many() -> None:
    now = clock.now()
    slot = slot_tomorrow(mission_online(now=now, groups_welcome=True), now=now, capacity=10)
    secrets = tokens(PEOPLE)
    with web_server(database_url=address_of(connection.settings_dict)) as address:
        outcomes = asyncio.run(apply_all(address, slot, secrets, largest=4))
    assert outcomes["slot_full"] + outcomes["too_few_places"] == PEOPLE - outcomes["application 201"]
    slot.refresh_from_db()
    # Those who come alone take what no group fits into.
    assert (slot.taken, slot.held, slot.state) == (10, 0, "full")
    books_balance()


def test_with_review_expiry_and_cancellation_interleaved_the_books_still_balance() -> None:
    now = clock.now()
    mission = mission_online(now=now, admission="review", groups_welcome=True)
    slot = slot_tomorrow(mission, now=now, capacity=10)
    secrets = tokens(PEOPLE)
    stop = threading.Event()
    organisation = threading.Thread(target=answer_at_random, args=(mission.organisation_id, stop))
    organisation.start()
    try:
        with web_server(database_url=address_of(connection.settings_dict)) as address:
            dice = random.Random(7)  # noqa: S311 (dice)
            outcomes = asyncio.run(apply_all(address, slot, secrets, cancel_some=dice, largest=3))
    finally:
        stop.set()
        organisation.join(timeout=60)
    refused = outcomes["slot_full"] + outcomes["too_few_places"]
    assert outcomes["application 201"] + refused == PEOPLE
    assert outcomes["application 201"] >= 4
    refusals = {"slot_full", "too_few_places"}
    assert set(outcomes) <= {"application 201", *refusals, "cancellation 200", "cancellation 409"}
    books_balance()


def answer_at_random(organisation_id: UUID, stop: threading.Event) -> None:
    """Accept, refuse and let holds expire, in a fixed order of dice, until told to stop."""
    dice, acting = random.Random(11), organiser(organisation_id)  # noqa: S311 (dice)
    try:
        while not stop.is_set():
            now = clock.now()
            waiting = list(Participation.objects.filter(state="held").values_list("pk", flat=True)[:3])
            match dice.choice(["accept", "refuse", "refuse", "expire"]):
                case "accept":
                    accept_candidates(acting=acting, participation_ids=waiting[:1], now=now)
                case "refuse":
                    refuse_candidates(
                        acting=acting, participation_ids=waiting, reason=RefusalReason.ENOUGH_PEOPLE, text="", now=now
                    )
                case "expire":
                    Participation.objects.filter(pk__in=waiting[:1], state="held").update(hold_until=now)
                    expire_holds(now=clock.now())
    finally:
        connection.close()
