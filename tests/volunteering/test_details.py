"""What an organisation adds to a mission, what a referent names first, and what the public reads of both."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from entraide.journal.models import Entry
from entraide.search.models import Change
from entraide.volunteering.actions.details import (
    DetailsRefused,
    details_of,
    digest_of_details,
    set_details,
    set_priority,
)
from entraide.volunteering.actions.missions import NotEditable, TextsChangedMeanwhile
from entraide.volunteering.actions.publishing import WrongState
from entraide.volunteering.actions.slots import NewSlots, add_slots, move_slot
from entraide.volunteering.models import Mission, MissionPlace, Slot
from entraide.volunteering.permissions import NotAllowed
from entraide.volunteering.queries.search import MissionFilter, open_missions
from entraide.volunteering.rules.details import Details
from entraide.volunteering.rules.ordering import Order
from entraide.volunteering.rules.repetition import Window
from entraide.volunteering.rules.words import Access, Activity, Domain, Insurance, Rhythm, Welcome
from entraide.volunteering.searchable import read
from tests.strict_client import StrictClient
from tests.volunteering import situations as given
from tests.volunteering.desk_situations import Desk, desk, signed_in

pytestmark = pytest.mark.django_db
FULL = Details(
    second_domain=Domain.SPORT,
    second_activity=Activity.CLEANING,
    welcomes=frozenset({Welcome.BEGINNERS}),
    accessibility=frozenset({Access.STEP_FREE, Access.PUBLIC_TRANSPORT}),
    insurance=Insurance.ORGANISATION,
    rhythm=Rhythm.WEEKLY,
    least_times=4,
    access_notes="Porte bleue, sonnez deux fois.",
)


def page_of(client: StrictClient, mission: Mission) -> str:
    """Return a mission's page with plain spaces."""
    return client.get(f"/fr/missions/{mission.pk}/").content.decode().replace("\xa0", " ")


def write(made: Desk, wanted: Details = FULL, **changes: Any) -> None:
    mission = Mission.objects.get(pk=made.mission.pk)
    told: dict[str, Any] = {
        "acting": given.organiser(made.organisation.pk),
        "mission_id": mission.pk,
        "wanted": wanted,
        "seen": digest_of_details(details_of(mission)),
        "now": made.now,
    }
    set_details(**{**told, **changes})


def test_details_are_kept_as_they_were_given_and_journaled() -> None:
    made = desk()
    write(made)
    assert details_of(Mission.objects.get(pk=made.mission.pk)) == FULL
    assert Entry.objects.get(verb="mission.details_changed").thing_id == str(made.mission.pk)
    write(made, Details())
    assert details_of(Mission.objects.get(pk=made.mission.pk)) == Details()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"second_domain": "first"}, "second_domain"),
        ({"second_activity": "first"}, "second_activity"),
        ({"rhythm": None}, "rhythm"),
        ({"rhythm": Rhythm.ONCE}, "rhythm"),
    ],
)
def test_what_contradicts_is_refused_and_changes_nothing(changes: dict[str, Any], field: str) -> None:
    made = desk()
    firsts = {"second_domain": Domain(made.mission.domain), "second_activity": Activity(made.mission.activity)}
    said: dict[str, Any] = {name: firsts[name] if value == "first" else value for name, value in changes.items()}
    with pytest.raises(DetailsRefused, match=field):
        write(made, replace(FULL, **said))
    assert details_of(Mission.objects.get(pk=made.mission.pk)) == Details()


def test_of_two_managers_the_second_is_told() -> None:
    made = desk()
    before = digest_of_details(details_of(made.mission))
    write(made)
    with pytest.raises(TextsChangedMeanwhile):
        write(made, Details(), seen=before)
    assert details_of(Mission.objects.get(pk=made.mission.pk)) == FULL


def test_strangers_and_finished_missions_are_refused() -> None:
    made = desk()
    with pytest.raises(NotAllowed):
        write(made, acting=given.organiser(given.organisation_validated(now=made.now, name="Autre").pk))
    Mission.objects.filter(pk=made.mission.pk).update(state="done")
    with pytest.raises(NotEditable):
        write(made)


def test_a_second_cause_and_activity_are_found_by_both() -> None:
    made = desk()
    Change.objects.all().delete()
    write(made)
    assert Change.objects.filter(key=str(made.mission.pk)).exists()
    (document,) = read([str(made.mission.pk)])
    assert document.facets["domain"] == (made.mission.domain, "sport")
    assert document.facets["activity"] == (made.mission.activity, "cleaning")
    for wanted in (MissionFilter(domains=("sport",)), MissionFilter(activities=("cleaning",))):
        found = open_missions(wanted=wanted, order=Order.SOONEST, after="", now=made.now)
        assert [row.id for row in found.rows] == [made.mission.pk]


def test_the_public_reads_all_but_how_to_get_in(client: StrictClient) -> None:
    made = desk()
    write(made)
    page = page_of(client, made.mission)
    for said in (
        "Convient aux personnes qui n’ont jamais fait cela", "Chaque semaine, au moins 4 fois", "Accès sans marche",
        "L’organisation assure ses bénévoles",
    ):  # fmt: skip
        assert said in page
    assert "Porte bleue" not in page


def test_who_is_confirmed_reads_how_to_get_in() -> None:
    made = desk()
    write(made)
    browser = signed_in("volunteer")
    volunteer = given.volunteer_adult()
    volunteer.person_id = browser.session["_auth_user_id"]
    volunteer.save()
    held = given.joined(made.slot, now=made.now, volunteer=volunteer)
    address = reverse("volunteering:participation", args=[held.pk])
    assert "Porte bleue" not in browser.get(address).content.decode()
    held.state, held.confirmed_at = "confirmed", made.now
    held.save()
    assert "Porte bleue" in browser.get(address).content.decode()


def test_the_form_shows_saves_and_tells_what_is_wrong() -> None:
    made = desk()
    browser = signed_in("manager", made.organisation.pk)
    address = reverse("volunteering:mission-details", args=[made.organisation.pk, made.mission.pk])
    assert browser.get(address).status_code == 200
    data = {
        "second_domain": "sport", "welcomes": ["beginners"], "insurance": "organisation", "rhythm": "",
        "least_times": "3", "seen": digest_of_details(details_of(made.mission)),
    }  # fmt: skip
    refused = browser.post(address, data)
    assert refused.status_code == 400
    assert "chaque semaine ou chaque mois" in refused.content.decode()
    saved = browser.post(address, {**data, "rhythm": "monthly"})
    assert saved.status_code == 302
    assert details_of(Mission.objects.get(pk=made.mission.pk)).rhythm is Rhythm.MONTHLY
    again = browser.post(address, {**data, "rhythm": "weekly"})
    assert again["Location"] == address


@pytest.mark.parametrize(
    "data",
    [
        {"second_domain": "war"},
        {"welcomes": ["\x00"]},
        {"least_times": "-1"},
        {"least_times": "1e9"},
        {"seen": "x" * 99},
    ],
)
def test_garbage_is_told_and_changes_nothing(data: dict[str, Any]) -> None:
    made = desk()
    browser = signed_in("manager", made.organisation.pk)
    address = reverse("volunteering:mission-details", args=[made.organisation.pk, made.mission.pk])
    answer = browser.post(address, {"seen": digest_of_details(details_of(made.mission)), **data})
    assert answer.status_code == 400
    assert details_of(Mission.objects.get(pk=made.mission.pk)) == Details()


def test_what_a_referent_names_first_comes_first_on_the_home_page(client: StrictClient) -> None:
    made = desk()
    later = given.mission_online(now=made.now, organisation=made.organisation, title="Bâcher des toits")
    given.slot_tomorrow(later, now=made.now, hours=200)
    set_priority(acting=given.referent("67"), mission_id=later.pk, is_priority=True, now=made.now)
    page = client.get("/fr/").content.decode()
    assert 0 < page.index("Bâcher des toits") < page.index(made.mission.title)
    assert page.count("Bâcher des toits") == 1


def test_only_the_referent_of_the_place_names_first_and_only_what_is_public() -> None:
    made = desk()
    with pytest.raises(NotAllowed):
        set_priority(acting=given.referent("75"), mission_id=made.mission.pk, is_priority=True, now=made.now)
    Mission.objects.filter(pk=made.mission.pk).update(state="draft")
    with pytest.raises(WrongState):
        set_priority(acting=given.referent("67"), mission_id=made.mission.pk, is_priority=True, now=made.now)


def test_the_referents_page_names_first_and_takes_it_back() -> None:
    made = desk()
    browser = signed_in("referent", "67")
    address = reverse("volunteering:mission-priority", args=[made.mission.pk])
    browser.post(address, {"priority": "yes"})
    assert Mission.objects.get(pk=made.mission.pk).is_priority
    assert (
        "Ne plus la citer en premier"
        in browser.get(reverse("volunteering:moderated-mission", args=[made.mission.pk])).content.decode()
    )
    browser.post(address, {"priority": "no"})
    assert not Mission.objects.get(pk=made.mission.pk).is_priority
    assert signed_in("referent", "75").post(address, {"priority": "yes"}).status_code == 404


def test_two_roles_at_one_time_have_places_of_their_own(client: StrictClient) -> None:
    made = desk(candidates=0)
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    window = Window(starts, starts + timedelta(hours=3))
    acting = given.organiser(made.organisation.pk)
    for role, capacity in (("Conduire", 1), ("Porter", 6)):
        new = NewSlots((window,), capacity_max=capacity, role=role, meet_before=timedelta(minutes=15))
        add_slots(acting=acting, mission_id=made.mission.pk, slots=new, now=made.now)
    driving = Slot.objects.get(role="Conduire")
    Mission.objects.filter(pk=made.mission.pk).update(admission="instant")
    given.joined(driving, now=made.now)
    page = page_of(client, made.mission)
    driving_at, carrying_at = page.index("Conduire"), page.index("Porter")
    assert "6 places" in page[carrying_at:] and "Rendez-vous à" in page
    assert page.rindex("slot--full", 0, driving_at) < driving_at < carrying_at
    assert Slot.objects.get(role="Porter").taken == 0
    given.books_balance()


def test_the_time_to_meet_moves_with_its_slot() -> None:
    made = desk()
    Slot.objects.filter(pk=made.slot.pk).update(meeting_at=made.slot.starts_at - timedelta(minutes=30))
    later = Window(made.slot.starts_at + timedelta(hours=1), made.slot.ends_at + timedelta(hours=1))
    move_slot(acting=given.organiser(made.organisation.pk), slot_id=made.slot.pk, window=later, now=made.now)
    assert Slot.objects.get(pk=made.slot.pk).meeting_at == later.starts_at - timedelta(minutes=30)


def test_another_address_forgets_how_to_get_in_at_the_old_one() -> None:
    made = desk()
    write(made)
    MissionPlace.objects.create(mission=made.mission, postcode="67000", commune=given.strasbourg(), street="1 quai")
    assert details_of(made.mission).access_notes == ""
