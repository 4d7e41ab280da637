"""The desk: who opens it, what it shows, posting in six things, slots, answering, attendance, garbage, two at once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from entraide.journal import api as journal
from entraide.territories.models import Postcode
from entraide.volunteering.actions.leaving import Leave, cancel_participation
from entraide.volunteering.models import Mission, Participation, Slot
from entraide.volunteering.rules.words import CancelReason
from tests.volunteering import situations as given
from tests.volunteering.desk_situations import Desk, desk, signed_in

pytestmark = pytest.mark.django_db
ORGANISATION_PAGES = ["desk", "new-mission", "candidates"]
MISSION_PAGES = ["desk-mission", "edit-mission", "cancel-mission", "add-slots", "mission-meeting"]
SLOT_PAGES = ["change-slot", "cancel-slot", "attendance", "door"]


@pytest.fixture
def opened() -> Desk:
    return desk()


def address(name: str, opened: Desk) -> str:
    more = {**dict.fromkeys(MISSION_PAGES, opened.mission.pk), **dict.fromkeys(SLOT_PAGES, opened.slot.pk)}
    return reverse(f"volunteering:{name}", args=[opened.organisation.pk, *([more[name]] if name in more else [])])


def states(opened: Desk) -> list[str]:
    return [Participation.objects.get(pk=each.pk).state for each in opened.candidates]


@pytest.mark.parametrize("page", [*ORGANISATION_PAGES, *MISSION_PAGES, *SLOT_PAGES])
@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 302), ("volunteer", 403), ("referent", 403), ("operator", 403), ("stranger", 403), ("manager", 200),
     ("member", 200)],
)  # fmt: skip
def test_the_desk_is_open_to_its_own_people_alone(opened: Desk, page: str, who: str, status: int) -> None:
    scopes: dict[str, Any] = {"referent": "67", "operator": "", "volunteer": "", "nobody": ""}
    if who == "stranger":
        other = given.organisation_validated(now=opened.now, name="Une autre")
        client = signed_in("manager", other.pk)
    else:
        client = signed_in(who, scopes.get(who, opened.organisation.pk))
    answer = client.get(address(page, opened))
    assert answer.status_code == status
    if status == 200:
        assert answer["Cache-Control"] == "private, no-store, no-transform"


@pytest.mark.parametrize("page", [*MISSION_PAGES, *SLOT_PAGES])
def test_things_of_another_organisation_are_not_there(opened: Desk, page: str) -> None:
    other = given.organisation_validated(now=opened.now, name="Une autre")
    thing = opened.mission.pk if page in MISSION_PAGES else opened.slot.pk
    client = signed_in("manager", other.pk)
    assert client.get(reverse(f"volunteering:{page}", args=[other.pk, thing])).status_code == 404
    assert client.get(reverse(f"volunteering:{page}", args=[other.pk, uuid4()])).status_code == 404


def test_the_desk_shows_what_waits_without_contact_details(
    opened: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        given.mission_online(now=opened.now, organisation=opened.organisation, title=f"Mission {number}", state="draft")
    client = signed_in("manager", opened.organisation.pk)
    with django_assert_max_num_queries(12):
        page = client.get(address("desk", opened)).content.decode()
    assert "Camille E." in page
    assert opened.first.volunteer.person.email not in page
    assert "Exemple" not in page


def test_candidates_cost_few_queries_and_show_no_contact(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    opened = desk(candidates=10)
    client = signed_in("member", opened.organisation.pk)
    with django_assert_max_num_queries(10):
        page = client.get(address("candidates", opened)).content.decode()
    assert page.count("data-bulk-row") == 10
    assert "@example.org" not in page


def test_candidates_are_accepted_singly_and_in_bulk(opened: Desk) -> None:
    client = signed_in("manager", opened.organisation.pk)
    client.post(address("candidates", opened), {"decision": f"accept:{opened.first.pk}"})
    assert states(opened) == ["confirmed", "held", "held"]
    client.post(address("candidates", opened), {"decision": "accept", "chosen": [c.pk for c in opened.candidates[1:]]})
    assert states(opened) == ["confirmed"] * 3
    given.books_balance()


def test_a_refusal_asks_for_its_reason_first(opened: Desk) -> None:
    client, page = signed_in("manager", opened.organisation.pk), address("candidates", opened)
    asked = client.post(page, {"decision": "refuse", "chosen": [c.pk for c in opened.candidates[:2]]})
    assert asked.status_code == 200
    assert states(opened) == ["held"] * 3
    chosen = [c.pk for c in opened.candidates[:2]]
    assert client.post(page, {"decision": "refused", "chosen": chosen, "reason": "other"}).status_code == 400
    client.post(page, {"decision": "refused", "chosen": chosen, "reason": "enough_people"})
    assert states(opened) == ["refused", "refused", "held"]
    given.books_balance()


def test_the_second_of_two_managers_is_told_what_the_first_answered(opened: Desk) -> None:
    page = address("candidates", opened)
    signed_in("manager", opened.organisation.pk).post(page, {"decision": f"accept:{opened.first.pk}"})
    second = signed_in("member", opened.organisation.pk)
    chosen = [opened.first.pk, opened.candidates[1].pk]
    told = second.post(
        page, {"decision": "refused", "chosen": chosen, "reason": "enough_people"}, follow=True
    ).content.decode()
    assert states(opened) == ["confirmed", "refused", "held"]
    assert "Manager Démo" in told
    assert "notice--warning" in told


def test_a_candidate_of_another_organisation_is_never_answered(opened: Desk) -> None:
    other = given.organisation_validated(now=opened.now, name="Une autre")
    client = signed_in("manager", other.pk)
    client.post(reverse("volunteering:candidates", args=[other.pk]), {"decision": f"accept:{opened.first.pk}"})
    assert states(opened) == ["held"] * 3


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"decision": "accept"},
        {"decision": "accept", "chosen": ["x"]},
        {"decision": "accept", "chosen": ["\x00"]},
        {"decision": "accept:\x00"},
        {"decision": "accept", "chosen": [str(uuid4()) for _ in range(501)]},
        {"decision": "promote", "chosen": [str(uuid4())]},
        {"decision": "accept", "chosen": [str(uuid4())]},
        {"decision": "refused", "chosen": [str(uuid4())], "reason": "spite"},
        {"decision": "refused", "chosen": [str(uuid4())], "reason": "other", "text": "x" * 5000},
        {"decision": "refused", "chosen": [str(uuid4())], "reason": "other", "text": "a\x00b"},
    ],
)
def test_garbage_answers_nobody(opened: Desk, data: dict[str, Any]) -> None:
    answer = signed_in("manager", opened.organisation.pk).post(address("candidates", opened), data)
    assert answer.status_code in (302, 400)
    assert states(opened) == ["held"] * 3


def six_things(opened: Desk, **changes: Any) -> dict[str, Any]:
    tomorrow = (opened.now + timedelta(days=1)).date()
    return {
        "template": str(opened.mission.template_id),
        "commune": "67482",
        "street": "3 rue des Écoles",
        "first_on": tomorrow.isoformat(),
        "starts": "09:00",
        "ends": "12:00",
        "every": "once",
        "capacity": "5",
        "admission": "instant",
        "key": str(uuid4()),
        "step": "publish",
        **changes,
    }


def test_a_mission_is_previewed_then_posted_once(opened: Desk) -> None:
    Postcode.objects.create(postcode="67000", commune=given.strasbourg())
    client, page, before = signed_in("manager", opened.organisation.pk), address("new-mission", opened), 1
    data = six_things(opened, every="week", step="preview")
    preview = client.post(page, data)
    assert preview.status_code == 200
    assert Mission.objects.count() == before
    for _ in range(2):
        answer = client.post(page, {**data, "step": "publish"})
    posted = Mission.objects.exclude(pk=opened.mission.pk).get()
    assert answer.headers["Location"] == reverse("volunteering:desk-mission", args=[opened.organisation.pk, posted.pk])
    assert (posted.state, posted.slots.count(), posted.places_left) == ("online", 4, 20)
    assert posted.places.get().street == "3 rue des Écoles"
    given.books_balance()


def test_a_mission_of_an_organisation_not_yet_checked_waits(opened: Desk) -> None:
    opened.organisation.state = "submitted"
    opened.organisation.save()
    signed_in("manager", opened.organisation.pk).post(address("new-mission", opened), six_things(opened))
    assert Mission.objects.exclude(pk=opened.mission.pk).get().state == "submitted"


@pytest.mark.parametrize(
    "wrong",
    [
        {"commune": "Nulle-Part-sur-Rien"},
        {"commune": ""},
        {"commune": "x\x00y"},
        {"commune": "x" * 5000},
        {"first_on": "2020-01-01"},
        {"first_on": "9999-12-31"},
        {"first_on": "0001-01-01"},
        {"first_on": "demain"},
        {"starts": "25:00"},
        {"capacity": "0"},
        {"capacity": "-3"},
        {"capacity": "9" * 40},
        {"admission": "lottery"},
        {"every": "fortnight"},
        {"every": "day", "last_on": "2099-01-01"},
        {"street": "x" * 500},
        {"street": "x\x00y"},
        {"key": "not-a-key"},
    ],
)
def test_a_wrong_mission_is_explained_and_posts_nothing(opened: Desk, wrong: dict[str, str]) -> None:
    given.strasbourg()
    answer = signed_in("manager", opened.organisation.pk).post(
        address("new-mission", opened), six_things(opened, **wrong)
    )
    assert answer.status_code == 400
    assert Mission.objects.count() == 1


@pytest.mark.parametrize("template", ["", "x", "\x00", "00000000-0000-7000-8000-000000000000"])
def test_an_unknown_template_leads_back_to_the_choice(opened: Desk, template: str) -> None:
    client = signed_in("manager", opened.organisation.pk)
    answer = client.post(address("new-mission", opened), six_things(opened, template=template))
    assert answer.status_code == 200
    assert Mission.objects.count() == 1


def test_texts_changed_at_once_are_both_kept_in_sight(opened: Desk) -> None:
    Mission.objects.filter(pk=opened.mission.pk).update(state="draft")
    client, page = signed_in("manager", opened.organisation.pk), address("edit-mission", opened)
    seen = client.get(page).context["form"].initial["seen"]
    texts = {"title": "Un", "description": "Premier texte", "information": "", "contact": "", "seen": seen}
    assert client.post(page, texts).status_code == 302
    second = client.post(page, {**texts, "title": "Deux", "description": "Second texte"})
    assert second.status_code == 409
    assert "Premier texte" in second.content.decode()
    assert "Second texte" in second.content.decode()
    opened.mission.refresh_from_db()
    assert opened.mission.title == "Un"
    again = {"seen": second.context["form"].data["seen"]}
    assert client.post(page, {**texts, "title": "Deux", **again}).status_code == 302


@pytest.mark.parametrize(
    "wrong", [{}, {"title": ""}, {"title": "x" * 500}, {"description": "a\x00b"}, {"seen": "x" * 99}]
)
def test_wrong_texts_change_nothing(opened: Desk, wrong: dict[str, str]) -> None:
    Mission.objects.filter(pk=opened.mission.pk).update(state="draft")
    texts = {"title": "Un", "description": "Texte", "seen": "0" * 64, **wrong} if wrong else {}
    answer = signed_in("manager", opened.organisation.pk).post(address("edit-mission", opened), texts)
    assert answer.status_code == 400
    opened.mission.refresh_from_db()
    assert opened.mission.title == "Préparer des colis"


@pytest.mark.parametrize(
    ("step", "state"),
    [("pause", "paused"), ("close", "done"), ("resume", "online"), ("promote", "online"), ("", "online")],
)
def test_a_mission_takes_the_steps_that_its_state_allows(opened: Desk, step: str, state: str) -> None:
    page = reverse("volunteering:mission-step", args=[opened.organisation.pk, opened.mission.pk])
    assert signed_in("manager", opened.organisation.pk).post(page, {"step": step}).status_code == 302
    opened.mission.refresh_from_db()
    assert opened.mission.state == state


def test_cancelling_says_who_is_told_and_asks_for_a_message(opened: Desk) -> None:
    client, page = signed_in("manager", opened.organisation.pk), address("cancel-mission", opened)
    assert "3" in client.get(page).content.decode()
    assert client.post(page, {}).status_code == 400
    client.post(page, {"text": "Le local est fermé."})
    opened.mission.refresh_from_db()
    assert opened.mission.state == "cancelled"
    assert states(opened) == ["cancelled_by_organisation"] * 3


def slot_values(client: Any, opened: Desk, **changes: Any) -> dict[str, Any]:
    shown = client.get(address("change-slot", opened)).context["form"].initial
    return {key: str(value) for key, value in {**shown, **changes}.items()}


def test_of_two_managers_who_change_a_slot_the_second_is_told(opened: Desk) -> None:
    client, page = signed_in("manager", opened.organisation.pk), address("change-slot", opened)
    first, second = slot_values(client, opened, capacity=20), slot_values(client, opened, capacity=5)
    assert client.post(page, first).status_code == 302
    told = client.post(page, second)
    assert told.status_code == 409
    opened.slot.refresh_from_db()
    assert opened.slot.capacity_max == 20
    again = {**second, "seen_capacity": "20"}
    assert client.post(page, again).status_code == 302


def test_a_slot_is_never_made_smaller_than_what_is_given(opened: Desk) -> None:
    client = signed_in("manager", opened.organisation.pk)
    answer = client.post(address("change-slot", opened), slot_values(client, opened, capacity=2))
    assert answer.status_code == 400
    opened.slot.refresh_from_db()
    assert opened.slot.capacity_max == 10


@pytest.mark.parametrize(
    "wrong",
    [{"day": "2020-02-02"}, {"day": "9999-12-31"}, {"starts": "x"}, {"capacity": "9" * 30}, {"seen_starts": "\x00"},
     {"seen_capacity": ""}],
)  # fmt: skip
def test_a_wrong_change_leaves_the_slot(opened: Desk, wrong: dict[str, str]) -> None:
    client = signed_in("manager", opened.organisation.pk)
    assert client.post(address("change-slot", opened), slot_values(client, opened, **wrong)).status_code == 400
    before = (opened.slot.starts_at, opened.slot.ends_at, opened.slot.capacity_max)
    opened.slot.refresh_from_db()
    assert (opened.slot.starts_at, opened.slot.ends_at, opened.slot.capacity_max) == before


def test_slots_are_added_by_repetition(opened: Desk) -> None:
    client, page = signed_in("manager", opened.organisation.pk), address("add-slots", opened)
    values = {key: six_things(opened)[key] for key in ("first_on", "starts", "ends", "capacity", "key")}
    last_on = (opened.now + timedelta(days=5)).date().isoformat()
    assert client.post(page, {**values, "every": "day", "last_on": last_on}).status_code == 302
    assert client.post(page, {**values, "every": "day", "last_on": last_on}).status_code == 302, "a second click"
    assert Slot.objects.filter(mission=opened.mission).count() == 6
    assert client.post(page, {**values, "every": "day", "last_on": "1999-01-01"}).status_code == 400
    given.books_balance()


def test_attendance_hides_contacts_until_asked_and_journals_who_read_them(opened: Desk) -> None:
    client, page = signed_in("manager", opened.organisation.pk), address("attendance", opened)
    client.post(address("candidates", opened), {"decision": f"accept:{opened.first.pk}"})
    confirmed, waiting = opened.first.volunteer.person.email, opened.candidates[1].volunteer.person.email
    assert confirmed not in client.get(page).content.decode()
    assert journal.latest(verbs=("contacts.read",)) == []
    shown = client.post(page, {"contacts": "show"}).content.decode()
    assert confirmed in shown
    assert waiting not in shown
    (entry,) = journal.latest(verbs=("contacts.read",))
    assert (entry.thing_id, entry.detail["count"]) == (str(opened.slot.pk), 1)


def test_attendance_is_ticked_when_the_slot_begins_and_can_be_corrected(opened: Desk) -> None:
    client, page = signed_in("manager", opened.organisation.pk), address("attendance", opened)
    client.post(address("candidates", opened), {"decision": f"accept:{opened.first.pk}"})
    tick = {"decision": "present", "chosen": [str(opened.first.pk)]}
    assert "notice--warning" in client.post(page, tick, follow=True).content.decode()
    assert states(opened)[0] == "confirmed"
    Slot.objects.filter(pk=opened.slot.pk).update(starts_at=opened.now - timedelta(minutes=5))
    for decision in ("present", "absent", "excused", "present"):
        client.post(page, {**tick, "decision": decision})
        assert states(opened)[0] == decision
    given.books_balance()


def test_the_organisation_reads_why_a_place_was_given_back(opened: Desk) -> None:
    client, page = signed_in("manager", opened.organisation.pk), address("attendance", opened)
    client.post(address("candidates", opened), {"decision": f"accept:{opened.first.pk}"})
    leave = Leave(opened.first.pk, CancelReason.CHANGED_MIND, "Une grippe <b>subite</b>")
    cancel_participation(acting=given.acting(opened.first.volunteer), leave=leave, now=opened.now)
    unanswered = Leave(opened.candidates[1].pk, CancelReason.OTHER, "Jamais retenu")
    cancel_participation(acting=given.acting(opened.candidates[1].volunteer), leave=unanswered, now=opened.now)
    found = client.get(page.replace("/fr/", "/en/")).content.decode()
    assert "I changed my mind" in found and "Une grippe &lt;b&gt;subite&lt;/b&gt;" in found
    assert "Jamais retenu" not in found, "who never had a place is not on the list"
    assert opened.first.volunteer.person.email not in found


def test_the_desk_asks_who_came_until_it_is_said(opened: Desk) -> None:
    client, desk_page = signed_in("manager", opened.organisation.pk), address("desk", opened)
    client.post(address("candidates", opened), {"decision": f"accept:{opened.first.pk}"})
    assert "Say who came" not in client.get(desk_page.replace("/fr/", "/en/")).content.decode()
    Slot.objects.filter(pk=opened.slot.pk).update(
        starts_at=opened.now - timedelta(hours=3), ends_at=opened.now - timedelta(hours=1)
    )
    page = client.get(desk_page.replace("/fr/", "/en/")).content.decode()
    assert "Say who came" in page and f"/slots/{opened.slot.pk}/attendance/" in page
    client.post(address("attendance", opened), {"decision": "absent", "chosen": [str(opened.first.pk)]})
    assert "Say who came" not in client.get(desk_page.replace("/fr/", "/en/")).content.decode()


def test_hours_are_written_and_attested_on_the_list_once_the_slot_is_over(opened: Desk) -> None:
    client, page = signed_in("manager", opened.organisation.pk), address("attendance", opened)
    ids = [str(each.pk) for each in opened.candidates]
    client.post(address("candidates", opened), {"decision": "accept", "chosen": ids})
    Slot.objects.filter(pk=opened.slot.pk).update(
        starts_at=opened.now - timedelta(hours=3), ends_at=opened.now + timedelta(hours=1)
    )
    client.post(page, {"decision": "present", "chosen": ids[:2]})
    assert "hours-" not in client.get(page).content.decode()
    attest = {"decision": "attest", "chosen": ids, f"hours-{ids[0]}": "2h30", f"hours-{ids[1]}": ""}
    assert "notice--warning" in client.post(page, attest, follow=True).content.decode()
    Slot.objects.filter(pk=opened.slot.pk).update(ends_at=opened.now - timedelta(hours=1))
    assert f"hours-{ids[0]}" in client.get(page).content.decode()
    client.post(page, attest)
    found = {str(row.pk): (row.state, row.minutes) for row in Participation.objects.all()}
    assert found == {ids[0]: ("attested", 150), ids[1]: ("attested", 120), ids[2]: ("confirmed", None)}
    assert "2 h 30" in client.get(page).content.decode()
    given.books_balance()


@pytest.mark.parametrize("typed", ["25", "-1", "deux", "\x00", "9" * 400])
def test_hours_that_are_none_are_refused_and_change_nothing(opened: Desk, typed: str) -> None:
    client, page = signed_in("manager", opened.organisation.pk), address("attendance", opened)
    client.post(address("candidates", opened), {"decision": f"accept:{opened.first.pk}"})
    Slot.objects.filter(pk=opened.slot.pk).update(
        starts_at=opened.now - timedelta(hours=3), ends_at=opened.now - timedelta(hours=1)
    )
    client.post(page, {"decision": "present", "chosen": [str(opened.first.pk)]})
    sent = {"decision": "attest", "chosen": [str(opened.first.pk)], f"hours-{opened.first.pk}": typed}
    assert client.post(page, sent).status_code in (302, 400)
    assert states(opened)[0] == "present"


@pytest.mark.parametrize("page", ["00000000-0000-0000-0000-000000000000", "x", "%00"])
def test_addresses_that_name_nothing_are_no_fault(opened: Desk, page: str) -> None:
    client = signed_in("manager", opened.organisation.pk)
    assert client.get(f"/fr/organisation/{page}/").status_code in (403, 404)
