"""Saying on a page whether one still comes: in one's space, or by the link of the mail without signing in."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from entraide.foundation import clock
from entraide.volunteering.models import Participation, Slot
from entraide.volunteering.place_links import place_link
from tests.strict_client import StrictClient
from tests.volunteering.situations import (
    books_balance,
    joined,
    mission_online,
    organisation_validated,
    slot_tomorrow,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> Participation:
    """Somebody who was asked whether they still come tomorrow."""
    now = clock.now()
    row = joined(slot_tomorrow(mission_online(now=now), now=now), now=now)
    Participation.objects.filter(pk=row.pk).update(state="to_reconfirm", reconfirm_until=now + timedelta(hours=12))
    return row


@pytest.fixture
def link(asked: Participation) -> str:
    address = place_link(asked, email=asked.volunteer.person.email, language="en")
    return address[address.index("/en/") :]


def state(row: Participation) -> str:
    return Participation.objects.get(pk=row.pk).state


def test_the_space_asks_and_one_press_keeps_the_place(client: StrictClient, asked: Participation) -> None:
    client.force_login(asked.volunteer.person)
    keep = reverse("volunteering:keep-place", args=[asked.pk])
    for page in ("/fr/me/", f"/fr/me/participations/{asked.pk}/"):
        assert keep in client.get(page).content.decode()
    assert client.get(keep).status_code == 405
    for _ in range(2):
        answer = client.post(keep, follow=True)
        assert "notice--success" in answer.content.decode()
    assert state(asked) == "confirmed"
    assert keep not in client.get("/fr/me/").content.decode()


def test_nobody_keeps_the_place_of_another(client: StrictClient, asked: Participation) -> None:
    now = clock.now()
    client.force_login(joined(slot_tomorrow(mission_online(now=now), now=now), now=now).volunteer.person)
    assert client.post(reverse("volunteering:keep-place", args=[asked.pk])).status_code == 404
    assert state(asked) == "to_reconfirm"


def test_opening_the_link_changes_nothing_and_keeps_out_of_caches(
    client: StrictClient, asked: Participation, link: str
) -> None:
    answer = client.get(link)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "12 rue" not in answer.content.decode(), "whoever has the link does not read the whole address"
    assert state(asked) == "to_reconfirm"


def test_the_link_keeps_the_place_without_signing_in(client: StrictClient, asked: Participation, link: str) -> None:
    for _ in range(2):
        assert client.post(link, {"answer": "come"}, follow=True).status_code == 200
    assert state(asked) == "confirmed"
    books_balance()


def test_the_link_gives_the_place_back_and_offers_no_more(
    client: StrictClient, asked: Participation, link: str
) -> None:
    told = [client.post(link, {"answer": answer}, follow=True).status_code for answer in ("leave", "leave", "come")]
    assert told == [200, 200, 409]
    assert state(asked) == "cancelled_by_volunteer"
    assert "<form method" not in client.get(link).content.decode().split("</header>")[-1].split("<footer")[0]
    books_balance()


@pytest.mark.parametrize("answer", ["", "yes", "\x00", "come\x00" * 1000])
def test_a_button_that_is_none_does_nothing(client: StrictClient, asked: Participation, link: str, answer: str) -> None:
    assert client.post(link, {"answer": answer}).status_code in (302, 400)
    assert state(asked) == "to_reconfirm"


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "0" * 32 + t[32:], lambda t: "x", lambda t: t + "é"])
def test_a_tampered_link_leads_nowhere(client: StrictClient, asked: Participation, link: str, change: object) -> None:
    token = link.split("/")[3]
    path = reverse("volunteering:place", args=[change(token)])  # type: ignore[operator]
    assert client.get(path).status_code == 404
    assert client.post(path, {"answer": "leave"}).status_code == 404
    assert state(asked) == "to_reconfirm"


def test_a_link_sent_to_a_former_address_leads_nowhere(client: StrictClient, asked: Participation, link: str) -> None:
    person = asked.volunteer.person
    person.email = "another@example.org"
    person.save(update_fields=["email"])
    assert client.get(link).status_code == 404


def test_the_link_says_when_it_is_too_late(client: StrictClient, asked: Participation, link: str) -> None:
    Slot.objects.filter(pk=asked.slot_id).update(starts_at=clock.now() - timedelta(minutes=1))
    answer = client.post(link, {"answer": "come"})
    assert answer.status_code == 409
    assert "notice--danger" in answer.content.decode()
    assert state(asked) == "to_reconfirm"


def test_a_place_at_a_suspended_organisation_says_not_to_go(client: StrictClient) -> None:
    now: datetime = clock.now()
    organisation = organisation_validated(now=now)
    row = joined(slot_tomorrow(mission_online(now=now, organisation=organisation), now=now), now=now)
    client.force_login(row.volunteer.person)
    page = f"/en/me/participations/{row.pk}/"
    assert "suspended" not in client.get(page).content.decode()
    type(organisation).objects.filter(pk=organisation.pk).update(state="suspended")
    assert "suspended" in client.get(page).content.decode()
    assert "Suspended" in client.get("/en/me/").content.decode()
